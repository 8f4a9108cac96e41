package org.assetstager.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerFacts;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.RunReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class RowCommandsTest {
  private static final RunReport REPORT =
      Pages.report(ExitCode.NEEDS_PERSON, null, new OutcomeTotals(Map.of()), null);

  @TempDir Path directory;

  private static LedgerRow row(
      Outcome outcome, String file, String root, String path, String remedy, String key) {
    return new LedgerRow(
        "run1",
        file,
        42,
        "top",
        null,
        null,
        root,
        path,
        1L,
        null,
        null,
        null,
        "X",
        null,
        outcome,
        null,
        key == null ? null : "indexed",
        key,
        null,
        0,
        null,
        remedy,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        false,
        LedgerFacts.NONE,
        null);
  }

  private static String command(Outcome outcome, String root, String path) {
    return new RowCommands(REPORT).of(row(outcome, "file:/m/a b.jsonl", root, path, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID,      'tail -c +43 -- ''/m/a b.jsonl'' | head -n 1 | head -c 4096 | cat -v'",
    "OUTSIDE_ROOT, readlink -f -- /data/p",
    "UNREADABLE,   namei -l -- /data/p",
    "DELETED,      ls -ld -- /data/p",
    "RENAMED,      ls -ld -- /data/p",
    "MODIFIED,     stat -- /data/p",
    "FAILED,       ls -ld -- /data/p",
    "CONFLICT,     'asset-stager report --run file:///ledger/run_id=run1 --rows jsonl --outcome CONFLICT'"
  })
  void of_outcome_isItsCommand(Outcome outcome, String command) {
    assertThat(command(outcome, "/data", "p")).isEqualTo(command);
  }

  @Test
  void of_conflict_asksTheRemote() {
    assertThat(
            new RowCommands(REPORT)
                .of(row(Outcome.CONFLICT, "m", "/data", "p", null, "contents/t/a-_==")))
        .isEqualTo(
            "aws s3api head-object --bucket=indexed --key=contents/t/a-_=="
                + " --endpoint-url=http://127.0.0.1:9000");
  }

  @Test
  void of_renamed_looksAtTheNewPath() {
    String remedy = "Remove the old path from the asset and add the new one: new/na me";
    assertThat(new RowCommands(REPORT).of(row(Outcome.RENAMED, "m", "/data", "old", remedy, null)))
        .isEqualTo("ls -ld -- '/data/new/na me'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs://n/m.jsonl", "file:/m/x.jsonl.gz", "file:/m/x.parquet"})
  void of_invalidInAManifestThatIsNoPlainFile_readsTheLedger(String file) {
    assertThat(new RowCommands(REPORT).of(row(Outcome.INVALID, file, null, null, null, null)))
        .isEqualTo(
            "asset-stager report --run file:///ledger/run_id=run1 --rows jsonl --outcome INVALID");
  }

  @Test
  void of_nameThatIsNotUtf8_looksIntoItsDirectory() {
    assertThat(command(Outcome.UNREADABLE, "/data", "a b/\uFFFDx/y"))
        .isEqualTo("ls -lab -- '/data/a b'");
    assertThat(command(Outcome.UNREADABLE, "/", "\ud800")).isEqualTo("ls -lab -- /");
  }

  @Test
  void of_nameTooLongForAFile_readsTheLedger() {
    assertThat(command(Outcome.DELETED, "/data", "x".repeat(5000)))
        .startsWith("asset-stager report");
    assertThat(command(Outcome.DELETED, null, "p")).startsWith("asset-stager report");
  }

  @Test
  void of_hostileNames_doNothingButLook() throws Exception {
    StringBuilder script = new StringBuilder();
    for (String name : Pages.HOSTILE) {
      if (name.indexOf('/') < 0 && name.indexOf('\uFFFD') < 0) {
        Files.writeString(directory.resolve(name), "x");
        script.append(command(Outcome.MODIFIED, directory.toString(), name)).append('\n');
      }
    }
    String out = bash(script.toString());

    assertThat(script.toString().lines()).allMatch(line -> line.startsWith("stat -- "));
    assertThat(out.lines().filter(line -> line.contains("Size: 1")))
        .hasSize((int) script.toString().lines().count());
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("pwned"));
    }
  }

  private String bash(String script) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "--norc", "-s").directory(directory.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(script.getBytes(UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }
}
