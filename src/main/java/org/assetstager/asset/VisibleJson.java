package org.assetstager.asset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * JSON that stays harmless where somebody prints it to a terminal: what {@link VisibleText} makes
 * visible is written as an escape of JSON, so that a reader gets the text as it was.
 */
public final class VisibleJson {
  private static final ObjectMapper JSON = new ObjectMapper(factory());

  private VisibleJson() {}

  /** Returns a factory of generators that write so. */
  public static JsonFactory factory() {
    return new JsonFactoryBuilder().characterEscapes(new Escapes()).build();
  }

  /**
   * Returns a value that Jackson can write as JSON, indented, without a newline at its end.
   *
   * @throws IllegalArgumentException if it can't
   */
  public static String pretty(Object value) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * As {@link #pretty}, in one line.
   *
   * @throws IllegalArgumentException if it can't
   */
  public static String line(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Says what is escaped. */
  private static final class Escapes extends CharacterEscapes {
    private static final long serialVersionUID = 1;
    private static final int DELETE = 0x7f;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      codes[DELETE] = ESCAPE_STANDARD;
      return codes;
    }

    /** A surrogate is one half of a character only, and stays. */
    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return character <= DELETE
              || Character.isSurrogate((char) character)
              || VisibleText.isHarmless(character)
          ? null
          : new SerializedString(String.format(Locale.ROOT, "\\u%04x", character));
    }
  }
}
