package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.upload.Probe;
import org.assetstager.upload.Probe.Figure;
import org.assetstager.upload.Probe.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportJsonTest {
  static final Estimate ESTIMATE =
      new Estimate(
          12.5,
          100,
          Map.of("PUT", 7L),
          1_500_000,
          "USD",
          new BigDecimal("1234.500000"),
          new BigDecimal("0.000000"),
          new BigDecimal("0.000012"),
          List.of("Transfer: not measured"),
          new Estimate.Probed(
              new Probe(20, 4, 8, true, Map.of(Kind.HEAD, new Figure(100, 0, 5.25, 0))),
              "small_contents",
              "requests of small contents, 5 a second"));

  /** Returns the report of a run that ended otherwise than {@link #report} says. */
  static RunReport with(
      RunReport report, ExitCode exitCode, @Nullable String error, long manifestRows) {
    return with(report, exitCode, error, manifestRows, report.phases());
  }

  static RunReport with(
      RunReport report,
      ExitCode exitCode,
      @Nullable String error,
      long manifestRows,
      List<RunReport.Phase> phases) {
    return new RunReport(
        report.runId(),
        report.command(),
        report.dryRun(),
        report.appVersion(),
        report.sparkVersion(),
        report.startedAt(),
        report.endedAt(),
        exitCode,
        error,
        report.ledger(),
        manifestRows,
        report.outcomes(),
        report.bytesUploaded(),
        report.attempts(),
        phases,
        report.requests(),
        report.plan(),
        report.estimate(),
        report.settings(),
        report.problems());
  }

  static RunReport report(ExitCode exitCode, OutcomeTotals totals, RunReport.Plan plan) {
    return report(exitCode, totals, plan, null);
  }

  static RunReport report(
      ExitCode exitCode, OutcomeTotals totals, RunReport.Plan plan, ProblemCounts problems) {
    Map<String, Long> requests = new LinkedHashMap<>();
    requests.put("PUT", 7L);
    requests.put("LIST", 1234L);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("staging.bucket", "incoming");
    settings.put("remote.bucket", "indexed");
    return new RunReport(
        "run1",
        "stage",
        plan != null,
        "0.1.0",
        "4.2.0",
        Instant.parse("2026-01-02T03:04:05.678Z"),
        Instant.parse("2026-01-02T03:05:05Z"),
        exitCode,
        null,
        "file:///ledger/run_id=run1",
        totals.rows(),
        totals,
        5_000_000_000L,
        List.of(
            new RunReport.Attempt(
                Instant.parse("2026-01-02T03:04:05.678Z"), Instant.parse("2026-01-02T03:04:07Z")),
            new RunReport.Attempt(
                Instant.parse("2026-01-02T03:04:30Z"), Instant.parse("2026-01-02T03:05:05Z"))),
        List.of(
            new RunReport.Phase("verify", 2.5, 10, 5000),
            new RunReport.Phase("list", 1, 0, 0),
            new RunReport.Phase("upload", 0, 0, 0)),
        requests,
        plan,
        plan == null ? null : ESTIMATE,
        settings,
        problems);
  }

  @ParameterizedTest
  @EnumSource(ExitCode.class)
  void read_whatWasWritten_isEqual(ExitCode exitCode) {
    OutcomeTotals totals = Rows.totals(Outcome.STAGED, 3, Outcome.MODIFIED, 1);
    for (RunReport.Plan plan : new RunReport.Plan[] {null, new RunReport.Plan(6, 1, 2, 3, 4, 5)}) {
      RunReport report = report(exitCode, totals, plan);
      RunReport read = ReportJson.read(ReportJson.write(report), "r");
      assertThat(read).isEqualTo(report);
      assertThat(read.settings().keySet()).containsExactly("staging.bucket", "remote.bucket");
      assertThat(read.requests().keySet()).containsExactly("PUT", "LIST");
    }
  }

  @Test
  void write_dryRun_hasTheEstimate() throws Exception {
    RunReport report =
        report(
            ExitCode.DONE, Rows.totals(Outcome.PLANNED, 3), new RunReport.Plan(6, 1, 2, 3, 4, 5));
    JsonNode estimate = new ObjectMapper().readTree(ReportJson.write(report)).get("estimate");

    assertThat(estimate.fieldNames())
        .toIterable()
        .containsExactly(
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
    JsonNode probe = estimate.get("probe");
    assertThat(probe.get("bound").asText()).isEqualTo("small_contents");
    assertThat(probe.get("bound_text").asText())
        .isEqualTo("requests of small contents, 5 a second");
    assertThat(probe.get("seconds").asInt()).isEqualTo(20);
    assertThat(probe.get("tasks").asInt()).isEqualTo(4);
    assertThat(probe.get("streams").asInt()).isEqualTo(8);
    assertThat(probe.get("read_before").asBoolean()).isTrue();
    assertThat(probe.at("/figures/HEAD/count").asInt()).isEqualTo(100);
    assertThat(probe.at("/figures/HEAD/per_second").asDouble()).isEqualTo(5.25);
    assertThat(estimate.get("seconds").asDouble()).isEqualTo(112.5);
    assertThat(estimate.at("/requests/PUT").asLong()).isEqualTo(7);
    assertThat(estimate.get("cost_once").asDouble()).isEqualTo(1234.5);
    assertThat(estimate.get("storage_cost_per_month").asDouble()).isEqualTo(0.000012);
    assertThat(estimate.at("/basis/0").asText()).isEqualTo("Transfer: not measured");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run0", ""})
  void read_problemsThatWereWritten_areEqual(String knownFrom) throws Exception {
    ProblemCounts problems = new ProblemCounts(knownFrom.isEmpty() ? null : knownFrom, 400, 14, 20);
    RunReport report = report(ExitCode.DONE, Rows.totals(Outcome.MODIFIED, 414), null, problems);

    String text = ReportJson.write(report);

    assertThat(ReportJson.read(text, "x")).isEqualTo(report);
    JsonNode json = new ObjectMapper().readTree(text).get("problems");
    assertThat(json.get("known").asLong()).isEqualTo(400);
    assertThat(json.get("new").asLong()).isEqualTo(14);
    assertThat(json.get("known_from").isNull()).isEqualTo(knownFrom.isEmpty());
  }

  @Test
  void write_anyReport_hasItsFieldsInAFixedOrder() throws Exception {
    JsonNode json =
        new ObjectMapper()
            .readTree(
                ReportJson.write(report(ExitCode.DONE, Rows.totals(Outcome.STAGED, 3), null)));
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "format",
            "run_id",
            "command",
            "dry_run",
            "app_version",
            "spark_version",
            "started_at",
            "ended_at",
            "exit_code",
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
    assertThat(json.get("format").asInt()).isEqualTo(1);
    assertThat(json.get("started_at").asText()).isEqualTo("2026-01-02T03:04:05.678Z");
    assertThat(json.at("/outcomes/STAGED/bytes").asLong()).isEqualTo(30);
    assertThat(json.at("/outcomes/FAILED/rows").isIntegralNumber()).isTrue();
    assertThat(json.get("outcomes").size()).isEqualTo(Outcome.values().length);
    assertThat(json.at("/phases/verify/bytes_per_second").asLong()).isEqualTo(2000);
    assertThat(json.get("plan").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{}", "{\"format\":1}", "{\"format\":1,\"run_id\":7}", "nonsense"})
  void read_noReport_saysWhereAndWhatToName(String text) {
    assertThatThrownBy(() -> ReportJson.read(text, "x/report.json"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("x/report.json is not a run report")
        .hasMessageContaining("<ledger.path>/run_id=<id>");
  }

  @Test
  void read_unknownOutcomeOrExitCode_isNoReport() {
    String text = ReportJson.write(report(ExitCode.DONE, Rows.totals(Outcome.STAGED, 3), null));
    for (String wrong : List.of("5", "null", "[]")) {
      String damaged = text.replaceAll("(?s)\"(verify|STAGED)\" : \\{.*?}", "\"$1\" : " + wrong);
      assertThat(damaged).contains("\"verify\" : " + wrong, "\"STAGED\" : " + wrong);
      assertThatThrownBy(() -> ReportJson.read(damaged, "r"))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("r is not a run report: 'outcomes' has " + wrong);
    }
    assertThatThrownBy(() -> ReportJson.read(text.replace("STAGED", "GONE"), "r"))
        .isInstanceOf(JobFailure.class);
    assertThatThrownBy(
            () -> ReportJson.read(text.replace("\"exit_code\" : 0", "\"exit_code\" : 99"), "r"))
        .hasMessageContaining("99");
    assertThatThrownBy(() -> ReportJson.read(text.replace("\"rows\" : 3", "\"rows\" : 3.5"), "r"))
        .hasMessageContaining("'rows' is wrong: ")
        .hasMessageContaining("3.5");
  }

  @Test
  void read_anotherFormat_namesBoth() {
    assertThatThrownBy(() -> ReportJson.read("{\"format\":2}", "r"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("r has the format 2, not 1");
  }
}
