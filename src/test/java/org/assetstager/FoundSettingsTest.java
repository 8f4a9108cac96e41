package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where settings come from that no option names: in a process of its own, with its environment. */
@Tag("process")
class FoundSettingsTest {
  @TempDir Path folder;

  private String run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                "org.assetstager.Main"));
    command.addAll(List.of(arguments));
    File output = folder.resolve("output").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder.environment().keySet().removeIf(name -> name.startsWith("ASSET_STAGER_"));
    builder.environment().putAll(environment);
    builder.start().waitFor();
    return Files.readString(output.toPath(), UTF_8);
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Path settings(String name, String ledgerPath) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        "asset-stager { remote.bucket = indexed, staging.bucket = incoming, ledger.path = \""
            + ledgerPath
            + "\" }");
  }

  @Test
  void command_fileInTheWorkingDirectory_isTakenAndToldInErrors() throws Exception {
    Path file = settings("stage.conf", folder + "/none");

    assertThat(run(Map.of(), "runs"))
        .contains("asset-stager: There is no folder file://" + folder + "/none")
        .contains(
            "asset-stager: The settings are those of "
                + file
                + ", found in the working directory.");
  }

  @Test
  void command_variableNamesTheFile_winsOverTheWorkingDirectory() throws Exception {
    settings("stage.conf", folder + "/none");
    Path file = settings("other.conf", Files.createDirectories(folder.resolve("l")).toString());

    assertThat(run(Map.of("ASSET_STAGER_CONFIG", file.toString()), "runs"))
        .contains("There is no run in file://" + folder + "/l yet.")
        .doesNotContain("The settings are those of");
  }

  @Test
  void command_variablesAlone_areEnough() throws Exception {
    Files.createDirectories(folder.resolve("l"));

    assertThat(
            run(
                Map.of(
                    "ASSET_STAGER_REMOTE__BUCKET", "indexed",
                    "ASSET_STAGER_STAGING__BUCKET", "incoming",
                    "ASSET_STAGER_LEDGER__PATH", folder + "/l",
                    "ASSET_STAGER_STAGING__CREDENTIALS__ACCESS_KEY", "CANARY",
                    "ASSET_STAGER_STAGING__CREDENTIALS__SECRET_KEY", "CANARY"),
                "runs"))
        .contains("There is no run in file://" + folder + "/l yet.")
        .doesNotContain("CANARY");
  }

  @Test
  void runs_oneCanGoOn_namesTheFoundFileInTheCommand() throws Exception {
    Path file = settings("stage.conf", folder + "/l");
    new RunFolder("file:" + folder + "/l", "night", new Configuration())
        .writeJson(
            RunDescription.FILE,
            new RunDescription(
                RunDescription.FORMAT,
                "night",
                List.of(),
                null,
                null,
                true,
                2,
                "f",
                Map.of(),
                0,
                "nonce",
                null,
                null,
                null));

    assertThat(run(Map.of(), "runs"))
        .contains("asset-stager stage --resume night --config " + file + " --dry-run\n");
    assertThat(run(Map.of("ASSET_STAGER_PROGRAM", "bin/stager"), "runs"))
        .contains("bin/stager stage --resume night --config ");
  }

  @Test
  void command_variableOfNoSetting_isRefused() throws Exception {
    settings("stage.conf", folder.toString());

    assertThat(run(Map.of("ASSET_STAGER_STAGING_BUCKET", "CANARY"), "runs"))
        .contains(
            "The variable ASSET_STAGER_STAGING_BUCKET sets no setting; did you mean"
                + " ASSET_STAGER_STAGING__BUCKET?")
        .doesNotContain("CANARY");
  }
}
