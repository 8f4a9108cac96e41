package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
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
    return checks(nonce, seen(AssetRoot.open(root.toString())), List.of());
  }

  private Broadcast<Map<String, AssetRoot.Seen>> seen(AssetRoot opened) {
    return spark
        .sparkContext()
        .broadcast(Map.of(root.toString(), opened.seen()), ClassTag.apply(Map.class));
  }

  private ExecutorChecks checks(
      String nonce, Broadcast<Map<String, AssetRoot.Seen>> seen, List<String> allowedRoots) {
    return new ExecutorChecks(run, nonce, seen, allowedRoots);
  }

  /**
   * Broadcasts are numbered from 0 in each context: those of two attempts may be called the same.
   */
  @Test
  void roots_broadcastCalledAsOneOfAnEarlierAttempt_areLookedAtAgain() throws IOException {
    Broadcast<Map<String, AssetRoot.Seen>> seen = seen(AssetRoot.open(root.toString()));
    checks(nonce(), seen, List.of()).roots();
    Files.move(root, folder.resolve("was root"));
    Files.createDirectory(root);

    assertThatThrownBy(() -> checks(nonce(), seen, List.of()).roots())
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is another directory");
  }

  @Test
  void roots_linkSetElsewhereAfterTheDriversLook_isRefusedThoughTheInodeIsTheSame()
      throws IOException {
    // The topmost directories of both file systems have the inode 1.
    Path allowed = Path.of("/dev/shm");
    Path elsewhere = Path.of("/proc");
    assumeThat(FileFacts.ofPath(elsewhere).inode()).isEqualTo(FileFacts.ofPath(allowed).inode());
    Files.delete(root);
    Files.createSymbolicLink(root, allowed);
    ExecutorChecks checks =
        checks(nonce(), seen(AssetRoot.open(root.toString())), List.of(allowed.toString()));
    Files.delete(root);
    Files.createSymbolicLink(root, elsewhere);

    assertThatThrownBy(checks::roots)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it leads to /proc, not below one of manifest.allowed-roots");
    assertThatThrownBy(() -> checks(nonce(), seen(opened(allowed)), List.of()).roots())
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it leads to /proc, on the driver's host to /dev/shm");
  }

  private static AssetRoot opened(Path directory) {
    return AssetRoot.open(directory.toString());
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
