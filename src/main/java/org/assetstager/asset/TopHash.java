package org.assetstager.asset;

import java.util.Optional;

/**
 * The storage namespace of an asset class: one path segment of a key, so it can't lead elsewhere.
 *
 * @param value 1 to 128 characters of {@code A-Za-z0-9._-}, neither {@code .} nor {@code ..}
 */
public record TopHash(String value) {
  private static final int MOST_CHARACTERS = 128;

  /** Validates the value. */
  public TopHash {
    if (!isTopHash(value)) {
      throw new IllegalArgumentException(
          "'"
              + (value.length() > 140 ? value.substring(0, 140) + "..." : value)
              + "' is not a top hash: expected 1 to 128 characters of A-Z a-z 0-9 . _ -,"
              + " and neither '.' nor '..'");
    }
  }

  /** Returns the top hash that a text is; empty where it is none. */
  public static Optional<TopHash> parse(String text) {
    return isTopHash(text) ? Optional.of(new TopHash(text)) : Optional.empty();
  }

  private static boolean isTopHash(String text) {
    if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isAllowed(text.charAt(i))) {
        return false;
      }
    }
    return !text.equals(".") && !text.equals("..");
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  @Override
  public String toString() {
    return value;
  }
}
