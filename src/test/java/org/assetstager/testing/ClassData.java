package org.assetstager.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Class data of Spark's jars and the job's (AppCDS): drivers and executors map these classes
 * instead of loading and verifying them, and start in less time. The first JVM that submits a job
 * makes the file; the others do without until it is there. A JVM passes over a file that was made
 * of other jars.
 */
final class ClassData {
  private static final String NAME = "class-data-" + Runtime.version() + ".jsa";

  private ClassData() {}

  /** Returns the options of a JVM that has Spark's jars as its class path. */
  static synchronized List<String> options() {
    Path folder = SparkJvm.HOME.resolveSibling("submitted-jobs");
    Path data = folder.resolve(NAME);
    try {
      if (!isCurrent(data)) {
        Files.createDirectories(folder);
        makeUnlessAnotherDoes(data);
      }
      return isCurrent(data)
          ? List.of("-XX:SharedArchiveFile=" + data, "-Xlog:cds=off,cds+dynamic=off")
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isCurrent(Path data) throws IOException {
    if (!Files.exists(data)) {
      return false;
    }
    try (Stream<Path> jars = Files.list(SparkJvm.HOME.resolve("jars"))) {
      for (Path jar : Stream.concat(jars, Stream.of(SparkJvm.JOB)).toList()) {
        if (Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(data)) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static void makeUnlessAnotherDoes(Path data) throws IOException {
    Path lock = data.resolveSibling(NAME + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock locked = channel.tryLock()) {
      if (locked != null && !isCurrent(data)) {
        make(data);
      }
    }
  }

  private static void make(Path data) throws IOException {
    Path folder = Files.createTempDirectory(data.getParent(), "class-data");
    Path made = folder.resolve(NAME);
    SubmittedAsset asset =
        new SubmittedAsset(folder).add("file", new byte[1]).addWithMd5("another", new byte[2]);
    try (SubmittedJob job =
        SubmittedJob.submit()
            .makingClassData(made)
            .start(
                "stage",
                "--manifest",
                asset.manifestFile(),
                "--config",
                asset.config(EmbeddedS3.shared(), EmbeddedS3.uniquePrefix()))) {
      assertThat(job.exitCode()).as("%s", job).isZero();
    }
    Files.move(made, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
