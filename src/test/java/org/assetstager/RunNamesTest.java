package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run is named by its id or by its folder, whatever the command. */
@Tag("server")
@Tag("spark")
class RunNamesTest {
  @TempDir static Path folder;
  private static StageFixture fixture;

  @BeforeAll
  static void stage() throws IOException {
    fixture = new StageFixture(folder);
    fixture.stage(fixture.manifest(fixture.add("a", "content of a")), "--run-id", "night.1");
  }

  @AfterAll
  static void forget() {
    fixture = null;
  }

  static Stream<String> names() {
    Path run = fixture.ledgers.resolve("run_id=night.1");
    return Stream.of("night.1", run.toString(), run.toUri().toString());
  }

  private static StageFixture.Ran run(String command, String name, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(command, "--run", name, "--config", fixture.settingsPath().toString()));
    arguments.addAll(List.of(more));
    return StageFixture.command(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("names")
  void report_anyName_findsTheRun(String name) {
    StageFixture.Ran ran = run("report", name);

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("run id  night.1");
    assertThat(run("report", name, "--rows", "jsonl").out()).contains("\"run_id\":\"night.1\"");
  }

  @ParameterizedTest
  @MethodSource("names")
  void audit_anyName_findsTheRun(String name) {
    StageFixture.Ran ran = run("audit", name, "--progress", "none");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  @ParameterizedTest
  @MethodSource("names")
  void abandon_anyName_findsTheRun(String name) {
    StageFixture.Ran ran = run("abandon", name);

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("The run night.1 has left no upload open");
  }

  @Test
  void report_folder_needsNoSettings() {
    StageFixture.Ran ran =
        StageFixture.command(
            "report", "--run", fixture.ledgers.resolve("run_id=night.1").toString());

    assertThat(ran.exitCode()).as(ran.err()).isZero();
  }

  @Test
  void report_idWithoutSettings_saysWhatIsMissing() {
    StageFixture.Ran ran = StageFixture.command("report", "--run", "night.1");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("There are no settings: no --config is given", "stage.conf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"report", "audit", "abandon"})
  void command_idOfNoRun_saysWhereItLooked(String command) {
    StageFixture.Ran ran = run(command, "never");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(fixture.ledgers + "/run_id=never");
  }

  @Test
  void stage_begins_namesItsSettingsFile() {
    StageFixture.Ran ran =
        fixture.command(
            List.of("--manifest", fixture.manifest(fixture.row("a")).toString(), "--dry-run"));

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("settings  " + fixture.settingsPath() + "\nrun id  ");
  }
}
