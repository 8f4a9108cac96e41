package org.assetstager.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assetstager.asset.VisibleText;

/**
 * Text of users as one word of a command, for bash, zsh and ksh, whether it is typed, pasted or run
 * from a file.
 */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+][A-Za-z0-9_./:=@%+-]*");

  private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

  /** A quote ends the quotes, and {@code !} calls up earlier commands where it is typed. */
  private static final Pattern QUOTABLE = Pattern.compile("[^'!\\\\]*");

  private ShellWord() {}

  /**
   * Returns the word: as it is, in single quotes, or where it has control, format or other
   * characters that don't show, a quote, a backslash or a {@code !}, as {@code $'...'} with octal
   * escapes, which a terminal and a reader see as they are. A word never begins with a hyphen that
   * isn't quoted; whether it is then taken for an option is up to the command: put {@code --}
   * before it.
   */
  public static String of(String text) {
    if (PLAIN.matcher(text).matches()) {
      return text;
    }
    if (QUOTABLE.matcher(text).matches() && VisibleText.of(text).equals(text)) {
      return "'" + text + "'";
    }
    StringBuilder word = new StringBuilder("$'");
    text.codePoints().forEach(character -> append(character, word));
    return word.append('\'').toString();
  }

  /** Returns a command of these words; options stay as they are. */
  public static String command(List<String> words) {
    return words.stream()
        .map(word -> OPTION.matcher(word).matches() ? word : of(word))
        .collect(Collectors.joining(" "));
  }

  private static void append(int character, StringBuilder word) {
    String one = Character.toString(character);
    if (QUOTABLE.matcher(one).matches() && VisibleText.of(one).equals(one)) {
      word.append(one);
      return;
    }
    for (byte octet : one.getBytes(UTF_8)) {
      word.append(String.format(Locale.ROOT, "\\%03o", octet & 0xff));
    }
  }
}
