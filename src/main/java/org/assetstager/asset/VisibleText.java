package org.assetstager.asset;

import java.util.Locale;

/**
 * Text of users, such as file names, made harmless for a terminal. Control characters could move
 * the cursor or run commands of the terminal; format characters could change the reading direction.
 */
public final class VisibleText {
  private VisibleText() {}

  /**
   * Returns the text on one line, with every control, format, separator and unpaired surrogate
   * character as an escape such as {@code \n} or {@code \u202e}, and a backslash doubled, so that
   * two different texts never look the same for their escapes. Other characters stay.
   */
  public static String of(String text) {
    return visible(text, "");
  }

  /**
   * Returns at most so many characters of the visible text, then {@code ...} if there were more.
   */
  public static String of(String text, int maxLength) {
    String visible = of(text);
    if (visible.length() <= maxLength) {
      return visible;
    }
    int end = Character.isHighSurrogate(visible.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
    return visible.substring(0, end) + "...";
  }

  /**
   * Returns a message, or a value in it, on one line: as {@link #of(String)}, but a backslash stays
   * as it is, so that what is visible already is not altered.
   */
  public static String inMessage(String text) {
    return visible(text, "\\");
  }

  /** As {@link #inMessage}, but ends of lines and tabulators stay, as in a stack trace. */
  public static String lines(String text) {
    return visible(text, "\\\n\t");
  }

  /** Escapes all but what is allowed and what is harmless; a backslash only if it is allowed. */
  private static String visible(String text, String allowed) {
    StringBuilder visible = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character -> {
              if (allowed.indexOf(character) >= 0) {
                visible.append((char) character);
              } else {
                append(character, visible);
              }
            });
    return visible.toString();
  }

  private static void append(int character, StringBuilder visible) {
    switch (character) {
      case '\\' -> visible.append("\\\\");
      case '\n' -> visible.append("\\n");
      case '\r' -> visible.append("\\r");
      case '\t' -> visible.append("\\t");
      default -> {
        if (isHarmless(character)) {
          visible.appendCodePoint(character);
        } else {
          visible.append(
              String.format(Locale.ROOT, character > 0xffff ? "\\U%08x" : "\\u%04x", character));
        }
      }
    }
  }

  /** Whether a character, given as a code point, shows as what it is on a terminal. */
  static boolean isHarmless(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
