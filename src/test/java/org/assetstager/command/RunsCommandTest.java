package org.assetstager.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.ProblemCounts;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class RunsCommandTest {
  @TempDir private Path folder;
  private Path ledgers;
  private Path config;

  @BeforeEach
  void writeSettings() throws IOException {
    ledgers = Files.createDirectories(folder.resolve("ledgers"));
    config =
        Files.writeString(
            folder.resolve("stage.conf"),
            "asset-stager { remote.bucket = indexed, staging.bucket = incoming, ledger.path = \""
                + ledgers
                + "\" }");
  }

  private Ran runs(String... more) {
    List<String> words = new ArrayList<>(List.of("runs", "--config", config.toString()));
    words.addAll(List.of(more));
    return Commands.runAlone(words.toArray(String[]::new));
  }

  private RunFolder begin(String id, String start, boolean dryRun, int format) {
    RunFolder run = new RunFolder("file:" + ledgers, id, new Configuration());
    run.writeJson(
        RunDescription.FILE,
        new RunDescription(
            format,
            id,
            List.of(),
            null,
            null,
            dryRun,
            2,
            "f",
            Map.of(),
            Instant.parse(start).toEpochMilli(),
            "nonce",
            null,
            null,
            null));
    return run;
  }

  private RunFolder begin(String id, String start) {
    return begin(id, start, false, RunDescription.FORMAT);
  }

  private static void end(
      RunFolder run,
      ExitCode code,
      @Nullable String error,
      Map<Outcome, Total> outcomes,
      @Nullable ProblemCounts problems) {
    run.writeText(
        "report.json",
        ReportJson.write(
            new RunReport(
                run.runId(),
                "stage",
                false,
                "1",
                "4",
                Instant.EPOCH,
                Instant.EPOCH,
                code,
                error,
                run.location(),
                1,
                new OutcomeTotals(outcomes),
                0,
                List.of(),
                List.of(),
                Map.of(),
                null,
                null,
                Map.of(),
                problems)));
    if (error == null) {
      run.writeText("ledger/_SUCCESS", "1");
    }
  }

  @Test
  void runs_ofAllKinds_areListedTheLatestLast() {
    end(begin("z-first", "2026-01-01T00:00:00Z"), ExitCode.DONE, null, Map.of(), null);
    end(
        begin("needs", "2026-01-02T00:00:00Z"),
        ExitCode.NEEDS_PERSON,
        null,
        Map.of(Outcome.MODIFIED, new Total(1200, 1), Outcome.FAILED, new Total(34, 1)),
        new ProblemCounts("z-first", 1000, 200, 0));
    end(
        begin("refused", "2026-01-03T00:00:00Z"),
        ExitCode.USAGE,
        "The manifest is wrong",
        Map.of(),
        null);
    end(begin("failed", "2026-01-04T00:00:00Z"), ExitCode.FAILED, "A disk is full", Map.of(), null);
    begin("older", "2026-01-05T00:00:00Z", false, 1);
    begin("dry", "2026-01-06T07:08:09Z", true, RunDescription.FORMAT);

    Ran ran = runs();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out())
        .isEqualTo(
            """
            run id   started (UTC)        outcome               problems             resume
            z-first  2026-01-01 00:00:00  done                  0                    no
            needs    2026-01-02 00:00:00  done, needs a person  1,234 (1,000 known)  no
            refused  2026-01-03 00:00:00  refused               -                    no
            failed   2026-01-04 00:00:00  failed                -                    yes
            older    2026-01-05 00:00:00  broke off             -                    only with the version that started it
            dry      2026-01-06 07:08:09  broke off (dry run)   -                    yes

            Continue the latest: asset-stager stage --resume dry --config %s --dry-run
            """
                .formatted(config));
  }

  @Test
  void runs_quiet_listsOnlyWhatNeedsSomebody() {
    end(begin("good", "2026-01-01T00:00:00Z"), ExitCode.DONE, null, Map.of(), null);

    assertThat(runs("--quiet").out()).isEmpty();

    end(
        begin("known", "2026-01-02T00:00:00Z"),
        ExitCode.DONE,
        null,
        Map.of(Outcome.MODIFIED, new Total(2, 1)),
        new ProblemCounts("good", 2, 0, 0));
    begin("broken", "2026-01-03T00:00:00Z");

    assertThat(runs("--quiet").out())
        .contains("broken  2026-01-03 00:00:00  broke off", "Continue the latest: ")
        .doesNotContain("good ", "known");
  }

  @Test
  void runs_json_printsAnObjectForEachAndTheResult() throws IOException {
    begin("broken", "2026-01-03T00:00:00Z");

    Ran ran = runs("--json");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    List<String> lines = ran.out().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode run = new ObjectMapper().readTree(lines.get(0));
    assertThat(run.get("event").asText()).isEqualTo("run");
    assertThat(run.get("run_id").asText()).isEqualTo("broken");
    assertThat(run.get("started_at").asText()).isEqualTo("2026-01-03T00:00:00Z");
    assertThat(run.get("outcome").asText()).isEqualTo("broke off");
    assertThat(run.get("problems").isNull()).isTrue();
    assertThat(run.get("resume").asText()).contains("stage --resume broken --config ");
    JsonNode result = new ObjectMapper().readTree(lines.get(1));
    assertThat(result.get("event").asText()).isEqualTo("result");
    assertThat(result.get("runs").asInt()).isEqualTo(1);
  }

  @Test
  void runs_oneThatIsUnderWay_isRunning() {
    RunFolder run = begin("now", "2026-01-01T00:00:00Z");
    try (RunLock lock = RunLock.take(run)) {
      assertThat(runs().out())
          .containsPattern("now +2026-01-01 00:00:00 +running +- +no, another driver works on it")
          .doesNotContain("Continue the");
    }
    assertThat(runs().out()).containsPattern("now .* broke off +- +yes");
  }

  @Test
  void runs_foldersThatAreHalfMadeOrForeign_areToldAndPassedOver() throws IOException {
    Files.createDirectories(ledgers.resolve("run_id=empty"));
    Files.createDirectories(ledgers.resolve("run_id=broken/ledger"));
    Files.writeString(ledgers.resolve("run_id=broken/run.json"), "{");
    begin("nonsense", "2026-01-01T00:00:00Z").writeText("report.json", "no report");
    Files.createDirectories(ledgers.resolve("run_id=folder/run.json"));
    Files.createDirectories(ledgers.resolve("iceberg/ledger"));
    Files.writeString(ledgers.resolve("run_id=file"), "");
    Files.createDirectories(ledgers.resolve("run_id=\u001b[2J"));
    // It can't be looked at.
    Files.createSymbolicLink(ledgers.resolve("run_id=loop"), Path.of("run_id=loop"));

    Ran ran = runs();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out())
        .containsPattern("empty +- +not started +- +no")
        .containsPattern("broken +- +unreadable +- +no")
        .containsPattern("nonsense +- +unreadable +- +no")
        .containsPattern("folder +- +not started +- +no")
        .contains("\\u001b[2J")
        .doesNotContain("iceberg", "\u001b", "run_id=");
    assertThat(ran.out().lines()).hasSize(6);
  }

  @Test
  void runs_none_saysSo() {
    assertThat(runs().out()).isEqualTo("There is no run in file://" + ledgers + " yet.\n");
  }

  @Test
  void runs_noSuchFolder_exits2() throws IOException {
    Files.delete(ledgers);

    Ran ran = runs();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("There is no folder", "ledger.path");
  }
}
