package org.assetstager.digest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.assetstager.asset.Md5;

/** The MD5s of a content's parts as one text: 32 hex digits each, in order. */
public final class PartMd5s {
  private static final int DIGITS = 2 * Md5.BYTES;

  private PartMd5s() {}

  public static String join(List<Md5> parts) {
    return parts.stream().map(Md5::toHex).collect(Collectors.joining());
  }

  /**
   * Takes a text apart.
   *
   * @throws IllegalArgumentException if it isn't what {@link #join} makes
   */
  public static List<Md5> split(String text) {
    List<Md5> parts = new ArrayList<>(text.length() / DIGITS);
    for (int i = 0; i < text.length(); i += DIGITS) {
      parts.add(Md5.parse(text.substring(i, Math.min(i + DIGITS, text.length()))));
    }
    return parts;
  }
}
