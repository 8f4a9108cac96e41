package org.assetstager.manifest;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.assetstager.asset.VisibleText;

/** Strict decoding of Unicode, and visible text for messages. */
final class Text {
  /**
   * What a message shows of an offending value: enough to find it, not enough to flood a report.
   */
  private static final int SHOWN_CHARACTERS = 100;

  private Text() {}

  /**
   * Decodes UTF-8 without ever replacing a byte.
   *
   * @throws CharacterCodingException naming the byte where the input stops being UTF-8
   */
  static String decodeUtf8(byte[] bytes) throws CharacterCodingException {
    if (isAscii(bytes)) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(in, out, true);
    if (result.isError()) {
      throw new NotUtf8(in.position());
    }
    return out.flip().toString();
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the text has half of a surrogate pair: no UTF-8 can hold it. */
  static boolean hasLoneSurrogate(String text) {
    int character;
    for (int i = 0; i < text.length(); i += Character.charCount(character)) {
      character = text.codePointAt(i);
      if (isLoneSurrogate(character)) {
        return true;
      }
    }
    return false;
  }

  /** Of a pair, the code point is the character that it stands for. */
  private static boolean isLoneSurrogate(int character) {
    return Character.isBmpCodePoint(character) && Character.isSurrogate((char) character);
  }

  /**
   * Replaces each lone surrogate by its escape, such as <code>&#92;udcff</code>, so that it stays
   * visible when written as UTF-8; other text is returned as it is.
   */
  static String escapeLoneSurrogates(String text) {
    if (!hasLoneSurrogate(text)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            character ->
                escaped.append(
                    isLoneSurrogate(character)
                        ? String.format(Locale.ROOT, "\\u%04x", character)
                        : Character.toString(character)));
    return escaped.toString();
  }

  /** Returns the text on one line, cut to about 100 characters, with control characters escaped. */
  static String shown(String text) {
    if (text.length() <= SHOWN_CHARACTERS) {
      return VisibleText.inMessage(text);
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(SHOWN_CHARACTERS - 1));
    return VisibleText.inMessage(text.substring(0, SHOWN_CHARACTERS - (splitsPair ? 1 : 0)))
        + "...";
  }

  /** Returns the text as {@link #shown}, in quotes. */
  static String quoted(String text) {
    return "'" + shown(text) + "'";
  }

  /** Returns an exception's message with the value in it made visible. */
  static String onOneLine(IllegalArgumentException e) {
    return VisibleText.inMessage(String.valueOf(e.getMessage()));
  }

  /** Where the input stops being UTF-8. */
  private static final class NotUtf8 extends CharacterCodingException {
    private static final long serialVersionUID = 1;

    private final int position;

    NotUtf8(int position) {
      this.position = position;
    }

    @Override
    public String getMessage() {
      return "not UTF-8 at byte " + (position + 1);
    }
  }
}
