package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Row;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.testing.IcebergTable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --ledger-format iceberg}: every run's ledger is in one table, once. */
@Tag("server")
@Tag("spark")
class StageLedgerTableTest {
  private static final String ICEBERG = "--ledger-format=iceberg";

  @TempDir Path folder;
  private StageFixture fixture;
  private Path manifest;

  @BeforeEach
  void addFiles() {
    fixture = new StageFixture(folder);
    fixture.file("gone", "content of gone");
    manifest =
        fixture.manifest(
            fixture.add("a", "content of a"),
            fixture.add("equal to a", "content of a").put("created_by", "ann"),
            fixture.row("gone").put("asset", "α"));
    assertThat(fixture.path("gone").toFile().delete()).isTrue();
  }

  private void assertInTable(Finished... runs) {
    List<Row> expected = new ArrayList<>();
    for (Finished run : runs) {
      List<Row> ofRun = run.ledger().stream().map(LedgerRow.CODEC::toRow).toList();
      assertThat(IcebergTable.rowsOf(fixture.ledgers, run.runId()))
          .containsExactlyInAnyOrderElementsOf(ofRun);
      expected.addAll(ofRun);
    }
    assertThat(IcebergTable.rows(fixture.ledgers)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void stage_severalRuns_areInOneTable() {
    Finished dry = fixture.stage(manifest, ICEBERG, "--dry-run");
    Finished first = fixture.stage(manifest, ICEBERG);
    fixture.settings("ledger.format = iceberg");
    Finished second = fixture.stage(manifest);

    assertInTable(dry, first, second);
    assertThat(dry.ledger()).allMatch(LedgerRow::dryRun);
    assertThat(first.ledger()).noneMatch(LedgerRow::dryRun);
    assertThat(first.report().get("phases").has("table")).isTrue();
    Table table = IcebergTable.load(fixture.ledgers);
    assertThat(table.snapshots())
        .extracting(snapshot -> snapshot.summary().get("asset-stager.run-id"))
        .containsExactly(dry.runId(), first.runId(), second.runId());
    assertThat(table.properties())
        .containsEntry("gc.enabled", "false")
        .containsEntry("asset-stager.ledger-schema", "1");
  }

  @Test
  void resume_runThatIsInTheTable_addsNothing() throws IOException {
    Finished run = fixture.stage(manifest, ICEBERG);
    Ran done = fixture.command(List.of("--resume", run.runId(), ICEBERG));
    assertThat(done.exitCode()).isEqualTo(run.ran.exitCode());
    assertInTable(run);

    // As if the driver had died between the table and its report.
    Files.delete(run.run.resolve("report.json"));
    Finished again = fixture.stage(null, "--resume", run.runId(), ICEBERG);

    assertThat(again.ran.exitCode()).isEqualTo(run.ran.exitCode());
    assertThat(IcebergTable.load(fixture.ledgers).snapshots()).hasSize(1);
    assertInTable(again);
  }

  @Test
  void stage_tableCanNotBeWritten_isAddedByResume() throws IOException {
    Path inTheWay = Files.createDirectories(fixture.ledgers).resolve("iceberg");
    Files.writeString(inTheWay, "no folder");
    Ran ran =
        fixture.command(List.of("--manifest", manifest.toString(), "--run-id", "r1", ICEBERG));

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err()).contains("to the table").contains("iceberg/ledger").contains("--resume");
    Files.delete(inTheWay);
    Finished resumed = fixture.stage(null, "--resume", "r1", ICEBERG);
    assertThat(resumed.ran.exitCode()).isEqualTo(3);
    assertInTable(resumed);
  }

  /** Wherever it is told how to go on, it is told with the options that the run needs for that. */
  @Test
  void stage_breaksOff_isContinuedByTheSameOptionsEverywhere() throws Exception {
    Path inTheWay = Files.createDirectories(fixture.ledgers).resolve("iceberg");
    Files.writeString(inTheWay, "no folder");
    String config = fixture.settingsPath().toString();
    String options = " --set staging.prefix=other/ --dry-run --ledger-format iceberg";
    Ran broken =
        fixture.command(
            List.of(
                "--manifest",
                manifest.toString(),
                "--run-id",
                "r1",
                "--set",
                "staging.prefix=other/",
                "--set",
                "on-finish.command=[\"/bin/true\", \"secret\"]",
                "--dry-run",
                ICEBERG));
    assertThat(broken.exitCode()).as(broken.err()).isEqualTo(1);

    Path run = fixture.ledgers.resolve("run_id=r1");
    String anywhere =
        "asset-stager stage --resume r1 --config \"${CONFIG:?set it to your settings file}\"";
    assertThat(StagePageTest.page(run).get("resume").asText()).isEqualTo(anywhere + options);
    assertThat(StagePageTest.page(run).get("again").asText()).endsWith("\"" + options);
    assertThat(StageFixture.command("report", "--run", "file://" + run).out())
        .contains("Continue with: " + anywhere + options + "\n");
    assertThat(StageFixture.command("runs", "--config", config).out())
        .contains(
            "Continue the latest: asset-stager stage --resume r1 --config " + config + options);
    assertThat(Files.readString(run.resolve("run.json"))).doesNotContain("secret\"");

    Files.delete(inTheWay);
    List<String> again = new ArrayList<>(List.of("--resume", "r1"));
    again.addAll(List.of(options.strip().split(" ")));
    assertThat(fixture.command(again).exitCode()).isEqualTo(3);
  }

  @Test
  void stage_byDefault_makesNoTableAndKeepsToThat() {
    Finished run = fixture.stage(manifest);
    Ran ran = fixture.command(List.of("--resume", run.runId(), ICEBERG));

    assertThat(fixture.ledgers.resolve("iceberg")).doesNotExist();
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("was started with --ledger-format parquet");
  }
}
