package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.assetstager.testing.HdfsServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A run's folder in HDFS, at a path that leaves its host to Hadoop's settings. */
@Tag("process")
@Tag("server")
class RunFolderHdfsTest {
  private static final String LEDGERS = "hdfs:///ledgers";

  private static @TempDir Path ofServer;
  private static HdfsServer hdfs;

  private final Configuration hadoop = new Configuration();
  private RunFolder folder;

  @BeforeAll
  static void startServer() {
    hdfs = HdfsServer.start(ofServer);
  }

  @AfterAll
  static void stopServer() {
    if (hdfs != null) {
      hdfs.close();
    }
  }

  @BeforeEach
  void nameFolder(TestInfo test) {
    hadoop.set(CommonConfigurationKeysPublic.FS_DEFAULT_NAME_KEY, hdfs.url());
    folder = new RunFolder(LEDGERS, test.getTestMethod().orElseThrow().getName(), hadoop);
    folder.create();
  }

  private List<String> names(String of) {
    return folder.list(of).stream().map(file -> file.getPath().getName()).toList();
  }

  @Test
  void writeText_again_replacesTheText() {
    folder.writeText("deep/note", "one");
    folder.writeText("deep/note", "other");

    assertThat(folder.readText("deep/note")).contains("other");
    assertThat(names("deep")).containsExactly("note");
    assertThat(RunFolder.below(LEDGERS, hadoop))
        .extracting(RunFolder::name)
        .contains(folder.name());
  }

  @Test
  void writeNew_nameInUse_leavesWhatIsThere() {
    assertThat(folder.writeNew("note.json", List.of("one"))).contains(true);
    assertThat(folder.writeNew("note.json", List.of("other"))).contains(false);

    assertThat(folder.readText("note.json").orElseThrow()).contains("one");
    assertThat(names(".")).containsExactly("note.json");
  }

  @Test
  void delete_twice_saysWhetherItWasThere() {
    folder.writeText("deep/note", "one");

    assertThat(folder.delete("deep")).isTrue();
    assertThat(folder.delete("deep")).isFalse();
    assertThat(folder.exists("deep")).isFalse();
  }

  @Test
  void take_free_doesNotWait() {
    long start = System.nanoTime();

    RunLock.take(folder, Duration.ofMinutes(5)).close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    assertThat(names(".")).isEmpty();
  }

  @Test
  void take_byManyAtOnce_isGivenToOne() throws Exception {
    RunLockTest.requireGivenToOne(folder);
  }

  @Test
  void commit_byManyAtOnce_isOneDrivers() throws Exception {
    StepCommitsTest.requireOneCommit(folder);
  }
}
