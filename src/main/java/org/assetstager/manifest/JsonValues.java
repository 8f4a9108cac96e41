package org.assetstager.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads JSON exactly. The cost grows with the length of the text, even if the text is hostile. */
final class JsonValues {
  /** Makes parsers of one row, whose length is limited: so its strings need not be. */
  static final JsonFactory ROWS =
      factory(Integer.MAX_VALUE).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * Makes parsers of documents of any length. A document may have a hundred million names, so they
   * remember none: its reader has to look for duplicates.
   */
  static final JsonFactory DOCUMENTS = factory(1 << 20).build();

  /** The longest number of 64 bits has 20 digits; only numbers far longer cost time to convert. */
  private static final int LONGEST_NUMBER = 1000;

  /** Every number of this many characters fits a long. */
  private static final int SHORT_NUMBER = 18;

  /** What the JSON library advises the programmer to set, which no user can. */
  private static final Pattern ADVICE =
      Pattern.compile(": enable `[^`]*` to allow|, from `[^`]*`(?=\\))");

  private static final Unusable OBJECT = new Unusable("an object");
  private static final Unusable ARRAY = new Unusable("an array");
  private static final Unusable HUGE_NUMBER =
      new Unusable("a number of more than " + LONGEST_NUMBER + " digits");

  private JsonValues() {}

  private static JsonFactoryBuilder factory(int longestText) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(200)
            .maxStringLength(longestText)
            .maxNameLength(longestText)
            // Read as text first: number() decides what to convert.
            .maxNumberLength(Integer.MAX_VALUE)
            .build();
    return new JsonFactoryBuilder()
        .streamReadConstraints(limits)
        // The table of names that parsers share would keep the longest names for ever.
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES);
  }

  /**
   * Reads the value that the parser stands on, and leaves it on the value's last token.
   *
   * @return a String, Long, BigInteger, Double, Boolean or null; for what no field can be (an
   *     object, an array, a number of thousands of digits) a value of another type, whose {@code
   *     toString} says what it was
   */
  static @Nullable Object read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser, token);
      default -> {
        parser.skipChildren();
        yield token == JsonToken.START_OBJECT ? OBJECT : ARRAY;
      }
    };
  }

  private static Object number(JsonParser parser, JsonToken token) throws IOException {
    int length = parser.getTextLength();
    if (length > LONGEST_NUMBER) {
      return HUGE_NUMBER;
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      return Double.valueOf(parser.getText());
    }
    return length <= SHORT_NUMBER
        ? (Object) parser.getLongValue()
        : new BigInteger(parser.getText());
  }

  /** Says in one line what is wrong with JSON text, but not where. */
  static String problem(JsonProcessingException e) {
    return Text.shown(ADVICE.matcher(String.valueOf(e.getOriginalMessage())).replaceAll(""));
  }
}
