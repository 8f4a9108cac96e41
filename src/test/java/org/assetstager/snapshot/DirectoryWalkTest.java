package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.UnixFiles;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.snapshot.SnapshotEntry.Kind;
import org.assetstager.testing.Swapper;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.MountPoints;
import org.assetstager.verify.Roots;
import org.assetstager.verify.RootsSeen;
import org.assetstager.verify.RunFolders;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
class DirectoryWalkTest {
  @TempDir Path root;

  private List<SnapshotEntry> walk(long budget, String... directories) {
    List<SnapshotEntry> entries = new ArrayList<>();
    try (DirectoryWalk walk =
        new DirectoryWalk(
            AssetRoot.open(root.toString()),
            new RootsSeen.Collector(),
            List.of(directories).iterator(),
            budget)) {
      walk.forEachRemaining(entries::add);
      assertThatThrownBy(walk::next).isInstanceOf(NoSuchElementException.class);
    }
    return entries;
  }

  /** Returns the file with the facts that Java finds, which must be of this size. */
  private SnapshotEntry file(String path, long size) throws IOException {
    Path file = root.resolve(path);
    assertThat(Files.size(file)).isEqualTo(size);
    return SnapshotEntry.file(path, UnixFiles.facts(file));
  }

  private List<SnapshotEntry> walk() {
    return walk(Long.MAX_VALUE, "");
  }

  private static List<String> paths(List<SnapshotEntry> entries, Kind kind) {
    return entries.stream()
        .filter(entry -> entry.kind() == kind)
        .map(SnapshotEntry::path)
        .sorted()
        .toList();
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void walk_fifoTakesADirectorysPlaceAllTheTime_neverWaits() throws Exception {
    Trees.write(root, "d/a", "");
    Path fifo = root.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    int met = 0;
    try (Swapper swapper = Swapper.start(root.resolve("d"), fifo, root.resolve("aside"))) {
      for (int i = 0; i < 2000 || met < 10; i++) {
        met += walk().stream().anyMatch(entry -> entry.path().equals("d/a")) ? 1 : 0;
      }
    }
  }

  @Test
  void walk_tree_findsEveryFileOnceWithItsSize() throws IOException {
    Trees.write(root, "a", "12345");
    Trees.write(root, "d/b", "");
    Trees.write(root, "d/e/f/c", "1");
    Files.createDirectories(root.resolve("empty/emptier"));
    assertThat(walk()).containsExactlyInAnyOrder(file("a", 5), file("d/b", 0), file("d/e/f/c", 1));
  }

  @Test
  void walk_emptyRoot_findsNothing() {
    assertThat(walk()).isEmpty();
  }

  @Test
  void walk_hostileNames_areKeptVerbatim() throws IOException {
    Set<String> expected = new HashSet<>();
    for (String name : Trees.HOSTILE_NAMES) {
      Trees.write(root, name, "x");
      Trees.write(root, "dir " + name.substring(0, Math.min(60, name.length())) + "/" + name, "x");
      expected.add(name);
      expected.add("dir " + name.substring(0, Math.min(60, name.length())) + "/" + name);
    }
    assertThat(walk()).extracting(SnapshotEntry::kind).containsOnly(Kind.FILE);
    assertThat(paths(walk(), Kind.FILE)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void walk_whatIsNoRegularFile_isSkippedWithItsReason() throws Exception {
    Trees.write(root, "file", "x");
    Trees.write(root, ".asset/manifests/x.json", "x");
    Trees.write(root, "sub/.asset/x", "x");
    Files.createSymbolicLink(root.resolve("toFile"), Path.of("file"));
    Files.createSymbolicLink(root.resolve("toSub"), Path.of("sub"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("."));
    Files.createSymbolicLink(root.resolve("dangling"), Path.of("nowhere"));
    Trees.command("mkfifo", root.resolve("fifo").toString());
    Trees.write(root, "sub/.nfs00000000027c0a5500000001", "removed while it was open");
    Trees.write(root, ".nfs00000000027c0a55", "x");
    assertThat(walk())
        .containsExactlyInAnyOrder(
            file("file", 1),
            file("sub/.asset/x", 1),
            file(".nfs00000000027c0a55", 1),
            SnapshotEntry.skipped("sub/.nfs00000000027c0a5500000001", SkipReason.REMOVED, null),
            SnapshotEntry.skipped(".asset", SkipReason.ASSET_FOLDER, null),
            SnapshotEntry.skipped("toFile", SkipReason.SYMBOLIC_LINK, null),
            SnapshotEntry.skipped("toSub", SkipReason.SYMBOLIC_LINK, null),
            SnapshotEntry.skipped("loop", SkipReason.SYMBOLIC_LINK, null),
            SnapshotEntry.skipped("dangling", SkipReason.SYMBOLIC_LINK, null),
            SnapshotEntry.skipped("fifo", SkipReason.SPECIAL_FILE, null));
  }

  @Test
  void walk_nameThatIsNoUtf8_isSkippedAndToldByItsBytes() throws Exception {
    Files.createDirectory(root.resolve("d"));
    Trees.writeUnrepresentable(root.resolve("d"));
    Trees.write(root, "d/\ufffd", "a replacement character of its own right");
    assertThat(paths(walk(), Kind.FILE)).containsExactly("d/\ufffd");
    assertThat(walk())
        .filteredOn(entry -> entry.kind() == Kind.SKIPPED)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.reason()).isEqualTo(SkipReason.NAME_NOT_UTF8);
              assertThat(entry.path()).isEqualTo("d/\ufffd");
              assertThat(entry.detail()).endsWith("/d/%FF");
            });
  }

  @Test
  void walk_unreadableDirectory_isSkippedAndTheOthersAreRead() throws IOException {
    Trees.write(root, "closed/x", "x");
    Trees.write(root, "open/x", "x");
    Files.setPosixFilePermissions(
        root.resolve("closed"), PosixFilePermissions.fromString("---------"));
    try {
      // Permissions don't bind the superuser.
      assumeThat(Files.isReadable(root.resolve("closed"))).isFalse();
      assertThat(paths(walk(), Kind.FILE)).containsExactly("open/x");
      assertThat(walk())
          .anySatisfy(
              entry -> {
                assertThat(entry.path()).isEqualTo("closed");
                assertThat(entry.reason()).isEqualTo(SkipReason.UNREADABLE);
              });
    } finally {
      Files.setPosixFilePermissions(
          root.resolve("closed"), PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void walk_directoryGoneOrReplacedSinceItWasFound_isSkipped() throws IOException {
    Path elsewhere = Files.createTempDirectory("elsewhere");
    Trees.write(elsewhere, "secret", "x");
    Files.createSymbolicLink(root.resolve("link"), elsewhere);
    Trees.write(root, "file", "x");
    assertThat(walk(10, "gone", "file", "link"))
        .containsExactly(
            SnapshotEntry.skipped("gone", SkipReason.VANISHED, null),
            SnapshotEntry.skipped("file", SkipReason.VANISHED, null),
            SnapshotEntry.skipped("link", SkipReason.SYMBOLIC_LINK, null));
    Files.delete(elsewhere.resolve("secret"));
    Files.delete(elsewhere);
  }

  @Test
  void walk_rootLost_stopsTheJob() throws IOException {
    Path lost = Files.createDirectory(root.resolve("lost"));
    AssetRoot seen = AssetRoot.open(lost.toString());
    Files.delete(lost);
    try (DirectoryWalk walk =
        new DirectoryWalk(seen, new RootsSeen.Collector(), Stream.of("").iterator(), 1)) {
      assertThatThrownBy(walk::hasNext).isInstanceOf(JobFailure.class).hasMessageContaining("lost");
    }
  }

  /** As where a host hasn't mounted what the driver has, and reads the directory below. */
  @Test
  void walk_nestedMount_isComparedWithTheDrivers(@TempDir Path elsewhere) throws IOException {
    Trees.write(root, "nested/deeper/a", "x");
    RunFolder run = RunFolders.begun(elsewhere, "r", "nonce");
    RunDescription description =
        run.readJson(RunDescription.FILE, RunDescription.class).orElseThrow();
    Roots driver = Roots.ofRun(run, description, List.of());
    RootsSeen.Collector seen = new RootsSeen.Collector();
    try (DirectoryWalk walk =
        new DirectoryWalk(
            MountPoints.below(root, root.toRealPath().resolve("nested")),
            seen,
            Stream.of("").iterator(),
            10)) {
      walk.forEachRemaining(entry -> {});
    }
    List<RootsSeen> all = List.of(seen.finish());

    assertThatCode(() -> driver.compare(all)).doesNotThrowAnyException();
    Files.move(root.resolve("nested"), elsewhere.resolve("unmounted"));
    Files.createDirectory(root.resolve("nested"));
    assertThatThrownBy(() -> driver.compare(all))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
        .hasMessageContaining("The mount point '" + root.resolve("nested") + "'");
  }

  @Test
  void walk_goneBelowAMountPointWithoutItsMount_stopsTheJob() throws IOException {
    Trees.write(root, "nested/a", "x");
    RootsSeen.Collector seen = new RootsSeen.Collector();
    try (DirectoryWalk walk =
        new DirectoryWalk(
            MountPoints.below(root, root.toRealPath().resolve("nested")),
            seen,
            Stream.of("gone", "nested/gone").iterator(),
            10)) {
      assertThat(walk.next()).isEqualTo(SnapshotEntry.skipped("gone", SkipReason.VANISHED, null));
      assertThatThrownBy(walk::hasNext)
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("nothing is mounted there");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 7, 50, 1000})
  void walk_budget_isMetInRoundsThatFindEverythingOnce(long budget) throws IOException {
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      String path = "d" + i % 5 + "/e" + i % 3 + "/f" + i;
      Trees.write(root, path, "x");
      expected.add(path);
    }
    List<String> found = new ArrayList<>();
    List<String> left = List.of("");
    int rounds = 0;
    while (!left.isEmpty()) {
      List<SnapshotEntry> entries = walk(budget, left.toArray(String[]::new));
      found.addAll(paths(entries, Kind.FILE));
      left = paths(entries, Kind.DIRECTORY);
      rounds++;
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(rounds).isBetween(budget < 50 ? 2 : 1, 21);
  }

  @Test
  void walk_moreDirectoriesThanMayWait_handsTheRestOut() throws IOException {
    for (int i = 0; i < 1_050; i++) {
      Files.createDirectory(root.resolve("d" + i));
    }
    Trees.write(root, "d7/x", "x");
    List<SnapshotEntry> entries = walk();
    assertThat(paths(entries, Kind.DIRECTORY)).hasSize(50);
    List<SnapshotEntry> rest =
        walk(Long.MAX_VALUE, paths(entries, Kind.DIRECTORY).toArray(String[]::new));
    assertThat(Stream.concat(entries.stream(), rest.stream()))
        .filteredOn(entry -> entry.kind() == Kind.FILE)
        .containsExactly(file("d7/x", 1));
  }
}
