package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.FileList;
import org.assetstager.manifest.ListFormat;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepOutput;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.TestSpark;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.DriversMounts;
import org.assetstager.verify.RunFolders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class FindStepTest {
  private static final String NONCE = "nonce";

  /** Is done when a task begins to write what it has found. */
  private static final AtomicReference<Runnable> MEANWHILE = new AtomicReference<>(() -> {});

  @TempDir private Path folder;
  private Path root;
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private final TaskProgress progress = new TaskProgress(spark.sc(), "find");

  /** The local disk, where something happens as the files of the walk are written. */
  public static final class Watched extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("watched:///");
    }

    @Override
    public File pathToFile(org.apache.hadoop.fs.Path path) {
      if (path.toString().contains("/steps/walk/")) {
        MEANWHILE.getAndSet(() -> {}).run();
      }
      return super.pathToFile(path);
    }
  }

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    Trees.write(root, "nested/a", "x");
  }

  /** Returns the step of a driver that has a file system mounted on {@code nested}. */
  private FindStep step() {
    Configuration configuration = new Configuration();
    configuration.setClass("fs.watched.impl", Watched.class, FileSystem.class);
    Path ledgers = folder.resolve("ledgers");
    RunFolders.begun(ledgers, "r", NONCE);
    RunFolder run = new RunFolder("watched://" + ledgers, "r", configuration);
    AssetRoot.Seen seen = AssetRoot.open(root.toString()).seen();
    return new FindStep(
        spark,
        new SnapshotTasks(
            new StepOutput(run, NONCE),
            DriversMounts.roots(run, NONCE, root.resolve("nested")),
            root.toString(),
            seen,
            1 << 20),
        1_000);
  }

  private void unmount() {
    try {
      Files.move(root.resolve("nested"), folder.resolve("unmounted"));
      Files.createDirectory(root.resolve("nested"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileList list() throws IOException {
    Path list = Files.writeString(folder.resolve("list"), "nested/a\n");
    return FileList.open(list.toString(), ListFormat.AUTO, new Configuration());
  }

  @Test
  void walkAndLook_hostsThatSeeTheSameMounts_findTheFiles() throws IOException {
    assertThat(step().walk(progress).files()).hasSize(1);
    assertThat(step().look(list(), progress).files()).hasSize(1);
  }

  /** As where a host hasn't mounted what the driver has, and reads the directory below. */
  @Test
  void walk_mountPointThatIsAnotherDirectoryOnTheDriver_failsTheJob() {
    FindStep step = step();
    MEANWHILE.set(this::unmount);

    requireLost(() -> step.walk(progress));
  }

  @Test
  void look_mountPointThatIsAnotherDirectoryOnTheDriver_failsTheJob() throws IOException {
    FindStep step = step();
    FileList list = list();
    MEANWHILE.set(this::unmount);

    requireLost(() -> step.look(list, progress));
  }

  private void requireLost(ThrowingCallable find) {
    assertThatThrownBy(find)
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
        .hasMessageContaining("The mount point '" + root.resolve("nested") + "' is not what it");
  }
}
