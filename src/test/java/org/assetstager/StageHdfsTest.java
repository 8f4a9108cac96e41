package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.assetstager.StageFixture.Ran;
import org.assetstager.asset.Outcome;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunFolderContract;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.HdfsServer;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ledgers and runs' folders in HDFS, at a path that leaves its host to Hadoop's settings. */
@Tag("process")
@Tag("server")
@Tag("spark")
class StageHdfsTest implements RunFolderContract {
  private static final String LEDGERS = "hdfs:///ledgers";

  private static @TempDir Path ofServer;
  private static HdfsServer hdfs;
  private static Configuration hadoop;
  private static String defaultBefore;

  @TempDir Path folder;
  private StageFixture fixture;
  private String manifest;

  @BeforeAll
  static void startServer() {
    hadoop = TestSpark.session().sparkContext().hadoopConfiguration();
    defaultBefore = hadoop.get(CommonConfigurationKeysPublic.FS_DEFAULT_NAME_KEY);
    hdfs = HdfsServer.start(ofServer);
    hadoop.set(CommonConfigurationKeysPublic.FS_DEFAULT_NAME_KEY, hdfs.url());
  }

  @AfterAll
  static void stopServer() {
    hadoop.set(CommonConfigurationKeysPublic.FS_DEFAULT_NAME_KEY, defaultBefore);
    if (hdfs != null) {
      hdfs.close();
    }
  }

  @BeforeEach
  void addFiles() throws Exception {
    fixture = new StageFixture(folder).settings("ledger.path = \"" + LEDGERS + "\"");
    fixture.file("gone", "content of gone");
    manifest =
        fixture
            .manifest(
                fixture.add("a", "content of a"),
                fixture.add("equal to a", "content of a"),
                fixture.row("gone"))
            .toUri()
            .toString();
    Files.delete(fixture.path("gone"));
  }

  @Override
  public String folders() {
    return "hdfs:///folders";
  }

  @Override
  public Configuration hadoop() {
    return hadoop;
  }

  private static RunFolder run(String id) {
    return new RunFolder(LEDGERS, id, hadoop);
  }

  private static void assertLedger(String id) {
    assertThat(
            TestSpark.session()
                .read()
                .parquet(LEDGERS + "/run_id=" + id + "/ledger")
                .groupBy("outcome")
                .count()
                .collectAsList())
        .extracting(Row::mkString)
        .containsExactlyInAnyOrder(
            Outcome.STAGED + "1", Outcome.DUPLICATE + "1", Outcome.DELETED + "1");
    assertThat(run(id).readText("report.json").orElseThrow()).contains("\"run_id\" : \"" + id);
    assertThat(run(id).readText("report.html").orElseThrow()).contains("</html>");
    assertThat(run(id).exists("lock")).isFalse();
  }

  @Test
  void stage_ledgerInHdfs_isThereForEveryCommand() {
    Ran ran = fixture.command(List.of("--manifest", manifest, "--run-id", "one"));

    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isEqualTo(3);
    assertLedger("one");
    String run = LEDGERS + "/run_id=one";
    assertThat(StageFixture.command("report", "--run", run).out()).contains("gone");
    assertThat(fixture.command(List.of("--resume", "one")).out()).contains("The run one is done");
    assertThat(run("one").exists("steps/scan.json")).isTrue();
    assertThat(run("one").exists("steps/scan")).isFalse();
    assertLedger("one");
  }

  @Test
  void stage_manifestThatIsStillWritten_isRefused() throws Exception {
    String path = hdfs.url() + "/still-written.jsonl";
    byte[] rows = Files.readAllBytes(Path.of(URI.create(manifest)));
    try (FSDataOutputStream out =
        FileSystem.get(URI.create(path), hadoop).create(new org.apache.hadoop.fs.Path(path))) {
      out.write(rows);
      out.hsync();
      Ran ran = fixture.command(List.of("--manifest", path, "--run-id", "written"));

      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.err()).contains("/still-written.jsonl is still being written");
    }
    assertThat(fixture.command(List.of("--manifest", path, "--run-id", "closed")).exitCode())
        .isEqualTo(3);
  }

  @Test
  void resume_runThatBrokeOff_goesOnFromItsRecords() throws Exception {
    AtomicBoolean refuse = new AtomicBoolean(true);
    FaultyS3.Fault puts =
        request ->
            refuse.get()
                    && request.line().startsWith("PUT ")
                    && !request.line().contains(".preflight")
                ? FaultyS3.Answer.error(403, "AccessDenied")
                : request.forward();
    try (FaultyS3 store = new FaultyS3(fixture.server, puts)) {
      fixture.endpoint(store.endpoint());
      Ran refused = fixture.command(List.of("--manifest", manifest, "--run-id", "two"));
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("403 AccessDenied");

      refuse.set(false);
      Ran resumed = fixture.command(List.of("--resume", "two"));
      assertThat(resumed.err()).isEmpty();
      assertThat(resumed.exitCode()).isEqualTo(3);
    }
    assertLedger("two");
  }

  @Test
  void stage_iceberg_addsToTheTable() {
    Ran ran =
        fixture.command(
            List.of("--manifest", manifest, "--run-id", "three", "--ledger-format", "iceberg"));

    assertThat(ran.err()).isEmpty();
    assertLedger("three");
    assertThat(run("three").readText("report.json").orElseThrow()).contains("\"table\"");
  }
}
