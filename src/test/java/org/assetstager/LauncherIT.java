package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.SubmittedAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code scripts/asset-stager} prints, by the bytes of both streams. */
class LauncherIT {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCRIPT = Path.of("scripts/asset-stager").toAbsolutePath().toString();

  /** With this, Spark doesn't start. */
  private static final Map<String, String> NO_SPARK = Map.of("MASTER", "no-master");

  private final String prefix = EmbeddedS3.uniquePrefix();

  @TempDir private Path folder;

  private record Ran(int code, String out, String err) {}

  private Ran run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(SCRIPT));
    command.addAll(Arrays.asList(arguments));
    return ran(environment, command);
  }

  private Ran ran(Map<String, String> environment, List<String> command) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("ASSET_STAGER_STDERR");
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private String[] stage(SubmittedAsset asset, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "stage",
                "--manifest",
                asset.manifestFile(),
                "--config",
                asset.config(SERVER, prefix),
                "--run-id",
                "r"));
    words.addAll(Arrays.asList(more));
    return words.toArray(new String[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "stage --help", "generate-completion"})
  void answer_withoutSpark_isAllThatIsPrinted(String words) throws Exception {
    Ran ran = run(NO_SPARK, words.split(" "));

    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).isNotEmpty().endsWith("\n");
  }

  @Test
  void completion_inBash_completesCommandsOptionsAndValues() throws Exception {
    Path script =
        Files.writeString(folder.resolve("complete"), run(Map.of(), "generate-completion").out());

    assertThat(completed(script, "asset-stager sta", 1)).isEqualTo("stage");
    assertThat(completed(script, "asset-stager stage --dry", 2)).isEqualTo("--dry-run");
    assertThat(completed(script, "asset-stager report --rows js", 3)).isEqualTo("jsonl");
    // Left to the shell, which completes files.
    assertThat(completed(script, "asset-stager stage --manifest " + folder, 3)).isEmpty();
    assertThat(Files.readString(script)).doesNotContain("+o default").contains("-o default");
  }

  private String completed(Path script, String words, int last) throws Exception {
    Ran ran =
        ran(
            Map.of(),
            List.of(
                "bash",
                "-c",
                "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_asset-stager; echo \"${COMPREPLY[@]}\""
                    .formatted(script, words, last)));
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    return ran.out().strip();
  }

  @Test
  void wrongUsage_isToldOnStandardErrorAlone() throws Exception {
    assertThat(run(NO_SPARK, "stage", "--manifest", "m", "--config", "c", "--dryrun"))
        .isEqualTo(
            new Ran(
                2,
                "",
                "asset-stager: Unknown option: '--dryrun'\n"
                    + "Possible solutions: --dry-run\n"
                    + "Try '"
                    + SCRIPT
                    + " stage --help'.\n"));
  }

  @Test
  void wrongSettings_withJson_areTheResult() throws Exception {
    Ran ran =
        run(NO_SPARK, "stage", "--manifest", "m", "--config", folder + "/none.conf", "--json");

    assertThat(ran.code()).isEqualTo(2);
    JsonNode result = JSON.readTree(ran.out());
    assertThat(result.get("event").asText()).isEqualTo("result");
    assertThat(result.get("exit_code").asInt()).isEqualTo(2);
    assertThat(result.get("error").asText()).contains("none.conf");
    assertThat(ran.err()).startsWith("asset-stager: ").contains("none.conf");
  }

  @Test
  void wrongSetting_isToldWithoutSpark() throws Exception {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", "one".getBytes(UTF_8));

    Ran ran = run(NO_SPARK, stage(asset, "--set", "upload.part-size=much"));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("asset-stager: A setting is wrong").contains("part-size");
  }

  /** What it looks for names that are near with is in a jar of Spark. */
  @Test
  void misspeltSetting_isToldWithoutSpark() throws Exception {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", "one".getBytes(UTF_8));

    Ran ran = run(NO_SPARK, stage(asset, "--set", "upload.part-sise=8MiB"));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .startsWith("asset-stager: A setting is wrong")
        .contains("part-sise", "did you mean asset-stager.upload.part-size?");
  }

  @Test
  void stage_quietAndNobodyIsNeeded_printsNoByte() throws Exception {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", "one".getBytes(UTF_8));

    assertThat(run(Map.of("MASTER", "local[2]"), stage(asset, "--quiet")))
        .isEqualTo(new Ran(0, "", ""));
  }

  @Test
  void stage_json_printsObjectsOnly() throws Exception {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", "one".getBytes(UTF_8));

    Ran ran = run(Map.of("MASTER", "local[2]"), stage(asset, "--json"));

    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    List<JsonNode> events = new ArrayList<>();
    for (String line : ran.out().lines().toList()) {
      events.add(JSON.readTree(line));
    }
    assertThat(events.get(0).get("event").asText()).isEqualTo("start");
    assertThat(events.get(0).get("run_id").asText()).isEqualTo("r");
    assertThat(events)
        .filteredOn(event -> event.get("event").asText().equals("step"))
        .extracting(event -> event.get("step").asText())
        .containsExactly("scan", "digest", "list", "plan", "transfer");
    JsonNode result = events.get(events.size() - 1);
    assertThat(result.get("event").asText()).isEqualTo("result");
    assertThat(result.at("/outcomes/STAGED/rows").asLong()).isEqualTo(1);
  }

  @Test
  void stage_onATerminal_saysAtOnceThatSparkStartsAndNothingOfModules() throws Exception {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", "one".getBytes(UTF_8));
    String command = "exec " + SCRIPT + " " + String.join(" ", stage(asset));

    Ran ran =
        ran(
            Map.of("MASTER", "local[2]", "TERM", "xterm"),
            List.of("script", "--quiet", "--return", "--command", command, "/dev/null"));

    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .startsWith("Starting Spark ...\r\n")
        .contains("\u001b[32mSTAGED", "transfer  1 of 1 files")
        .doesNotContain("incubator")
        .endsWith("\n");
  }

  /** The manifest's file is gone: Spark has started when that is found out. */
  @Test
  void stage_failsWithSpark_keepsTheExitCodeAndTheMessageWhole() throws IOException, Exception {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", "one".getBytes(UTF_8));
    String config = asset.config(SERVER, prefix);

    Ran ran =
        run(
            Map.of("MASTER", "local[2]"),
            "stage",
            "--manifest",
            folder + "/gone.jsonl",
            "--config",
            config);

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("asset-stager: ").contains("gone.jsonl").endsWith("\n");
  }
}
