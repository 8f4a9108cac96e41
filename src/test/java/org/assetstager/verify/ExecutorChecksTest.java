package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.reflect.ClassTag;

class ExecutorChecksTest {
  private final SparkSession spark = TestSpark.session();
  @TempDir Path folder;
  private RunFolder run;
  private Path root;

  @BeforeEach
  void startRun() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    run = new RunFolder("file://" + folder, "r1", new Configuration());
    run.create();
    run.writeJson(
        RunDescription.FILE,
        new RunDescription(
            RunDescription.FORMAT,
            "r1",
            List.of(),
            null,
            null,
            false,
            1,
            "",
            Map.of(),
            0,
            nonce()));
  }

  private String nonce() {
    return "nonce of " + folder;
  }

  private ExecutorChecks checks(String nonce) throws IOException {
    Map<String, Long> inodes = Map.of(root.toString(), FileFacts.ofPath(root).inode());
    return new ExecutorChecks(
        run, nonce, spark.sparkContext().broadcast(inodes, ClassTag.apply(Map.class)));
  }

  /** As where a file system was mounted anew, and the run is resumed in the same JVM. */
  @Test
  void roots_nextAttemptAtTheRun_areLookedAtAgain() throws IOException {
    AssetRoot before = checks(nonce()).roots().get(root.toString());
    Files.move(root, folder.resolve("was root"));
    Files.createDirectory(root);

    AssetRoot now = checks(nonce()).roots().get(root.toString());
    assertThat(now.inode()).isNotEqualTo(before.inode());
    now.requireAlive();
  }

  @Test
  void roots_folderOfAnotherDriver_isRefusedWithHostAndRemedy() throws IOException {
    ExecutorChecks checks = checks("another nonce of " + folder);

    assertThatThrownBy(checks::roots)
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
        .hasMessageContaining("is not the driver's on host ")
        .hasMessageContaining("it belongs to another run. Set ledger.path");
  }
}
