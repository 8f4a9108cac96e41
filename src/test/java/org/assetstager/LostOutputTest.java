package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command says and ends with where its standard output can't be written. */
@Tag("process")
@Tag("server")
@Tag("spark")
class LostOutputTest {
  private static final String FULL = "No space left on device";

  @TempDir private Path folder;
  private StageFixture fixture;
  private String run;

  /** What a command came to but for its output. */
  private record Ran(int exitCode, String err) {}

  @BeforeEach
  void stage() {
    TestSpark.session();
    fixture = new StageFixture(folder);
    String manifest = fixture.manifest(fixture.add("a", "one")).toString();
    var ran = fixture.command(List.of("--manifest", manifest, "--run-id", "r"));
    assertThat(ran.exitCode()).as(ran.toString()).isZero();
    run = fixture.ledgers.resolve("run_id=r").toString();
  }

  private static Ran execute(Writer out, String... arguments) {
    StringWriter err = new StringWriter();
    return new Ran(Main.execute(out, new PrintWriter(err), arguments), err.toString());
  }

  private static Ran onFullDisk(String... arguments) throws IOException {
    Writer out = Files.newBufferedWriter(Path.of("/dev/full"));
    Ran ran = execute(out, arguments);
    closeQuietly(out);
    return ran;
  }

  private static Ran withoutReader(String... arguments) throws Exception {
    Process gone = new ProcessBuilder("sh", "-c", "exec <&-; echo closed; exec sleep 600").start();
    try {
      assertThat(gone.inputReader().readLine()).isEqualTo("closed");
      Writer out = new BufferedWriter(new OutputStreamWriter(gone.getOutputStream(), UTF_8));
      Ran ran = execute(out, arguments);
      closeQuietly(out);
      return ran;
    } finally {
      gone.destroyForcibly();
    }
  }

  private static void closeQuietly(Writer out) {
    try {
      out.close();
    } catch (IOException e) {
      assertThat(e).hasMessageMatching(FULL + "|Broken pipe");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--rows jsonl", "--rows csv", "--rows sheet", ""})
  void report_fullDisk_exits1AndSaysSo(String options) throws Exception {
    Ran ran = onFullDisk(("report --run " + run + " " + options).split(" "));

    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED.value());
    assertThat(ran.err())
        .isEqualTo(
            "asset-stager: Standard output could not be written: "
                + FULL
                + ". Make room for it, or send it elsewhere, and run again\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--rows jsonl", "--rows csv", ""})
  void report_readerHasGone_exits1InSilence(String options) throws Exception {
    assertThat(withoutReader(("report --run " + run + " " + options).split(" ")))
        .isEqualTo(new Ran(ExitCode.FAILED.value(), ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "report --help", "--version"})
  void help_fullDisk_exits1AndSaysSo(String words) throws Exception {
    Ran ran = onFullDisk(words.split(" "));

    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED.value());
    assertThat(ran.err()).contains(FULL);
  }

  @Test
  void stage_fullDisk_endsAsTheRunDidAndSaysSo() throws Exception {
    String manifest = fixture.manifest(fixture.add("b", "two")).toString();
    String config = fixture.settingsPath().toString();
    String[] arguments = {"stage", "--config", config, "--manifest", manifest, "--run-id", "s"};

    Ran ran = onFullDisk(arguments);

    assertThat(ran.exitCode()).isEqualTo(ExitCode.DONE.value());
    assertThat(ran.err())
        .startsWith("asset-stager: Standard output could not be written: " + FULL)
        .contains("The run has ended; its results are in ", "run_id=s");
    assertThat(withoutReader(arguments)).isEqualTo(new Ran(ExitCode.DONE.value(), ""));
  }

  /** Takes what is printed until an event, and nothing from then on. */
  private static final class Until extends FilterWriter {
    private final String event;

    Until(String event) {
      super(new StringWriter());
      this.event = "\"event\":\"" + event + "\"";
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      super.write(text, offset, length);
      requireRoom();
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      super.write(text, offset, length);
      requireRoom();
    }

    private void requireRoom() throws IOException {
      if (out.toString().contains(event)) {
        throw new IOException(FULL);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "step", "result"})
  void stage_jsonThatCannotBePrintedAnyMore_endsAsTheRunDid(String event) throws Exception {
    String manifest = fixture.manifest(fixture.add("b", "two")).toString();
    String config = fixture.settingsPath().toString();

    Ran ran =
        execute(
            new Until(event),
            "stage",
            "--json",
            "--config",
            config,
            "--manifest",
            manifest,
            "--run-id",
            "s");

    Path run = fixture.ledgers.resolve("run_id=s");
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE.value());
    assertThat(ran.err()).contains(FULL, "The run has ended; its results are in ");
    assertThat(run.resolve("ledger/_SUCCESS")).exists();
    assertThat(StageFixture.readReport(run).get("exit_code").asInt()).isZero();
    assertThat(StageFixture.readReport(run).get("error").isNull()).isTrue();
  }

  @Test
  void stage_fullDiskAndWrongUsage_keepsItsOwnExitCode() throws Exception {
    assertThat(onFullDisk("stage", "--resume", "no-such-run", "--config", "no.conf").exitCode())
        .isEqualTo(ExitCode.USAGE.value());
  }

  @Test
  void snapshotAndAudit_fullDisk_keepWhatTheyHaveWritten() throws Exception {
    String out = folder.resolve("m").toString();

    Ran snapshot = onFullDisk("snapshot", fixture.root.toString(), "--top-hash", "t", "--out", out);
    Ran audit = onFullDisk("audit", "--run", run, "--config", fixture.settingsPath().toString());

    assertThat(snapshot.exitCode()).isZero();
    assertThat(snapshot.err()).contains(FULL, "The manifest is complete, in ", out);
    assertThat(audit.exitCode()).isZero();
    assertThat(audit.err()).contains(FULL, "The audit is complete, in ", run);
  }
}
