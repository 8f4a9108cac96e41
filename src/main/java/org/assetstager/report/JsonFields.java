package org.assetstager.report;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads fields of JSON that must exist and have the right type. */
final class JsonFields {
  private JsonFields() {}

  static String text(JsonNode json, String field) {
    JsonNode value = json.required(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + field + "' is no text: " + value);
    }
    return value.textValue();
  }

  static long number(JsonNode json, String field) {
    JsonNode value = json.required(field);
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw new IllegalArgumentException("'" + field + "' is no whole number: " + value);
    }
    return value.longValue();
  }
}
