package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assetstager.Commands.Ran;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.StallingProxy;
import org.assetstager.testing.SubmittedAsset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands other than {@code stage} that are interrupted, each in a JVM of its own. */
@Tag("server")
@Tag("spark")
@Tag("process")
class InterruptedTest {
  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();

  @TempDir private Path folder;

  @Test
  void audit_interruptedWithJson_endsWithAResult() throws Exception {
    SubmittedAsset asset = new SubmittedAsset(folder).addWithMd5("a", "1".getBytes(UTF_8));
    Ran staged =
        Commands.run(
            "stage",
            "--config",
            asset.config(server, prefix),
            "--manifest",
            asset.manifestFile(),
            "--run-id",
            "r");
    assertThat(staged.exitCode()).as(staged.err()).isZero();
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");

    try (StallingProxy proxy = StallingProxy.start(server.endpoint(), 0)) {
      String config = asset.config(server, prefix, proxy.endpoint(), asset.ledgerPath(), "");
      Process job =
          new ProcessBuilder(command("audit", "--run", "r", "--config", config, "--json"))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        assertThat(proxy.awaitStalled(120)).as(Files.readString(err)).isTrue();
        new ProcessBuilder("kill", "-INT", "" + job.pid()).start().waitFor();
        assertThat(job.waitFor(2, TimeUnit.MINUTES)).isTrue();
      } finally {
        job.destroyForcibly();
      }
      assertThat(job.exitValue()).as(Files.readString(err)).isEqualTo(ExitCode.INTERRUPTED.value());
    }
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).isNotEmpty();
    JsonNode result = new ObjectMapper().readTree(lines.get(lines.size() - 1));
    assertThat(result.get("event").asText()).isEqualTo("result");
    assertThat(result.get("exit_code").asInt()).isEqualTo(ExitCode.INTERRUPTED.value());
    assertThat(result.get("error").asText()).isEqualTo("The command was interrupted");
  }

  private static List<String> command(String... arguments) {
    // A shell's background jobs, and what they start, ignore SIGINT.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // What Spark's launcher passes, the build passes to this JVM.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-cp",
            System.getProperty("java.class.path"),
            "org.assetstager.Main"));
    command.addAll(List.of(arguments));
    return command;
  }
}
