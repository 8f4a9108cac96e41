package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.asset.Outcome.NOT_ADDED;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.spark.LiteralPaths;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is named or found as a manifest is read, all of it, whatever its name. */
@Tag("server")
@Tag("spark")
class StageManifestFilesTest {
  @TempDir Path folder;
  private StageFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new StageFixture(folder);
  }

  private Dataset<Row> table(ObjectNode... rows) {
    Path lines = fixture.manifest("rows of a table.jsonl", StageFixture.lines(rows));
    return LiteralPaths.read(TestSpark.session().read(), DataFrameReader::json, lines.toString());
  }

  private Path parquet(String name, ObjectNode... rows) throws IOException {
    return parquet(name, table(rows));
  }

  private Path parquet(String name, Dataset<Row> table) throws IOException {
    Path out = folder.resolve("written " + System.nanoTime());
    table.coalesce(1).write().parquet(out.toString());
    try (Stream<Path> files = Files.list(out)) {
      Path part =
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.move(part, file);
    }
  }

  private Ran run(Path... manifests) {
    return fixture.command(
        Stream.of(manifests).flatMap(path -> Stream.of("--manifest", path.toString())).toList());
  }

  private static void assertRefused(Ran ran, String... parts) {
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(2);
    assertThat(ran.err()).contains(parts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"_second.parquet", ".x.parquet", "_x.jsonl", ".x.jsonl"})
  void stage_namedFileThatLooksHidden_isRead(String name) throws IOException {
    Path first = parquet("first.parquet", fixture.add("one", "one"));
    ObjectNode row = fixture.add("two", "two");
    Path second =
        name.endsWith(".parquet")
            ? parquet(name, row)
            : fixture.manifest(name, StageFixture.lines(row));

    Finished run = fixture.finished(run(first, second));

    assertThat(run.outcomes()).isEqualTo(Map.of("one", STAGED, "two", STAGED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "parquet"})
  void stage_partitionedByStateAndProxy_takesThemFromTheFolders(String format) throws IOException {
    ObjectNode pending = fixture.add("pending", "pending").put("proxy", false);
    ObjectNode committed =
        fixture.add("committed", "committed").put("state", "committed").put("proxy", false);
    ObjectNode proxy = fixture.add("proxy", "proxy").put("proxy", true);
    Path out = folder.resolve("partitioned");
    table(pending, committed, proxy)
        .write()
        .partitionBy("state", "proxy")
        .format(format)
        .save(out.toString());

    Finished run = fixture.stage(out);

    assertThat(run.outcomes())
        .isEqualTo(Map.of("pending", STAGED, "committed", NOT_ADDED, "proxy", NOT_ADDED));
  }

  @Test
  void stage_fileOfAnotherStateThanItsFolder_isRefusedAndNothingUploaded() throws IOException {
    parquet("out/state=committed/p.parquet", fixture.add("a", "a"));
    fixture.manifest("out/_SUCCESS", "");

    assertRefused(
        run(folder.resolve("out")),
        "p.parquet has the 'state' 'pending' in a row, but is in the folder state=committed");
    assertThat(fixture.stagingKeys()).isEmpty();
  }

  @Test
  void stage_colonsInNames_areNamesAsOthers() throws IOException {
    Path plain =
        fixture.manifest(
            "2026-01-31T10:00.jsonl", StageFixture.lines(fixture.add("plain", "plain")));
    parquet("of:colons/T10:00/a:b.parquet", fixture.add("table", "table"));
    fixture.manifest("of:colons/_SUCCESS", "");
    fixture.manifest(
        "globbed/2026-01-31T11:00.jsonl", StageFixture.lines(fixture.add("glob", "glob")));

    Finished run =
        fixture.finished(
            run(plain, folder.resolve("of:colons"), folder.resolve("glob*/20*.jsonl")));

    assertThat(run.outcomes()).isEqualTo(Map.of("plain", STAGED, "table", STAGED, "glob", STAGED));
  }

  @Test
  void stage_colonInTheLedgersPath_isAFolderAsOthers() {
    fixture = new StageFixture(folder, "root", "ledgers [of] 2026-01-31T10:00 {x}");
    Path manifest =
        fixture.manifest(
            "m.jsonl", StageFixture.lines(fixture.add("a", "a"), fixture.add("b", "")));

    Finished run = fixture.stage(manifest);

    assertThat(run.counts()).isEqualTo(Map.of(STAGED, 2L));
    Ran report = StageFixture.command("report", "--run", run.run.toString(), "--rows", "jsonl");
    assertThat(report.err()).isEmpty();
    assertThat(report.out().lines()).hasSize(2);
  }

  @Test
  void stage_columnsOfSparksOwnNames_areColumnsAsOthers() throws IOException {
    Path file;
    TestSpark.session().conf().set("spark.sql.caseSensitive", true);
    try {
      file =
          parquet(
              "m.parquet",
              table(fixture.add("a", "a"))
                  .withColumn("_metadata", functions.lit("mine"))
                  .withColumn("_metadata.file_path", functions.lit("mine"))
                  .withColumn("file_path", functions.lit("mine"))
                  .withColumn("row_index", functions.lit(7L))
                  .withColumn("PATH", functions.lit("another")));
    } finally {
      TestSpark.session().conf().unset("spark.sql.caseSensitive");
    }

    Finished run = fixture.stage(file);

    assertThat(run.row("a").outcome()).isEqualTo(STAGED);
    assertThat(run.row("a").manifestFile()).isEqualTo("file:" + file);
    assertThat(run.row("a").manifestPosition()).isZero();
  }

  /** Makes a snapshot of the root under settings of Hadoop that a cluster may have. */
  private Path snapshot(Map<String, String> clusterSettings) {
    Configuration cluster = TestSpark.session().sparkContext().hadoopConfiguration();
    Path out = folder.resolve("snapshot of T10:00");
    clusterSettings.forEach(cluster::set);
    try {
      Ran ran =
          StageFixture.command(
              "snapshot",
              fixture.root.toString(),
              "--top-hash",
              StageFixture.TOP,
              "--out",
              out.toString());
      assertThat(ran.exitCode()).as(ran.err()).isZero();
    } finally {
      clusterSettings.keySet().forEach(cluster::unset);
    }
    return out;
  }

  @Test
  void stage_snapshotOfAClusterWithOtherDefaults_isAManifest() {
    fixture.add("a", "a");
    fixture.add("b", "b");

    Path out =
        snapshot(
            Map.of(
                "mapreduce.fileoutputcommitter.marksuccessfuljobs", "false",
                "mapreduce.output.basename", "rows",
                "mapreduce.output.fileoutputformat.compress", "true",
                "mapreduce.output.fileoutputformat.compress.codec",
                    "org.apache.hadoop.io.compress.BZip2Codec"));

    assertThat(fixture.stage(out).counts()).isEqualTo(Map.of(STAGED, 2L));
  }

  private static List<Path> parts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .filter(file -> file.toFile().length() > 0)
          .toList();
    }
  }

  @Test
  void stage_snapshotThatLostAFile_isRefused() throws IOException {
    fixture.add("a", "a");
    Path out = snapshot(Map.of());
    Files.delete(parts(out).get(0));

    assertRefused(run(out), "files, but its _SUCCESS says");
  }

  @Test
  void stage_snapshotThatLostRows_isRefusedAndNothingUploaded() throws IOException {
    fixture.add("a", "a");
    Path out = snapshot(Map.of());
    Files.writeString(parts(out).get(0), "\n");

    assertRefused(run(out), "has 0 rows, but its _SUCCESS says 1");
    assertThat(fixture.stagingKeys()).isEmpty();
  }
}
