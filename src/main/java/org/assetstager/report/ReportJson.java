package org.assetstager.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.VisibleJson;
import org.assetstager.ledger.LedgerSchema;

/**
 * The text form of a {@link RunReport}, {@code report.json}: one JSON object, fields in a fixed
 * order and in snake case, every outcome named even where it has no rows, times as ISO 8601 in UTC,
 * money with six places at most. A reader must look at {@code format} first; fields may be added
 * without a new number.
 */
public final class ReportJson {
  /** The number of the form that is written and read. */
  static final int FORMAT = 1;

  private static final String BY_OUTCOME = "by_outcome";
  private static final String EXIT_CODE = "exit_code";
  private static final int PLACES = 6;

  private static final List<String> FIELDS =
      List.of(
          "format",
          "run_id",
          "command",
          "dry_run",
          "app_version",
          "spark_version",
          "started_at",
          "ended_at",
          EXIT_CODE,
          "error",
          "ledger",
          "ledger_schema",
          "manifest_rows",
          "bytes_uploaded",
          "outcomes",
          "attempts",
          "phases",
          "requests",
          "plan",
          "estimate",
          "problems",
          "settings");

  private static final List<String> FIELDS_OF_ESTIMATE =
      List.of(
          "seconds",
          "measured_seconds",
          "upload_seconds",
          "requests",
          "bytes",
          "currency",
          "cost_once",
          "requests_cost",
          "transfer_cost",
          "storage_cost_per_month",
          "basis",
          "probe");

  private static final List<String> FIELDS_OF_PROBE =
      List.of("bound", "bound_text", "seconds", "tasks", "streams", "read_before", "figures");

  private static final Set<String> NULLABLE = Set.of("error", "plan", "estimate", "problems");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addDeserializer(Instant.class, new InstantReader()))
          .build();

  private ReportJson() {}

  /** Returns the text, indented, ending in a newline. */
  public static String write(RunReport report) {
    return VisibleJson.pretty(toJson(report)) + "\n";
  }

  /** Returns the object that {@link #write} writes. */
  static ObjectNode toJson(RunReport report) {
    ObjectNode json = JSON.valueToTree(report);
    json.put("format", FORMAT);
    json.put("ledger_schema", LedgerSchema.VERSION);
    json.put(EXIT_CODE, report.exitCode().value());
    json.set("outcomes", json.required("outcomes").required(BY_OUTCOME));
    ObjectNode phases = json.putObject("phases");
    for (RunReport.Phase phase : report.phases()) {
      ObjectNode fields = JSON.valueToTree(phase);
      fields.remove("name");
      fields.put("bytes_per_second", Math.round(phase.bytesPerSecond()));
      phases.set(phase.name(), fields);
    }
    if (report.estimate() != null) {
      json.set("estimate", toJson(report.estimate()));
    }
    return inOrder(FIELDS, json);
  }

  private static ObjectNode toJson(Estimate estimate) {
    ObjectNode json = JSON.valueToTree(estimate);
    json.put("seconds", estimate.seconds());
    json.put("cost_once", estimate.onceCost());
    roundMoney(json);
    JsonNode probed = json.required("probed");
    json.set("probe", probed);
    if (probed instanceof ObjectNode fields) {
      fields.setAll((ObjectNode) fields.required("probe"));
      json.set("probe", inOrder(FIELDS_OF_PROBE, fields));
    }
    return inOrder(FIELDS_OF_ESTIMATE, json);
  }

  private static void roundMoney(ObjectNode estimate) {
    estimate
        .properties()
        .forEach(
            field -> {
              if (field.getKey().contains("cost")) {
                BigDecimal money = field.getValue().decimalValue();
                field.setValue(estimate.numberNode(money.setScale(PLACES, RoundingMode.HALF_UP)));
              }
            });
  }

  private static ObjectNode inOrder(List<String> fields, ObjectNode json) {
    ObjectNode ordered = JSON.createObjectNode();
    fields.forEach(field -> ordered.set(field, json.required(field)));
    return ordered;
  }

  /**
   * Reads the text.
   *
   * @param location of the text, for messages
   * @throws JobFailure if it is no report of a format that is known here
   */
  public static RunReport read(String text, String location) {
    try {
      JsonNode json = JSON.readTree(text);
      int format = json.required("format").asInt();
      if (format != FORMAT) {
        throw JobFailure.input(
            location + " has the format " + json.required("format") + ", not " + FORMAT,
            "Read it with the version of the job that wrote it");
      }
      return read((ObjectNode) json);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw JobFailure.input(
          location + " is not a run report: " + problem(e),
          "Name the folder of a run that has ended: <ledger.path>/run_id=<id>",
          e);
    }
  }

  private static String problem(Exception e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    List<JsonMappingException.Reference> path =
        e instanceof JsonMappingException wrong ? wrong.getPath() : List.of();
    return path.isEmpty()
        ? line
        : "'" + path.get(path.size() - 1).getFieldName() + "' is wrong: " + line;
  }

  private static RunReport read(ObjectNode json) throws JsonProcessingException {
    for (String field : FIELDS) {
      if (json.required(field).isNull() && !NULLABLE.contains(field)) {
        throw new IllegalArgumentException("'" + field + "' is null");
      }
    }
    json.put(EXIT_CODE, exitCode(json.required(EXIT_CODE).asInt(-1)).name());
    JsonNode outcomes = objects("outcomes", json);
    json.putObject("outcomes").set(BY_OUTCOME, outcomes);
    ArrayNode phases = JSON.createArrayNode();
    objects("phases", json)
        .properties()
        .forEach(phase -> phases.add(((ObjectNode) phase.getValue()).put("name", phase.getKey())));
    json.set("phases", phases);
    if (json.path("estimate") instanceof ObjectNode estimate) {
      roundMoney(estimate);
      if (estimate.path("probe") instanceof ObjectNode probe) {
        ObjectNode probed = estimate.putObject("probed");
        probed.setAll(probe);
        probed.set("probe", probe);
      }
    }
    return JSON.treeToValue(json, RunReport.class);
  }

  private static JsonNode objects(String field, ObjectNode json) {
    JsonNode objects = json.required(field);
    for (JsonNode object : objects) {
      if (!object.isObject()) {
        throw new IllegalArgumentException("'" + field + "' has " + object);
      }
    }
    return objects;
  }

  private static ExitCode exitCode(int value) {
    for (ExitCode code : ExitCode.values()) {
      if (code.value() == value) {
        return code;
      }
    }
    throw new IllegalArgumentException("'exit_code' is none of the job's: " + value);
  }

  /** Reads times as ISO 8601 has them. */
  private static final class InstantReader extends FromStringDeserializer<Instant> {
    private static final long serialVersionUID = 1;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    protected Instant _deserialize(String text, DeserializationContext context) {
      return Instant.parse(text);
    }
  }
}
