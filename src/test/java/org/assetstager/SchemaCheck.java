package org.assetstager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Holds a document against a description of its fields; the description says its own form. */
final class SchemaCheck {
  private final JsonNode types;
  private final List<String> problems = new ArrayList<>();

  SchemaCheck(Path description) throws IOException {
    this.types = new ObjectMapper().readTree(description.toFile()).get("types");
  }

  /** Returns what is wrong, with its place. */
  List<String> problems(String type, JsonNode document) {
    problems.clear();
    checkObject(type, document, type);
    return List.copyOf(problems);
  }

  private void checkObject(String type, JsonNode value, String place) {
    JsonNode fields = types.required(type);
    if (!value.isObject()) {
      problems.add(place + " is no object");
      return;
    }
    fields
        .properties()
        .forEach(
            field -> {
              String name = field.getKey().replace("!", "");
              if (!value.has(name) && field.getKey().endsWith("!")) {
                problems.add(place + " lacks " + name);
              }
            });
    value
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              JsonNode expected = fields.has(name) ? fields.get(name) : fields.get(name + "!");
              if (expected == null) {
                problems.add(place + "." + name + " is unknown");
              } else {
                check(expected, field.getValue(), place + "." + name);
              }
            });
  }

  private void check(JsonNode expected, JsonNode value, String place) {
    if (expected.isArray()) {
      boolean one = false;
      for (JsonNode word : expected) {
        one |= word.equals(value);
      }
      require(one, place + " is none of " + expected);
      return;
    }
    String type = expected.asText();
    if (type.endsWith("[]")) {
      require(value.isArray(), place + " is no list");
      value.forEach(element -> checkType(type.replace("[]", ""), element, place + "[]"));
    } else if (type.endsWith("{}")) {
      require(value.isObject(), place + " is no map");
      value.forEach(element -> checkType(type.replace("{}", ""), element, place + "{}"));
    } else {
      checkType(type, value, place);
    }
  }

  private void checkType(String type, JsonNode value, String place) {
    switch (type) {
      case "string" -> require(value.isTextual(), place + " is no text: " + value);
      case "integer" -> require(value.isIntegralNumber(), place + " is no number: " + value);
      case "boolean" -> require(value.isBoolean(), place + " is no boolean: " + value);
      default -> checkObject(type, value, place);
    }
  }

  private void require(boolean right, String problem) {
    if (!right) {
      problems.add(problem);
    }
  }
}
