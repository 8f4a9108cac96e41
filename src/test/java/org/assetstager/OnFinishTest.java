package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;
import org.assetstager.testing.WebHook;
import org.assetstager.testing.WebHook.Posted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command and the webhook that are told how a run ended. */
@Tag("server")
@Tag("spark")
class OnFinishTest {
  @TempDir Path folder;
  private WebHook hook;

  @BeforeEach
  void startServer() throws IOException {
    hook = new WebHook();
  }

  @AfterEach
  void stopServer() {
    hook.close();
  }

  /** Makes a command that keeps what it gets. */
  private List<String> keeping(Path kept) throws IOException {
    Path script = folder.resolve("keep 'it'.sh");
    Files.writeString(
        script,
        "{ echo \"$ASSET_STAGER_RUN_ID $ASSET_STAGER_EXIT_CODE $2\"; cat; } >\"$1\"\necho noise\n");
    return List.of("bash", script.toString(), kept.toString(), "$HOME; *");
  }

  private static String hocon(List<String> words) throws IOException {
    return new ObjectMapper().writeValueAsString(words);
  }

  private StageFixture fixture(Path kept) throws IOException {
    return new StageFixture(folder)
        .settings(
            "on-finish { command = "
                + hocon(keeping(kept))
                + ", webhook = \""
                + hook.url("/ok")
                + "\" }");
  }

  private void requireTold(Path kept, String runId, int exitCode, String json) throws IOException {
    assertThat(Files.readString(kept)).isEqualTo(runId + " " + exitCode + " $HOME; *\n" + json);
    assertThat(hook.posted())
        .containsExactly(new Posted("/ok", runId, Integer.toString(exitCode), null, json));
  }

  @Test
  void stage_doneWithAndWithoutRowsForAPerson_handsOverTheReportOnce() throws IOException {
    Path kept = folder.resolve("kept");
    StageFixture fixture = fixture(kept);
    Path manifest = fixture.manifest(fixture.add("a", "a"));

    Finished clean = fixture.stage(manifest, "--run-id", "clean");
    requireTold(kept, "clean", 0, Files.readString(clean.run.resolve("report.json")));
    assertThat(clean.ran.out()).doesNotContain("Warning", "noise");

    hook.posted().clear();
    Ran again = fixture.command(List.of("--manifest", manifest.toString(), "--run-id", "clean"));
    assertThat(again.exitCode()).isZero();
    assertThat(hook.posted()).as("a run that was done before").isEmpty();

    ObjectNode gone = fixture.add("gone", "gone");
    Files.delete(fixture.path("gone"));
    Finished person =
        fixture.stage(fixture.manifest("m2.jsonl", StageFixture.lines(gone)), "--run-id", "person");
    requireTold(kept, "person", 3, Files.readString(person.run.resolve("report.json")));
  }

  @Test
  void stage_failures_handOverWhy() throws IOException {
    Path kept = folder.resolve("kept");
    StageFixture fixture = fixture(kept);
    Path manifest = fixture.manifest("m.jsonl", "no row\n");

    Ran refused =
        fixture.command(
            List.of("--manifest", manifest.toString(), "--run-id", "bad", "--max-invalid", "0"));
    assertThat(refused.exitCode()).isEqualTo(2);
    requireTold(
        kept, "bad", 2, Files.readString(fixture.ledgers.resolve("run_id=bad/report.json")));

    hook.posted().clear();
    Ran missing =
        fixture.command(List.of("--manifest", folder + "/none.jsonl", "--run-id", "no/id\n"));
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(hook.posted()).hasSize(1);
    JsonNode report = new ObjectMapper().readTree(hook.posted().get(0).body());
    assertThat(hook.posted().get(0).runId()).isEmpty();
    assertThat(report.get("exit_code").asInt()).isEqualTo(2);
    assertThat(missing.err()).contains(report.get("error").asText());

    hook.posted().clear();
    Ran bucket =
        fixture.command(
            List.of(
                "--manifest",
                manifest.toString(),
                "--run-id",
                "b",
                "--set",
                "staging.bucket=none"));
    assertThat(bucket.exitCode()).isEqualTo(2);
    assertThat(hook.posted()).hasSize(1);
    assertThat(hook.posted().get(0).runId()).isEqualTo("b");
    assertThat(hook.posted().get(0).body())
        .contains("\"exit_code\" : 2")
        .doesNotContain("user-secret");

    hook.posted().clear();
    Ran unnamed =
        fixture.command(List.of("--manifest", manifest.toString(), "--set", "staging.bucket=none"));
    assertThat(unnamed.exitCode()).isEqualTo(2);
    assertThat(hook.posted())
        .singleElement()
        .satisfies(told -> assertThat(told.runId()).matches("\\d{8}T\\d{6}Z-[0-9a-f]{6}"));
  }

  @Test
  void stage_dryRunAfterAFailedNight_leavesPrometheusTheNight() throws IOException {
    Path told = folder.resolve("asset_stager.prom");
    StageFixture fixture =
        new StageFixture(folder)
            .settings(
                "on-finish.command = "
                    + hocon(List.of("sh", "conf/schedules/textfile.sh", told.toString())));
    ObjectNode gone = fixture.add("gone", "gone");
    Files.delete(fixture.path("gone"));
    fixture.stage(fixture.manifest("m2.jsonl", StageFixture.lines(gone)), "--run-id", "night");
    String ofTheNight = Files.readString(told);
    assertThat(ofTheNight).contains("exit_code 3\n", "run_id=\"night\"");

    Finished plan =
        fixture.stage(fixture.manifest(fixture.add("a", "a")), "--run-id", "plan", "--dry-run");
    assertThat(plan.ran.exitCode()).isZero();
    Ran failed = fixture.command(List.of("--manifest", folder + "/none.jsonl", "--dry-run"));
    assertThat(failed.exitCode()).isEqualTo(2);
    Ran refused =
        fixture.command(
            List.of(
                "--manifest",
                fixture.manifest("m3.jsonl", "no row\n").toString(),
                "--max-invalid",
                "0",
                "--dry-run"));
    assertThat(refused.exitCode()).isEqualTo(2);

    assertThat(told).hasContent(ofTheNight);
  }

  @Test
  void stage_anotherDriverAtWork_leavesTheTellingToIt() throws IOException {
    Path kept = folder.resolve("kept");
    StageFixture fixture = fixture(kept);
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    RunFolder busy =
        new RunFolder(
            fixture.ledgers.resolve("run_id=busy").toUri().toString(), new Configuration());
    busy.create();
    try (RunLock lock = RunLock.take(busy)) {
      Ran second = fixture.command(List.of("--manifest", manifest.toString(), "--run-id", "busy"));

      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.err()).contains("Another driver, process");
    }
    assertThat(hook.posted()).isEmpty();
    assertThat(kept).doesNotExist();
  }

  @Test
  void stage_hooksThatFail_areWarningsAndChangeNothing() throws IOException {
    StageFixture fixture =
        new StageFixture(folder)
            .settings(
                "on-finish { command = [\"bash\", \"-c\", \"exit 7\", \"CANARY\"], webhook ="
                    + " \"http://user:CANARY@127.0.0.1:"
                    + hook.port()
                    + "/500?token=CANARY\" }");

    Finished finished = fixture.stage(fixture.manifest(fixture.add("a", "a")));

    assertThat(finished.ran.exitCode()).isZero();
    assertThat(finished.ran.out())
        .contains("Warning: The on-finish command [\"bash\", ...] ended with exit code 7. ")
        .contains(
            "Warning: The on-finish webhook http://127.0.0.1:"
                + hook.port()
                + "/... answered 500. The run's result and exit code don't change.")
        .doesNotContain("CANARY");
    assertThat(hook.posted()).hasSize(1);
    assertThat(hook.posted().get(0).body()).doesNotContain("CANARY");
    assertThat(hook.posted().get(0).authorization()).isEqualTo("Basic dXNlcjpDQU5BUlk=");
    try (Stream<Path> files = Files.walk(finished.run)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".json")).toList()) {
        assertThat(Files.readString(file)).as("%s", file).doesNotContain("CANARY");
      }
    }
  }
}
