package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.testing.SubmittedJob.submit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assetstager.Commands;
import org.assetstager.testing.StartedAt;
import org.assetstager.testing.SubmittedJob;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the driver of a snapshot of a list, since an earlier one, with SIGKILL after each of its
 * steps, and goes on with it: once by another driver, else in this JVM, which takes less time.
 */
@Tag("process")
class SnapshotKillsIT {
  /** In each of the work files there are some: a kill finds work files done, and others not. */
  private static final int LARGE = 64;

  private static final long LARGE_BYTES = 8L << 20;

  /** So many that the comparison has four tasks, each of which makes a work file. */
  private static final int SMALL = 4_000;

  private static final int WORK_FILES = 4;

  @TempDir private static Path folder;
  private static Path root;
  private static Path list;
  private static List<String> undisturbed;

  @BeforeAll
  static void snapshotUndisturbed() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    for (int i = 0; i < SMALL; i++) {
      Trees.write(root, "d" + i % 7 + "/small " + i, "content " + i);
    }
    run("snapshot", root.toString(), "--top-hash", "t", "--out", out("earlier"));
    StartedAt.later(folder.resolve("earlier/_snapshot"));
    for (int i = 0; i < SMALL; i += 25) {
      Trees.write(root, "d" + i % 7 + "/small " + i, "another content " + i);
    }
    for (int i = 0; i < LARGE; i++) {
      try (RandomAccessFile large =
          new RandomAccessFile(root.resolve("large " + i).toFile(), "rw")) {
        large.setLength(LARGE_BYTES + i);
      }
    }
    list = Files.write(folder.resolve("list"), list());
    assertThat(run(snapshot("undisturbed")))
        .contains("unchanged  %,d files".formatted(SMALL - SMALL / 25));
    undisturbed = lines("undisturbed");
    assertThat(undisturbed).hasSize(SMALL + LARGE + 2);
  }

  /** Returns what a command prints in this JVM; it has to succeed. */
  private static String run(String... arguments) {
    Commands.Ran ran = Commands.run(arguments);
    assertThat(ran.exitCode()).as("%s", ran).isZero();
    return ran.out();
  }

  private static byte[] list() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(Files::isRegularFile).forEach(files::add);
    }
    files.add(files.get(0));
    files.add(root.resolve("never there"));
    for (Path file : files) {
      bytes.writeBytes(file.toString().getBytes(StandardCharsets.UTF_8));
      bytes.write(0);
    }
    return bytes.toByteArray();
  }

  private static String out(String name) {
    return "file:" + folder.resolve(name);
  }

  private static String[] snapshot(String name, String... more) {
    return Stream.concat(
            Stream.of(
                "snapshot",
                root.toString(),
                "--top-hash",
                "t",
                "--out",
                out(name),
                "--since",
                folder.resolve("earlier").toString(),
                "--files-from",
                list.toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  /** Returns the lines of the manifest, and of what was skipped. */
  private static List<String> lines(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path of : List.of(folder.resolve(name), folder.resolve(name).resolve("_skipped"))) {
      try (Stream<Path> files = Files.list(of)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
          lines.addAll(Files.readAllLines(file));
        }
      }
    }
    return lines.stream().sorted().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run.json", "steps/walk.json", "steps/match.json", "steps/hash/"})
  void snapshot_killed_resumedEqualsAnUndisturbedOne(String moment) throws Exception {
    String name = "killed at " + moment.replaceAll("\\W", " ").strip();
    Path reached = folder.resolve(name).resolve("_snapshot").resolve(moment);
    try (SubmittedJob job = submit().start(snapshot(name))) {
      while (!isReached(reached)) {
        assertThat(job.process().isAlive()).as("%s", job).isTrue();
        Thread.sleep(1);
      }
      job.process().destroyForcibly();
      assertThat(job.exitCode()).as(moment).isEqualTo(128 + 9);
    }
    if (moment.endsWith("/")) {
      assertThat(files(reached.resolveSibling("match"), "files-")).hasSize(WORK_FILES);
      assertThat(files(reached, "hashed-")).as("done of these").hasSizeLessThan(WORK_FILES);
    }
    assertThat(folder.resolve(name).resolve("_SUCCESS")).doesNotExist();

    if (moment.equals("steps/walk.json")) {
      try (SubmittedJob job = submit().start(snapshot(name, "--resume"))) {
        assertThat(job.exitCode()).as("%s", job).isZero();
      }
    } else {
      run(snapshot(name, "--resume"));
    }

    assertThat(lines(name)).isEqualTo(undisturbed);
    assertThat(folder.resolve(name).resolve("_SUCCESS"))
        .content()
        .contains("\"manifest_rows\":" + (SMALL + LARGE));
  }

  /** Whether a file is there, or a whole file is in a folder. */
  private static boolean isReached(Path reached) throws IOException {
    return Files.isDirectory(reached) ? !files(reached, "").isEmpty() : Files.exists(reached);
  }

  /** Returns the names of the whole files of a step, of a kind. */
  private static List<String> files(Path step, String kind) throws IOException {
    try (Stream<Path> files = Files.list(step)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(kind) && name.endsWith(".parquet"))
          .toList();
    }
  }
}
