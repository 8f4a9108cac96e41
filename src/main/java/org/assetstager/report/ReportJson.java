package org.assetstager.report;

import static org.assetstager.report.JsonFields.number;
import static org.assetstager.report.JsonFields.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.asset.VisibleJson;
import org.assetstager.ledger.LedgerSchema;
import org.jspecify.annotations.Nullable;

/**
 * The text form of a {@link RunReport}, {@code report.json}: one JSON object, fields in a fixed
 * order and in snake case, every outcome named even where it has no rows, times as ISO 8601 in UTC.
 * A reader must look at {@code format} first; fields may be added without a new number.
 */
public final class ReportJson {
  /** The number of the form that is written and read. */
  static final int FORMAT = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportJson() {}

  /** Returns the text, indented, ending in a newline. */
  public static String write(RunReport report) {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    json.put("run_id", report.runId());
    json.put("command", report.command());
    json.put("dry_run", report.dryRun());
    json.put("app_version", report.appVersion());
    json.put("spark_version", report.sparkVersion());
    json.put("started_at", report.startedAt().toString());
    json.put("ended_at", report.endedAt().toString());
    json.put("exit_code", report.exitCode().value());
    json.put("error", report.error());
    json.put("ledger", report.ledger());
    json.put("ledger_schema", LedgerSchema.VERSION);
    json.put("manifest_rows", report.manifestRows());
    json.put("bytes_uploaded", report.bytesUploaded());
    writeOutcomes(report.outcomes(), json.putObject("outcomes"));
    ArrayNode attempts = json.putArray("attempts");
    for (RunReport.Attempt attempt : report.attempts()) {
      attempts
          .addObject()
          .put("started_at", attempt.startedAt().toString())
          .put("ended_at", attempt.endedAt().toString());
    }
    writePhases(report.phases(), json.putObject("phases"));
    ObjectNode requests = json.putObject("requests");
    report.requests().forEach(requests::put);
    writePlan(report.plan(), json);
    EstimateJson.write(report.estimate(), json);
    writeProblems(report.problems(), json);
    ObjectNode settings = json.putObject("settings");
    report.settings().forEach(settings::put);
    return VisibleJson.pretty(json) + "\n";
  }

  private static void writeOutcomes(OutcomeTotals totals, ObjectNode json) {
    totals
        .byOutcome()
        .forEach(
            (outcome, total) ->
                json.putObject(outcome.name())
                    .put("rows", total.rows())
                    .put("bytes", total.bytes()));
  }

  private static void writeProblems(@Nullable ProblemCounts problems, ObjectNode json) {
    if (problems == null) {
      json.putNull("problems");
      return;
    }
    json.putObject("problems")
        .put("known_from", problems.knownFrom())
        .put("known", problems.known())
        .put("new", problems.others())
        .put("most_new", problems.mostOthers());
  }

  private static void writePhases(List<RunReport.Phase> phases, ObjectNode json) {
    for (RunReport.Phase phase : phases) {
      json.putObject(phase.name())
          .put("seconds", phase.seconds())
          .put("files", phase.files())
          .put("bytes", phase.bytes())
          .put("bytes_per_second", Math.round(phase.bytesPerSecond()));
    }
  }

  private static void writePlan(RunReport.@Nullable Plan plan, ObjectNode json) {
    if (plan == null) {
      json.putNull("plan");
      return;
    }
    json.putObject("plan")
        .put("files", plan.files())
        .put("list_pages", plan.listPages())
        .put("heads", plan.heads())
        .put("puts", plan.puts())
        .put("parts", plan.parts())
        .put("bytes", plan.bytes());
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
      return readFields(json);
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeParseException e) {
      throw JobFailure.input(
          location + " is no run report: " + firstLine(e),
          "Name the folder of a run that has ended: <ledger.path>/run_id=<id>",
          e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static RunReport readFields(JsonNode json) {
    return new RunReport(
        text(json, "run_id"),
        text(json, "command"),
        json.required("dry_run").booleanValue(),
        text(json, "app_version"),
        text(json, "spark_version"),
        Instant.parse(text(json, "started_at")),
        Instant.parse(text(json, "ended_at")),
        exitCode(json.required("exit_code").asInt(-1)),
        json.required("error").isNull() ? null : text(json, "error"),
        text(json, "ledger"),
        number(json, "manifest_rows"),
        readOutcomes(json.required("outcomes")),
        number(json, "bytes_uploaded"),
        readAttempts(json.path("attempts")),
        readPhases(json.required("phases")),
        readRequests(json.required("requests")),
        readPlan(json.required("plan")),
        EstimateJson.read(json.path("estimate")),
        readSettings(json.required("settings")),
        readProblems(json.path("problems")));
  }

  private static OutcomeTotals readOutcomes(JsonNode json) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    json.properties()
        .forEach(
            field ->
                totals.put(
                    Outcome.valueOf(field.getKey()),
                    new Total(
                        number(field.getValue(), "rows"), number(field.getValue(), "bytes"))));
    return new OutcomeTotals(totals);
  }

  private static List<RunReport.Attempt> readAttempts(JsonNode json) {
    List<RunReport.Attempt> attempts = new ArrayList<>();
    for (JsonNode attempt : json) {
      attempts.add(
          new RunReport.Attempt(
              Instant.parse(text(attempt, "started_at")),
              Instant.parse(text(attempt, "ended_at"))));
    }
    return attempts;
  }

  private static List<RunReport.Phase> readPhases(JsonNode json) {
    List<RunReport.Phase> phases = new ArrayList<>();
    json.properties()
        .forEach(
            field -> {
              JsonNode phase = field.getValue();
              phases.add(
                  new RunReport.Phase(
                      field.getKey(),
                      phase.required("seconds").doubleValue(),
                      number(phase, "files"),
                      number(phase, "bytes")));
            });
    return phases;
  }

  private static Map<String, Long> readRequests(JsonNode json) {
    Map<String, Long> requests = new LinkedHashMap<>();
    json.properties().forEach(field -> requests.put(field.getKey(), field.getValue().longValue()));
    return requests;
  }

  private static RunReport.@Nullable Plan readPlan(JsonNode json) {
    return json.isNull()
        ? null
        : new RunReport.Plan(
            // Reports of earlier versions lack it.
            json.has("files") ? number(json, "files") : number(json, "puts"),
            number(json, "list_pages"),
            number(json, "heads"),
            number(json, "puts"),
            number(json, "parts"),
            number(json, "bytes"));
  }

  private static @Nullable ProblemCounts readProblems(JsonNode json) {
    return json.isObject()
        ? new ProblemCounts(
            json.required("known_from").isNull() ? null : text(json, "known_from"),
            number(json, "known"),
            number(json, "new"),
            number(json, "most_new"))
        : null;
  }

  private static Map<String, String> readSettings(JsonNode json) {
    Map<String, String> settings = new LinkedHashMap<>();
    json.properties().forEach(field -> settings.put(field.getKey(), field.getValue().asText()));
    return settings;
  }

  private static ExitCode exitCode(int value) {
    for (ExitCode code : ExitCode.values()) {
      if (code.value() == value) {
        return code;
      }
    }
    throw new IllegalArgumentException("'exit_code' is none of the job's: " + value);
  }
}
