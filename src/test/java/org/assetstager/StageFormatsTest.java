package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.asset.Outcome.DUPLICATE;
import static org.assetstager.asset.Outcome.KNOWN_STAGING;
import static org.assetstager.asset.Outcome.MODIFIED;
import static org.assetstager.asset.Outcome.NOT_ADDED;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.spark.LiteralPaths;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests in every form, and what {@code snapshot} and {@code report} add to {@code stage}. */
@Tag("process")
@Tag("server")
@Tag("spark")
class StageFormatsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void stage_manifestsOfEveryForm_areReadAsOne() throws IOException {
    StageFixture fixture = new StageFixture(folder);
    fixture.manifest("many/a.jsonl", StageFixture.lines(fixture.add("plain", "plain")));
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(StageFixture.lines(fixture.add("gzip", "gzip")).getBytes(StandardCharsets.UTF_8));
    }
    fixture.manifest("many/b.jsonl.gz", gzip.toByteArray());
    byte[] rows = StageFixture.lines(fixture.add("zstd", "zstd")).getBytes(StandardCharsets.UTF_8);
    fixture.manifest("many/c.jsonl.zst", Zstd.compress(rows));
    fixture.manifest("many/_SUCCESS", "");
    ObjectNode row = fixture.add("parquet", "parquet");
    Path lines = fixture.manifest("for parquet.jsonl", StageFixture.lines(row));
    Path tables = folder.resolve("tables #% [1] {x}");
    SparkSession spark = TestSpark.session();
    LiteralPaths.read(spark.read(), DataFrameReader::json, lines.toString())
        .write()
        .parquet(tables.toString());
    ObjectNode withoutRoot = fixture.add("no root", "plain");
    withoutRoot.remove("root");
    Path last = fixture.manifest("last.jsonl", StageFixture.lines(withoutRoot));

    Finished run =
        fixture.stage(
            folder.resolve("many"),
            "--root",
            fixture.root.toString(),
            "--manifest",
            tables.toString(),
            "--manifest",
            last.toString(),
            "--manifest",
            folder + "/la*.jsonl");
    assertThat(run.counts()).isEqualTo(Map.of(STAGED, 4L, DUPLICATE, 1L));
    // The least manifest file stands for the content: "last" comes before "many".
    assertThat(run.row("no root").outcome()).isEqualTo(STAGED);
    assertThat(run.row("plain").duplicateOf()).endsWith("last.jsonl#0");
    assertThat(run.row("parquet").manifestFile()).contains("tables #% [1] {x}/part-");
    assertThat(run.row("zstd").manifestPosition()).isZero();
  }

  private static void copySample(Path to) throws IOException {
    Path from = Path.of("src/test/resources/samples/ama");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** As {@code os.stat} of Python has the copies: times are doubles. */
  private static void storeFactsOfTheCopies(StageFixture fixture) throws IOException {
    Path stats = fixture.path(".asset/file_stats.json");
    JsonNode json = JSON.readTree(stats.toFile());
    for (Map.Entry<String, JsonNode> entry : json.get("stats").properties()) {
      ObjectNode row = fixture.row(entry.getKey());
      ((ObjectNode) entry.getValue())
          .put("content_time", pythonSeconds(row.get("st_mtime_ns").asLong()))
          .put("metadata_time", pythonSeconds(row.get("st_ctime_ns").asLong()))
          .put("num_links", row.get("st_nlink").asLong())
          .set("inode", row.get("st_ino"));
      ((ObjectNode) entry.getValue()).set("size", row.get("st_size"));
    }
    JSON.writeValue(stats.toFile(), json);
  }

  private static double pythonSeconds(long nanos) {
    return (double) Math.floorDiv(nanos, 1_000_000_000L)
        + 1e-9 * Math.floorMod(nanos, 1_000_000_000L);
  }

  @Test
  void stage_repoOfAma_stagesWhatWasAddedThere() throws IOException {
    StageFixture fixture = new StageFixture(folder);
    copySample(fixture.root);
    storeFactsOfTheCopies(fixture);
    Path manifest;
    try (Stream<Path> files = Files.walk(fixture.path(".asset/manifests"))) {
      manifest = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }

    Finished run =
        fixture.stage(manifest, "--manifest-format", "ama", "--set", "verify.policy=strict");
    assertThat(run.row("outputs/summary.json").outcome()).isEqualTo(NOT_ADDED);
    assertThat(run.row("a.txt").outcome()).isEqualTo(STAGED);
    assertThat(run.row("b.txt").outcome()).isEqualTo(DUPLICATE);
    assertThat(run.counts()).isEqualTo(Map.of(STAGED, 4L, DUPLICATE, 1L, NOT_ADDED, 1L));
    assertThat(run.row("a.txt").topHash()).isEqualTo("960f5d6e-0000-4000-8000-000000000c56");
  }

  @Test
  void snapshotThenStageThenReport_makeOneStory() throws IOException {
    StageFixture fixture = new StageFixture(folder);
    fixture.file("a", "one");
    fixture.file("deep/er/b, \"quoted\"\nname", "two");
    fixture.file("c", "one");
    fixture.file(".asset/skipped", "skipped");
    Path out = folder.resolve("snapshot [1]");
    Ran snapshot =
        StageFixture.command(
            "snapshot",
            fixture.root.toString(),
            "--top-hash",
            StageFixture.TOP,
            "--out",
            out.toString());
    assertThat(snapshot.err()).isEmpty();
    assertThat(snapshot.exitCode()).isZero();
    fixture.file("c", "changed");

    Finished run = fixture.stage(out);
    assertThat(run.counts()).isEqualTo(Map.of(STAGED, 2L, MODIFIED, 1L));

    Ran report = StageFixture.command("report", "--run", run.run.toString());
    assertThat(report.exitCode()).isZero();
    assertThat(report.out()).contains("1 changed (MODIFIED, 7 B)").contains("Exit code 3");
    Ran lines =
        StageFixture.command(
            "report", "--run", run.run.toString(), "--rows", "jsonl", "--outcome", "MODIFIED");
    assertThat(lines.err()).isEmpty();
    List<String> rows = lines.out().lines().toList();
    assertThat(rows).hasSize(1);
    assertThat(JSON.readTree(rows.get(0)).get("path").asText()).isEqualTo("c");
    Ran csv =
        StageFixture.command(
            "report", "--run", run.run.toString(), "--rows", "CSV", "--outcome", "staged,modified");
    assertThat(csv.out()).startsWith("run_id,manifest_file,").contains("\"deep/er/b, \"\"quoted");
    assertThat(fixture.stage(out).counts()).isEqualTo(Map.of(KNOWN_STAGING, 2L, MODIFIED, 1L));
  }

  @Test
  void snapshotThenStage_fileOfTheYear2300_isUnchangedUnderTheStrictPolicy() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path file = fixture.file("a", "one");
    assertThat(
            new ProcessBuilder("touch", "-d", "@10413792000.123456789", file.toString())
                .start()
                .waitFor())
        .isZero();
    Path out = folder.resolve("snapshot");
    Ran snapshot =
        StageFixture.command(
            "snapshot",
            fixture.root.toString(),
            "--top-hash",
            StageFixture.TOP,
            "--out",
            out.toString());
    assertThat(snapshot.exitCode()).as(snapshot.err()).isZero();

    Finished run = fixture.stage(out, "--set", "verify.policy=strict");

    assertThat(run.counts()).isEqualTo(Map.of(STAGED, 1L));
  }
}
