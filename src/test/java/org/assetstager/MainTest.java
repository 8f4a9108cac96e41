package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.spark.SparkUserAppException;
import org.assetstager.command.CheckCommand;
import org.assetstager.command.Output;
import org.assetstager.command.ReportCommand;
import org.assetstager.command.RunsCommand;
import org.assetstager.command.SnapshotCommand;
import org.assetstager.command.StageCommand;
import org.assetstager.report.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What needs no Spark: arguments, settings, help. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  private int execute(String... arguments) {
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  static Stream<Arguments> wrongUsage() {
    return Stream.of(
        Arguments.of("", "A command is missing"),
        Arguments.of("stag", "There is no command 'stag'\nDid you mean: asset-stager stage"),
        Arguments.of("stage --config c", "Missing --manifest: name a manifest to stage"),
        Arguments.of("stage --manifest m --config c --run-id a --resume b", "give one of them"),
        Arguments.of("stage --manifest m --config c --max-invalid -1", "-1 is negative"),
        Arguments.of("stage --manifest m --config c --max-invalid x", "'x' is not a long"),
        Arguments.of("stage --manifest m --config c --max-problems -1", "-1 is negative"),
        Arguments.of("stage --manifest m --config c --manifest-format xml", "expected one of"),
        Arguments.of("stage --manifest m --config c --dryrun", "--dry-run"),
        Arguments.of("stage --man m --config c", "Unknown option"),
        Arguments.of("snapshot /r --out o", "Missing required option: '--top-hash=H'"),
        Arguments.of(
            "snapshot /r --out o --top-hash t --files-format nul",
            "--files-format needs a list: name it with --files-from"),
        Arguments.of("report --run r --rows xml", "expected one of"),
        Arguments.of(
            "report --run /r --rows csv --remedy add-again,add-agian",
            "--remedy add-agian is not known; there are fix-manifest-row, "),
        Arguments.of("report --run r --outcome STAGED", "--outcome selects rows: give --rows"),
        Arguments.of("report --run r --outcome LOST", "LOST"),
        Arguments.of("--config c stage --manifest m", "Unknown options: '--config', 'c'"),
        Arguments.of("foo stage --manifest m", "There is no command 'foo'"));
  }

  @ParameterizedTest
  @MethodSource("wrongUsage")
  void execute_wrongUsage_saysWhatAndExits2(String arguments, String message) {
    int code = execute(arguments.isEmpty() ? new String[0] : arguments.split(" "));

    assertThat(code).isEqualTo(ExitCode.USAGE.value());
    assertThat(err.toString())
        .startsWith("asset-stager: ")
        .contains(message, "Try 'asset-stager", "--help")
        .doesNotContain("\tat ");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "stage --help",
        "snapshot --help",
        "check --help",
        "runs --help",
        "report --help"
      })
  void execute_help_printsAnExampleThatParses(String arguments) {
    assertThat(execute(arguments.split(" "))).isEqualTo(ExitCode.DONE.value());

    assertThat(err.toString()).isEmpty();
    List<String> examples =
        out.toString().lines().dropWhile(line -> !line.equals("Example:")).skip(1).toList();
    assertThat(examples).as("lines that a person copies").isNotEmpty();
    assertThat(examples).as("lines that are not broken").allMatch(line -> line.length() <= 80);
    String example = String.join(" ", examples).replaceAll(" \\\\ +", " ").strip();
    String[] words = example.strip().split(" ", -1);
    assertThat(words[0]).isEqualTo("asset-stager");
    Output output = new Output(out);
    Object command =
        switch (words[1]) {
          case "stage" -> new StageCommand(output);
          case "snapshot" -> new SnapshotCommand(output);
          case "check" -> new CheckCommand(output);
          case "runs" -> new RunsCommand(output);
          case "report" -> new ReportCommand(output);
          default -> throw new AssertionError(example);
        };
    CommandLine.ParseResult parsed =
        new CommandLine(command)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .parseArgs(Arrays.copyOfRange(words, 2, words.length));
    assertThat(parsed.unmatched()).isEmpty();
    assertThat(parsed.matchedOptions()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "stage --version", "abandon --version"})
  void execute_version_namesJobSparkAndHadoop(String words) {
    assertThat(execute(words.split(" "))).isEqualTo(ExitCode.DONE.value());

    assertThat(out.toString())
        .matches(
            "asset-stager \\d+\\.\\d+\\.\\d+\\S*, commit ([0-9a-f]{12}(-modified)?|unknown), Spark 4\\.\\d\\S+, Hadoop"
                + " 3\\.\\S+\\R");
  }

  @Test
  void execute_fileOfArguments_isRead(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("arguments"), "stage --help");

    assertThat(execute("@" + file)).isZero();
    assertThat(out.toString()).contains("--manifest");
  }

  @Test
  void execute_optionBeforeTheCommand_isTaken() {
    assertThat(execute("--debug", "stage", "--help")).isZero();
    assertThat(out.toString()).contains("--manifest");
  }

  /** Where the first word is a command, the others have no options. */
  @Test
  void execute_commandNamedFirst_isTheOneThatTheHelpNames() {
    execute("--help");
    List<String> names =
        out.toString()
            .lines()
            .dropWhile(line -> !line.equals("Commands:"))
            .skip(1)
            .takeWhile(line -> !line.isBlank())
            .filter(line -> !line.startsWith("   "))
            .map(line -> line.strip().split(" ", 2)[0])
            .toList();
    assertThat(names).hasSize(9).contains("stage", "commit", "generate-completion");

    assertThat(names)
        .allSatisfy(
            name -> {
              out.getBuffer().setLength(0);
              assertThat(execute(name, "--help")).isZero();
              assertThat(out.toString()).startsWith("Usage: asset-stager " + name + " ");
            });
  }

  @Test
  void execute_optionBeforeTheCommand_isTakenAlike() {
    assertThat(execute("--debug", "check", "--config", folder + "/no.conf"))
        .isEqualTo(ExitCode.USAGE.value());
    assertThat(err.toString()).contains("no.conf", "\tat org.assetstager.");
  }

  @Test
  void execute_noSettingsAnywhere_exits2AndSaysWhereItLooked() {
    int code = execute("stage", "--manifest", "m");

    assertThat(code).isEqualTo(ExitCode.USAGE.value());
    assertThat(err.toString())
        .startsWith("asset-stager: There are no settings: no --config is given,")
        .contains("ASSET_STAGER_CONFIG", "stage.conf in the working directory");
  }

  @Test
  void execute_settingsFileMissing_exits2AndNamesIt() {
    int code =
        execute("stage", "--manifest", "m", "--config", folder.resolve("no.conf").toString());

    assertThat(code).isEqualTo(ExitCode.USAGE.value());
    assertThat(err.toString()).startsWith("asset-stager: ").contains("no.conf");
    assertThat(err.toString()).doesNotContain("\tat ");
  }

  private OptionalInt answer(String words, String config) {
    List<String> arguments = new ArrayList<>(List.of(words.split(" ")));
    arguments.addAll(List.of("--config", config));
    return Main.answer(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stage --manifest m",
        "check",
        "runs",
        "report --run night",
        "audit --run night",
        "abandon --run night"
      })
  void answer_settingsFileMissing_isGivenWithoutSpark(String words) {
    assertThat(answer(words, folder + "/no.conf")).hasValue(ExitCode.USAGE.value());
    assertThat(err.toString()).startsWith("asset-stager: ").contains("no.conf");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stage --manifest m --run-id a/b",
        "stage --manifest m --run-id {date}/b",
        "stage --resume a=b"
      })
  void answer_runThatCannotBeCalledSo_isGivenWithoutSpark(String words) {
    assertThat(answer(words, folder + "/no.conf")).hasValue(ExitCode.USAGE.value());
    assertThat(err.toString()).contains("' is not a valid run id. Use 1 to 100 characters of");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stage --manifest m",
        "stage --manifest m --run-id night-{date}",
        "check",
        "runs",
        "report --run night"
      })
  void answer_nothingIsWrong_isLeftToSpark(String words) throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("stage.conf"),
            "asset-stager { remote.bucket = indexed, staging.bucket = incoming, ledger.path = /none }");

    assertThat(answer(words, config.toString())).isEmpty();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void execute_withDebug_showsWhereItHappened() {
    String config = folder.resolve("no.conf").toString();

    int code = execute("stage", "--manifest", "m", "--config", config, "--debug");

    assertThat(code).isEqualTo(ExitCode.USAGE.value());
    assertThat(err.toString())
        .startsWith("asset-stager: ")
        .contains("\tat org.assetstager.settings.SettingsLoader.");
  }

  @Test
  void execute_secretOnTheCommandLine_isRefusedAndNotRepeated() throws Exception {
    Path config = Files.writeString(folder.resolve("stage.conf"), "");

    int code =
        execute(
            "stage",
            "--manifest",
            "m",
            "--config",
            config.toString(),
            "--set",
            "staging.credentials.secret-key=s3cr3t-v4lu3",
            "--debug");

    assertThat(code).isEqualTo(ExitCode.USAGE.value());
    assertThat(err.toString()).contains("secret-key").doesNotContain("s3cr3t-v4lu3");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void execute_controlsInArguments_areShownInMessages() {
    String name = "\u001b]0;owned\u0007\u009b31m";

    assertThat(execute("stage", "--" + name)).isEqualTo(ExitCode.USAGE.value());
    assertThat(execute("stage", "--manifest", "m", "--debug", "--config", folder + "/" + name))
        .isEqualTo(ExitCode.USAGE.value());

    assertThat(err.toString())
        .contains("\\u001b]0;owned\\u0007\\u009b31m", "\tat org.assetstager.")
        .doesNotContain("\u001b", "\u0007", "\u009b");
  }

  @Test
  void main_failure_reachesSparkSubmitAsExitCode() {
    assertThatThrownBy(() -> Main.main(new String[] {"stage", "--no-such-option"}))
        .isInstanceOfSatisfying(
            SparkUserAppException.class,
            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE.value()));
  }

  @Test
  void main_done_returns() throws Exception {
    Main.main(new String[] {"stage", "--help"});
  }
}
