package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.commons.lang3.SerializationUtils;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.Host;
import org.assetstager.files.UnixFiles;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.VerifySettings.Policy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootsTest {
  @TempDir Path folder;
  private RunFolder run;
  private Path root;

  @BeforeEach
  void startRun() throws IOException {
    root = Files.createDirectory(folder.toRealPath().resolve("root"));
    run = RunFolders.begun(folder, "r1", nonce());
  }

  private String nonce() {
    return "nonce of " + folder;
  }

  private Roots roots(String... allowed) {
    return roots(nonce(), List.of(), allowed);
  }

  private Roots roots(String nonce, List<String> driversMountPoints, String... allowed) {
    return new Roots(run, nonce, List.of(allowed), driversMountPoints);
  }

  /** What a task saw that looked at a row of each root. */
  private static RootsSeen seen(AssetRoot... opened) {
    RootsSeen.Collector collector = new RootsSeen.Collector();
    for (AssetRoot root : opened) {
      collector.add(root);
    }
    return collector.finish();
  }

  private static List<RootSeen> all(RootsSeen packed) {
    List<RootSeen> all = new ArrayList<>();
    packed.forEach(all::add);
    return all;
  }

  private void replaceRoot() throws IOException {
    Files.move(root, folder.resolve("was root"));
    Files.createDirectory(root);
  }

  @Test
  void of_root_isLookedAtOnceInAnAttempt() throws IOException {
    Roots roots = roots();
    AssetRoot first = roots.of(root.toString());
    replaceRoot();

    assertThat(roots.of(root.toString())).isSameAs(first);
    assertThat(SerializationUtils.clone(roots).of(root.toString())).isSameAs(first);
  }

  /** As where a file system was mounted anew, and the run is resumed in the same JVM. */
  @Test
  void of_nextAttemptAtTheRun_isLookedAtAgain() throws IOException {
    AssetRoot before = roots().of(root.toString());
    replaceRoot();

    AssetRoot now = roots().of(root.toString());
    assertThat(now.inode()).isNotEqualTo(before.inode());
    now.requireAlive();
  }

  @Test
  void of_folderOfAnotherDriver_isRefusedWithHostAndRemedy() {
    Roots roots = roots("another nonce of " + folder, List.of());

    assertThatThrownBy(() -> roots.of(root.toString()))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
        .hasMessageContaining("is not the driver's on host ")
        .hasMessageContaining("it belongs to another run. Set ledger.path");
  }

  @Test
  void of_emptyFolder_isRefused() {
    run = new RunFolder("file://" + folder, "elsewhere", run.configuration());

    assertThatThrownBy(() -> roots().of(root.toString()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is empty there");
  }

  @Test
  void of_missingRoot_failsTheJobWithHost() {
    assertThatThrownBy(() -> roots().of(folder + "/unmounted"))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
        .hasMessageContaining("/unmounted' is not what it should be on " + Host.name());
  }

  @Test
  void of_rootThatLeadsOutOfTheAllowed_isTheUsersFault() throws IOException {
    Path allowed = Files.createDirectory(folder.resolve("allowed"));
    Path link = Files.createSymbolicLink(allowed.resolve("link"), root);

    assertThatThrownBy(() -> roots(allowed.toString()).of(link.toString()))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.INPUT))
        .hasMessageContaining("leads to " + root + ", not below one of manifest.allowed-roots");
    assertThat(roots(folder.toString()).of(link.toString()).realPath()).isEqualTo(root);
  }

  @Test
  void ofSeen_theSame_isReturned() {
    AssetRoot.Seen seen = AssetRoot.open(root.toString()).seen();

    assertThat(roots().of(root.toString(), seen).seen()).isEqualTo(seen);
  }

  @Test
  void ofSeen_anotherDirectory_isRefused() throws IOException {
    Roots roots = roots();
    AssetRoot.Seen seen = roots.of(root.toString()).seen();
    replaceRoot();

    // This JVM knows the one that was seen, another one doesn't.
    assertThat(roots.of(root.toString(), seen).seen()).isEqualTo(seen);
    assertThatThrownBy(() -> roots().of(root.toString(), seen))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it is another directory");
  }

  @Test
  void ofSeen_notWhatThisJvmHasOpened_isRefused() {
    Roots roots = roots();
    AssetRoot.Seen seen = roots.of(root.toString()).seen();
    AssetRoot.Seen other = new AssetRoot.Seen(seen.realPath(), seen.inode() + 1);

    assertThatThrownBy(() -> roots.of(root.toString(), other))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("(inode " + other.inode() + ") seen on the driver's host");
  }

  @Test
  void ofSeen_linkSetElsewhereMeanwhile_isRefusedThoughTheInodeIsTheSame() throws IOException {
    // The topmost directories of both file systems have the inode 1.
    Path allowed = Path.of("/dev/shm");
    Path elsewhere = Path.of("/proc");
    assumeThat(UnixFiles.facts(elsewhere).inode()).isEqualTo(UnixFiles.facts(allowed).inode());
    Files.delete(root);
    Files.createSymbolicLink(root, allowed);
    AssetRoot.Seen seen = roots(allowed.toString()).of(root.toString()).seen();
    Files.delete(root);
    Files.createSymbolicLink(root, elsewhere);

    assertThatThrownBy(() -> roots(allowed.toString()).of(root.toString(), seen))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it leads to /proc, not below one of manifest.allowed-roots");
    assertThatThrownBy(() -> roots().of(root.toString(), seen))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("it leads to /proc, on the driver's host to /dev/shm");
  }

  @Test
  void compare_whatTheDriverSeesToo_passes() {
    Roots roots = roots(folder.toString());

    assertThatCode(() -> roots.compare(List.of(seen(roots.of(root.toString())), seen())))
        .doesNotThrowAnyException();
  }

  @Test
  void compare_anotherDirectoryOnAHost_namesHostAndRoot() throws IOException {
    RootsSeen elsewhere = seen(AssetRoot.open(root.toString()));
    replaceRoot();

    assertThatThrownBy(() -> roots().compare(List.of(elsewhere)))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
        .hasMessageContaining("The root '" + root + "' is not what it should be on " + Host.name())
        .hasMessageContaining("it is another directory (inode ")
        .hasMessageContaining("seen on the driver's host. Mount its file system there");
  }

  @Test
  void compare_rootThatTheDriverLacks_fails() throws IOException {
    RootsSeen elsewhere = seen(AssetRoot.open(root.toString()));
    Files.delete(root);

    assertThatThrownBy(() -> roots().compare(List.of(elsewhere)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("No such file or directory");
  }

  @Test
  void compare_rootThatIsNotAllowedOnTheDriver_isTheUsersFault() {
    RootsSeen elsewhere = seen(AssetRoot.open(root.toString()));

    assertThatThrownBy(() -> roots("/nowhere").compare(List.of(elsewhere)))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.INPUT));
  }

  @Test
  void compare_manyRootsOfManyRows_areToldOnceATask() {
    AssetRoot opened = AssetRoot.open(root.toString());
    RootsSeen.Collector collector = new RootsSeen.Collector();
    for (int i = 0; i < 30_000; i++) {
      Path name = Path.of(root + "/.".repeat(i % 1_000));
      collector.add(new AssetRoot(name, root, opened.inode(), opened.device(), false, List.of()));
    }
    RootsSeen many = SerializationUtils.clone(collector.finish());

    assertThat(all(many)).hasSize(1_000);
    assertThatCode(() -> roots().compare(List.of(many, many))).doesNotThrowAnyException();
  }

  @Test
  void compare_moreRootsThanAreLookedAtAhead_findsTheOneThatDiffers() throws IOException {
    RootsSeen.Collector collector = new RootsSeen.Collector();
    for (int i = 0; i < 1_500; i++) {
      AssetRoot opened = AssetRoot.open(Files.createDirectory(root.resolve("r" + i)).toString());
      for (int name = 0; name < 8; name++) {
        collector.add(
            new AssetRoot(
                Path.of(opened.realPath() + "/.".repeat(name)),
                opened.realPath(),
                opened.inode(),
                opened.device(),
                false,
                List.of()));
      }
    }
    RootsSeen elsewhere = collector.finish();
    assertThatCode(() -> roots(folder.toString()).compare(List.of(elsewhere, elsewhere)))
        .doesNotThrowAnyException();
    Path replaced = root.resolve("r1499");
    Files.move(replaced, folder.resolve("was replaced"));
    Files.createDirectory(replaced);

    assertThatThrownBy(() -> roots().compare(List.of(seen(), elsewhere)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The root '" + replaced + "' is not what it should be on ")
        .hasMessageContaining("it is another directory (inode ");
  }

  @Test
  void compare_interrupted_endsAndStaysSo() {
    RootsSeen elsewhere = seen(AssetRoot.open(root.toString()));
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> roots().compare(List.of(elsewhere)))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void of_moreRootsThanAJvmKeeps_areOpenedAgain() throws IOException {
    Roots roots = roots();
    for (int i = 0; i < 10_100; i++) {
      assertThat(roots.of(root + "/.".repeat(1 + i % 2_000) + "/".repeat(i % 7)).realPath())
          .isEqualTo(root);
    }
    replaceRoot();
    assertThat(roots.of(root.toString()).inode()).isEqualTo(UnixFiles.facts(root).inode());
  }

  @Test
  void open_rootAboveAMount_knowsTheMountPoint() {
    assertThat(AssetRoot.open("/dev").mountPoints()).contains(Path.of("/dev/shm"));
    assertThat(AssetRoot.open("/dev/shm").mountPoints()).isEmpty();
  }

  @Test
  void scan_fileBelowAMountPoint_tellsWhatTheHostSawThere() throws IOException {
    Path file = Files.createTempFile(Path.of("/dev/shm"), "scanned", "");
    try {
      AssetRoot above = roots().of("/dev");
      RootsSeen.Collector collector = new RootsSeen.Collector();
      FileScanner scanner = new FileScanner(Policy.CONTENT, collector);
      String path = "shm/" + file.getFileName();
      ManifestRow row = Rows.added(above, path, null);

      assertThat(scanner.scan(row, above).verdict()).isEqualTo(Verdict.UNCHANGED);
      assertThat(scanner.scan(row, above).verdict()).isEqualTo(Verdict.UNCHANGED);

      RootsSeen seen = collector.finish();
      assertThat(all(seen))
          .containsExactlyInAnyOrder(
              new RootSeen("/dev", null, "/dev", above.inode(), Host.name()),
              new RootSeen(
                  "/dev",
                  "/dev/shm",
                  "/dev/shm",
                  UnixFiles.facts(Path.of("/dev/shm")).inode(),
                  Host.name()));
      assertThatCode(() -> roots().compare(List.of(seen))).doesNotThrowAnyException();
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void look_fileBelowAMountPoint_tellsWhatTheHostSawThere() throws IOException {
    Path file = Files.createTempFile(Path.of("/dev/shm"), "seen", "");
    try {
      RootsSeen.Collector collector = new RootsSeen.Collector();
      SeenFacts facts = SeenFacts.of(UnixFiles.facts(file));

      SeenAgain.Found found =
          new SeenAgain(roots(), collector).look("/dev", "shm/" + file.getFileName(), facts);

      assertThat(found.change()).isEqualTo(SeenAgain.Change.NONE);
      assertThat(all(collector.finish()))
          .extracting(RootSeen::mountPoint)
          .containsExactlyInAnyOrder(null, "/dev/shm");
    } finally {
      Files.delete(file);
    }
  }

  /** As where one host has a file system mounted below the root, and the driver's hasn't. */
  @Test
  void compare_mountPointThatIsAPlainDirectoryOnTheDriver_namesHostAndMountPoint()
      throws IOException {
    Path nested = Files.createDirectory(root.resolve("nested"));
    AssetRoot opened = MountPoints.below(root, nested);
    RootsSeen.Collector collector = new RootsSeen.Collector();
    collector.add(opened);
    collector.addMountPoints(opened, nested.resolve("file"));
    RootsSeen elsewhere = collector.finish();
    Files.move(nested, folder.resolve("unmounted"));
    Files.createDirectory(nested);

    assertThatThrownBy(() -> roots().compare(List.of(elsewhere)))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
        .hasMessageContaining(
            "The mount point '" + nested + "' is not what it should be on " + Host.name());
  }

  @Test
  void addMountPoints_fileElsewhere_tellsNothing() throws IOException {
    Path nested = Files.createDirectory(root.resolve("nested"));
    RootsSeen.Collector collector = new RootsSeen.Collector();
    collector.addMountPoints(MountPoints.below(root, nested), root.resolve("nested2/file"));

    assertThat(all(collector.finish())).isEmpty();
  }

  /** As where the driver has a file system mounted below the root, and this host hasn't. */
  @Test
  void scan_missingBelowAMountPointOfTheDriverAlone_failsTheJob() throws IOException {
    Path nested = Files.createDirectory(root.resolve("nested"));
    Files.createSymbolicLink(root.resolve("link"), nested.resolve("deeper"));
    AssetRoot opened =
        roots(nonce(), List.of(nested.toString(), folder + "/other")).of(root.toString());
    FileScanner scanner = new FileScanner(Policy.CONTENT, new RootsSeen.Collector());

    assertThat(opened.mountPoints()).containsExactly(nested);
    for (String path : List.of("nested/file", "nested/a/b", "link/file")) {
      assertThatThrownBy(() -> scanner.scan(Rows.missing(opened, path), opened))
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.SYSTEM))
          .hasMessageContaining("The mount point '" + nested + "'")
          .hasMessageContaining("on " + Host.name() + ": nothing is mounted there");
    }
    assertThat(scanner.scan(Rows.missing(opened, "elsewhere"), opened).verdict())
        .isEqualTo(Verdict.DELETED);
    Files.delete(nested);
    assertThatThrownBy(() -> scanner.scan(Rows.missing(opened, "nested/file"), opened))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("No such file or directory");
  }

  @Test
  void scan_missingBelowAMountPointThatIsThere_isDeleted() {
    AssetRoot above = roots(nonce(), List.of("/dev/shm")).of("/dev");
    FileScanner scanner = new FileScanner(Policy.CONTENT, new RootsSeen.Collector());

    assertThat(scanner.scan(Rows.missing(above, "shm/no such file"), above).verdict())
        .isEqualTo(Verdict.DELETED);
  }
}
