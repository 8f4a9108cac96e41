package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assetstager.testing.SparkPages;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus is told of runs that are over, and what it makes of that. */
@Tag("process")
class MonitoringTest {
  private static final String HOOK = "conf/schedules/textfile.sh";
  private static final String RULES = "conf/prometheus-rules.yml";
  private static final String LAST_RUN = "asset_stager_last_run_timestamp_seconds";
  private static final String LAST_SUCCESS = "asset_stager_last_success_timestamp_seconds";

  @TempDir Path folder;

  /** Tells of a run's end as on-finish does, and returns what is in the file then. */
  private Map<String, String> tell(int exitCode, String runId) throws Exception {
    Path file = folder.resolve("asset_stager.prom");
    ProcessBuilder hook = new ProcessBuilder("sh", HOOK, file.toString()).redirectErrorStream(true);
    hook.environment().put("ASSET_STAGER_EXIT_CODE", "" + exitCode);
    hook.environment().put("ASSET_STAGER_RUN_ID", runId);
    Process process = hook.start();
    try (OutputStream report = process.getOutputStream()) {
      report.write("{\n  \"dry_run\" : false,\n  \"error\" : \"dry_run: true\"\n}".getBytes(UTF_8));
    }
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    // Nothing half written stays.
    assertThat(folder.toFile().list()).containsExactly("asset_stager.prom");
    return Files.readAllLines(file).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" "))
        .collect(Collectors.toMap(words -> words[0], words -> words[1]));
  }

  @Test
  void textfile_runThatFails_keepsTheTimeOfTheLastSuccess() throws Exception {
    long before = Instant.now().getEpochSecond();
    assertThat(tell(1, "")).containsEntry(LAST_SUCCESS, "0");
    Map<String, String> well = tell(0, "nightly-1");
    assertThat(Long.parseLong(well.get(LAST_SUCCESS)))
        .isBetween(before, Instant.now().getEpochSecond());
    Files.writeString(
        folder.resolve("asset_stager.prom"), LAST_SUCCESS + " 1000\n" + LAST_RUN + " 1000\n");

    Map<String, String> ill = tell(3, "nightly-2");

    assertThat(ill)
        .containsEntry(LAST_SUCCESS, "1000")
        .containsEntry("asset_stager_last_run_exit_code", "3")
        .containsEntry("asset_stager_last_run_info{run_id=\"nightly-2\"}", "1");
    assertThat(Long.parseLong(ill.get(LAST_RUN))).isGreaterThanOrEqualTo(before);
  }

  @Test
  void textfile_whatItWrites_isReadByPrometheus() throws Exception {
    assumeTrue(ClustersTest.isThere("promtool"), "promtool");
    tell(0, "nightly-1");

    String file = folder.resolve("asset_stager.prom").toString();
    assertThat(ClustersTest.run("sh", "-c", "promtool check metrics <'" + file + "'")).isEmpty();
  }

  @Test
  void rules_ofAlerts_fireWhenTheyShould() throws Exception {
    assumeTrue(ClustersTest.isThere("promtool"), "promtool");

    ClustersTest.run("promtool", "check", "rules", RULES);
    ClustersTest.run("promtool", "test", "rules", "src/test/resources/prometheus/rules-test.yml");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"26 * 3600|30 * 3600", "code == 2|code == 4", "> 0.1|> 0.9", "> 1\n|> 9\n"})
  void rules_changed_failTheirTest(String change) throws Exception {
    assumeTrue(ClustersTest.isThere("promtool"), "promtool");
    List<String> words = List.of(change.split("\\|"));
    String rules = Files.readString(Path.of(RULES));
    assertThat(rules).contains(words.get(0));
    Files.writeString(folder.resolve("rules.yml"), rules.replace(words.get(0), words.get(1)));
    Path test = folder.resolve("test.yml");
    Files.writeString(
        test,
        Files.readString(Path.of("src/test/resources/prometheus/rules-test.yml"))
            .replaceFirst("- \\.\\./.*", "- rules.yml"));

    Process process =
        new ProcessBuilder("promtool", "test", "rules", test.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).contains("FAILED");
    assertThat(process.waitFor()).isNotZero();
  }

  @Test
  void rules_metrics_areThoseOfADriverOrOfTheHook() throws Exception {
    SparkPages pages = new SparkPages(TestSpark.session().sparkContext().uiWebUrl().get());
    String rules = Files.readString(Path.of(RULES));
    Matcher ofDriver = Pattern.compile("metrics_\\w+").matcher(rules);
    Matcher ofHook = Pattern.compile("asset_stager_last_\\w+").matcher(rules);

    assertThat(ofDriver.results().map(result -> result.group()).toList())
        .hasSizeGreaterThan(4)
        .isSubsetOf(pages.metrics().keySet());
    assertThat(ofHook.results().map(result -> result.group()).toList())
        .hasSizeGreaterThan(4)
        .isSubsetOf(tell(0, "nightly-1").keySet());
  }

  /** "Dockerfile reference" in Docker's documentation. */
  @Test
  void dockerfile_image_isNotRootsAndHasTheEncoding() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("conf/Dockerfile")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();

    assertThat(lines)
        .allMatch(line -> line.matches("(ARG|FROM|USER|ADD|COPY|RUN|ENV|ENTRYPOINT|CMD) .+"));
    assertThat(lines).first().isEqualTo("ARG SPARK_IMAGE=apache/spark:4.2.0");
    assertThat(lines.stream().filter(line -> line.startsWith("FROM ")))
        .containsExactly("FROM ${SPARK_IMAGE} AS archive", "FROM ${SPARK_IMAGE}");
    assertThat(lines).anyMatch(line -> line.matches("ENV .*\\bLC_ALL=C\\.UTF-8\\b.*"));
    assertThat(lines.stream().filter(line -> line.startsWith("USER ")).toList())
        .last()
        .isEqualTo("USER 185");
    for (String line : lines) {
      if (line.matches("(ENTRYPOINT|CMD) .*")) {
        assertThat(new ObjectMapper().readTree(line.substring(line.indexOf(' '))).isArray())
            .isTrue();
      }
    }
  }
}
