package org.assetstager.asset;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The storage namespace of an asset class: one path segment of a key, so it can't lead elsewhere.
 *
 * @param value 1 to 128 characters of {@code A-Za-z0-9._-}, neither {@code .} nor {@code ..}
 */
public record TopHash(String value) {
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /** Validates the value. */
  public TopHash {
    if (!isTopHash(value)) {
      throw new IllegalArgumentException(
          "'"
              + (value.length() > 140 ? value.substring(0, 140) + "..." : value)
              + "' is no top hash: expected 1 to 128 characters of A-Z a-z 0-9 . _ -,"
              + " and neither '.' nor '..'");
    }
  }

  /** Returns the top hash that a text is; empty where it is none. */
  public static Optional<TopHash> parse(String text) {
    return isTopHash(text) ? Optional.of(new TopHash(text)) : Optional.empty();
  }

  private static boolean isTopHash(String text) {
    return ALLOWED.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }

  @Override
  public String toString() {
    return value;
  }
}
