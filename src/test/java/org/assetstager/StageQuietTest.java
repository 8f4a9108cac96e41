package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.assetstager.StageFixture.Ran;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --quiet} leaves: errors, and what a person must act on. */
@Tag("server")
@Tag("spark")
class StageQuietTest {
  @TempDir private Path folder;

  @Test
  void stage_quietAndNobodyIsNeeded_printsNothing() {
    StageFixture fixture = new StageFixture(folder);
    String manifest = fixture.manifest(fixture.add("a", "one")).toString();

    Ran ran = fixture.command(List.of("--manifest", manifest, "--run-id", "q", "--quiet"));

    assertThat(ran).isEqualTo(new Ran(0, "", ""));
    assertThat(StageFixture.readLedger(fixture.ledgers.resolve("run_id=q"))).hasSize(1);

    assertThat(fixture.command(List.of("--resume", "q", "--quiet"))).isEqualTo(new Ran(0, "", ""));
  }

  @Test
  void stage_quietAndRowsNeedAPerson_printsThemAndWhereTheLedgerIs() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    var gone = fixture.add("gone", "gone");
    Files.delete(fixture.path("gone"));
    String manifest = fixture.manifest(fixture.add("a", "one"), gone).toString();

    Ran ran = fixture.command(List.of("--manifest", manifest, "--run-id", "q", "--quiet"));

    assertThat(ran.exitCode()).isEqualTo(3);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .contains("1 missing (DELETED", fixture.path("gone").toString(), "  do:  ")
        .contains("run id  q", "ledger  ", "Exit code 3")
        .doesNotContain("STAGED", "requests", "scan", "transfer");
  }

  @Test
  void stage_quietAndItFails_saysWhichRun() {
    StageFixture fixture = new StageFixture(folder);
    String manifest = fixture.manifest("m.jsonl", "no json\n").toString();

    Ran ran =
        fixture.command(
            List.of("--manifest", manifest, "--run-id", "q", "--quiet", "--max-invalid", "0"));

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("run id  q\n", "ledger  ", "asset-stager: ", "--max-invalid");
  }

  @Test
  void snapshot_quiet_printsOnlyWhatItLeftOut() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    fixture.file("a", "one");
    String root = fixture.root.toString();
    assertThat(
            StageFixture.command(
                "snapshot", root, "--top-hash", "t", "--out", folder + "/m1", "--quiet"))
        .isEqualTo(new Ran(0, "", ""));

    Files.createSymbolicLink(fixture.path("link"), fixture.path("a"));
    Ran ran =
        StageFixture.command(
            "snapshot", root, "--top-hash", "t", "--out", folder + "/m2", "--quiet");
    assertThat(ran.out()).contains("skipped  1: ", "  link  ").doesNotContain("snapshot  ");
  }

  @Test
  void stage_quiet_leavesTheLevelOfLogsAsItWas() {
    Level before = LogManager.getLogger("org.assetstager").getLevel();
    StageFixture fixture = new StageFixture(folder);
    fixture.command(
        List.of("--manifest", fixture.manifest(fixture.add("a", "x")).toString(), "--quiet"));

    assertThat(LogManager.getLogger("org.assetstager").getLevel()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "plain", "none"})
  void stage_noTerminal_printsPlainLinesUnlessThereAreToBeNone(String progress) throws Exception {
    StageFixture fixture = new StageFixture(folder);
    String manifest = fixture.manifest(fixture.add("a", "one")).toString();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      Ran ran = fixture.command(List.of("--manifest", manifest, "--progress", progress));
      assertThat(ran.exitCode()).isZero();
    } finally {
      System.setErr(before);
    }

    if (progress.equals("none")) {
      assertThat(printed.toString(UTF_8)).isEmpty();
    } else {
      assertThat(printed.toString(UTF_8).lines())
          .anyMatch(line -> line.startsWith("transfer  1 of 1 files  3 B of 3 B  "))
          .noneMatch(line -> line.contains("\r") || line.contains("\u001b"));
    }
  }

  @Test
  void stage_unknownProgress_namesThoseThereAre() {
    Ran ran = StageFixture.command("stage", "--progress", "loud");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("--progress", "AUTO, PLAIN, NONE");
  }
}
