package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartPlan;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings.Policy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("process")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileScannerTest {
  private static final String CONTENT = "content";

  @TempDir Path folder;
  private AssetRoot root;
  private Path file;
  private Policy policy = Policy.CONTENT;

  @BeforeEach
  void makeRoot() throws IOException {
    Path inside = Files.createDirectory(folder.toRealPath().resolve("root"));
    root = AssetRoot.open(inside.toString());
    file = Files.writeString(inside.resolve("file"), CONTENT);
  }

  private FileScanner scanner() {
    return new FileScanner(policy, new RootsSeen.Collector());
  }

  private VerifiedRow scan(ManifestRow row) {
    return scanner().scan(row, root);
  }

  private static String md5(String content) {
    return Md5.ofBytes(Md5.newDigest().digest(content.getBytes(StandardCharsets.UTF_8))).toHex();
  }

  @Test
  void scan_badRow_isInvalid() {
    VerifiedRow scanned = scanner().scan(Rows.faulty("no path", false), null);

    assertThat(scanned.verdict()).isEqualTo(Verdict.INVALID);
    assertThat(scanned.detail()).isEqualTo("no path");
    assertThat(scanned.seen()).isEqualTo(SeenFacts.NONE);
  }

  @Test
  void scan_nameThatJavaCantRepresent_isUnreadable() {
    VerifiedRow scanned = scanner().scan(Rows.faulty("half a surrogate", true), null);

    assertThat(scanned.verdict()).isEqualTo(Verdict.UNREADABLE);
    assertThat(scanned.error()).isEqualTo("half a surrogate");
  }

  @Test
  void scan_notAdded_isNotAdded() {
    VerifiedRow scanned = scanner().scan(Rows.notAdded("a proxy"), null);

    assertThat(scanned.verdict()).isEqualTo(Verdict.NOT_ADDED);
    assertThat(scanned.detail()).isEqualTo("a proxy");
  }

  @Test
  void scan_addedRowWithoutRoot_isRefused() {
    assertThatThrownBy(() -> scanner().scan(Rows.added(root, "file", null), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("An added row needs its root and its path");
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void scan_untouched_isOpenAndClaimsTheStoredMd5(Policy anyPolicy) throws IOException {
    policy = anyPolicy;
    for (String stored : new String[] {null, md5("any")}) {
      ManifestRow row = Rows.added(root, "file", stored);
      VerifiedRow scanned = scan(row);

      assertThat(scanned)
          .isEqualTo(
              new VerifiedRow(
                  row,
                  Verdict.UNCHANGED,
                  null,
                  null,
                  SeenFacts.of(UnixFiles.facts(file)),
                  stored,
                  false,
                  null,
                  null,
                  null,
                  scanned.verifiedAtMillis()));
    }
  }

  /** The table of "Verification" in design.md, for what has changed and what is stored. */
  @ParameterizedTest
  @CsvSource({
    "size,  CONTENT, true,  MODIFIED,  size 7 bytes",
    "size,  CONTENT, false, MODIFIED,  size 7 bytes",
    "size,  STRICT,  true,  MODIFIED,  size 7 bytes",
    "mtime, CONTENT, true,  UNCHANGED, modification time",
    "mtime, CONTENT, false, MODIFIED,  modification time",
    "mtime, STRICT,  true,  MODIFIED,  modification time",
    "ctime, CONTENT, true,  UNCHANGED, change time",
    "ctime, CONTENT, false, MODIFIED,  change time",
    "ctime, STRICT,  true,  MODIFIED,  change time",
    "links, CONTENT, true,  UNCHANGED, change time",
    "links, CONTENT, false, MODIFIED,  change time",
    "links, STRICT,  true,  MODIFIED,  change time",
    "inode, CONTENT, true,  UNCHANGED, change time",
    "inode, CONTENT, false, MODIFIED,  change time",
    "inode, STRICT,  true,  MODIFIED,  change time",
  })
  void scan_factDiffers_isAsTheTableSays(
      String what, Policy anyPolicy, boolean stored, Verdict verdict, String detail)
      throws Exception {
    policy = anyPolicy;
    ManifestRow row = Rows.added(root, "file", stored ? md5(CONTENT) : null);
    FileTime time = Files.getLastModifiedTime(file);
    // Ticks of the file system's clock may be four milliseconds long.
    Thread.sleep(20);
    change(what, time);

    VerifiedRow scanned = scan(row);

    assertThat(scanned.verdict()).isEqualTo(verdict);
    assertThat(scanned.detail()).startsWith(detail);
    assertThat(scanned.detail()).doesNotContain("METADATA_ONLY");
    assertThat(scanned.digested()).isFalse();
    assertThat(scanned.md5()).isEqualTo(verdict == Verdict.UNCHANGED ? md5(CONTENT) : null);
    assertThat(scanned.seen()).isEqualTo(SeenFacts.of(UnixFiles.facts(file)));
  }

  private void change(String what, FileTime time) throws IOException {
    switch (what) {
      case "size" -> Files.writeString(file, "more content");
      case "mtime" -> Files.setLastModifiedTime(file, FileTime.fromMillis(1));
      case "ctime" -> {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      }
      case "links" -> Files.createLink(file.resolveSibling("backup"), file);
      default -> {
        Files.move(file, folder.resolve("was"));
        Files.writeString(file, CONTENT);
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  @Test
  void scan_largerThanAnyObject_isUnreadable() throws IOException {
    Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "huge");
    try {
      try (RandomAccessFile huge = new RandomAccessFile(shared.resolve("f").toFile(), "rw")) {
        huge.setLength(PartPlan.MOST_OBJECT_BYTES + 1);
      }
      AssetRoot large = AssetRoot.open(shared.toString());

      VerifiedRow scanned = scanner().scan(Rows.added(large, "f", md5("")), large);

      assertThat(scanned.verdict()).isEqualTo(Verdict.UNREADABLE);
      assertThat(scanned.error()).endsWith("bytes, an object of S3 at most 53687091200000");
      assertThat(scanned.size()).isEqualTo(PartPlan.MOST_OBJECT_BYTES + 1);
    } finally {
      Files.delete(shared.resolve("f"));
      Files.delete(shared);
    }
  }

  @Test
  void scan_missingButSourced_isNotAdded() {
    VerifiedRow scanned = scan(Rows.sourced(Rows.missing(root, "missing")));

    assertThat(scanned.verdict()).isEqualTo(Verdict.NOT_ADDED);
    assertThat(scanned.detail()).startsWith("The content comes from elsewhere. ");
  }

  // Only opening this file could tell that it can't be opened, even by root.
  @Test
  void scan_fileThatCantBeOpened_opensNothing() throws IOException {
    root = AssetRoot.open("/proc/sys/vm");
    assumeThat(root.realPath().resolve("compact_memory")).exists();

    assertThat(scan(Rows.added(root, "compact_memory", md5(""))).verdict())
        .isEqualTo(Verdict.UNCHANGED);
  }

  @Test
  void scan_directoryThatMayNotBeSearched_isUnreadable() throws IOException {
    Path closed = Files.createDirectory(root.path().resolve("closed"));
    Files.writeString(closed.resolve("f"), CONTENT);
    ManifestRow row = Rows.added(root, "closed/f", null);
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      assumeFalse(Files.isReadable(closed), "root searches every directory");
      VerifiedRow scanned = scan(row);

      assertThat(scanned.verdict()).isEqualTo(Verdict.UNREADABLE);
      assertThat(scanned.error()).isEqualTo("Permission denied");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void scan_missingUnderALostRoot_failsTheJob() throws IOException {
    Files.move(root.path(), folder.resolve("unmounted"));

    assertThatThrownBy(() -> scan(Rows.missing(root, "file")))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The root '" + root.path() + "'");
  }

  /** What is found of a path is the same whoever looks; all rows of one task, in any order. */
  @Test
  void scan_hostileTree_agreesWithWhoeverOpensTheFile() throws Exception {
    List<String> paths = hostileTree();
    FileScanner scanner = scanner();
    FileVerifier verifier =
        new FileVerifier(
            policy,
            new UploadSettings(16 << 20, 32 << 20, 1 << 30, false, null, null),
            new DigestLog(new RunFolder("file://" + folder, "r", new Configuration())),
            bytes -> {});
    FileFacts facts = UnixFiles.facts(file);
    List<Verdict> verdicts = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      for (String path : paths) {
        ManifestRow row = Rows.added(root, path, facts, md5(CONTENT));

        VerifiedRow scanned = scanner.scan(row, root);

        VerifiedRow read = verifier.verify(row, root);
        assertThat(scanned.verdict()).as(path).isEqualTo(read.verdict());
        assertThat(scanned.error()).as(path).isEqualTo(read.error());
        assertThat(scanned.seen()).as(path).isEqualTo(read.seen());
        if (scanned.verdict() != Verdict.UNCHANGED) {
          String detail = read.detail();
          String sinceScan = RenameSearch.GONE_SINCE_SCAN + ": ";
          boolean deleted = read.verdict() == Verdict.DELETED;
          assertThat(deleted ? sinceScan + scanned.detail() : scanned.detail())
              .as(path)
              .isEqualTo(detail);
        }
        verdicts.add(scanned.verdict());
      }
    }
    assertThat(verdicts)
        .contains(
            Verdict.UNCHANGED,
            Verdict.DELETED,
            Verdict.OUTSIDE_ROOT,
            Verdict.UNREADABLE,
            Verdict.MODIFIED);
  }

  private List<String> hostileTree() throws Exception {
    Path top = root.path();
    Path outside = Files.createDirectory(folder.resolve("root2"));
    Files.writeString(outside.resolve("secret"), CONTENT);
    Files.createDirectories(top.resolve("d/e"));
    Files.writeString(top.resolve("d/e/f"), CONTENT);
    Files.writeString(top.resolve("d/larger"), "more content");
    Files.writeString(top.resolve("d/ü # ?%20\n\\*"), CONTENT);
    Files.createSymbolicLink(top.resolve("d/to-file"), Path.of("e/f"));
    Files.createSymbolicLink(top.resolve("to-directory"), Path.of("d/e"));
    Files.createSymbolicLink(top.resolve("to-outside"), outside);
    Files.createSymbolicLink(top.resolve("d/secret"), outside.resolve("secret"));
    Files.createSymbolicLink(top.resolve("there-and-back"), outside.resolve("back"));
    Files.createSymbolicLink(outside.resolve("back"), top.resolve("d"));
    Files.createSymbolicLink(top.resolve("dangling"), Path.of("nowhere"));
    Files.createSymbolicLink(top.resolve("dangling-outside"), outside.resolve("nowhere"));
    Files.createSymbolicLink(top.resolve("loop"), Path.of("loop"));
    GuardedFileTest.makeFifo(top.resolve("d/fifo"));
    return List.of(
        "file",
        "d/e/f",
        "d/larger",
        "d/ü # ?%20\n\\*",
        "d/to-file",
        "to-directory/f",
        "to-directory",
        "to-outside/secret",
        "to-outside/nothing",
        "to-outside",
        "d/secret",
        "d/secret/x",
        "there-and-back/e/f",
        "dangling",
        "dangling/x",
        "dangling-outside",
        "loop",
        "loop/x",
        "d/fifo",
        "d",
        "",
        "d/missing",
        "missing/missing",
        "file/x",
        "d/../file",
        "../root2/secret",
        "d/..",
        ".",
        outside + "/secret",
        root.path() + "/file",
        "n".repeat(300),
        "d/" + "n/".repeat(3_000) + "f",
        "\uD800",
        "d/\0");
  }

  @Test
  void scan_directoryReplacedByALinkOut_isSeenByTheNextTask() throws IOException {
    Path directory = Files.createDirectory(root.path().resolve("d"));
    Files.writeString(directory.resolve("f"), CONTENT);
    ManifestRow row = Rows.added(root, "d/f", null);
    FileScanner scanner = scanner();
    assertThat(scanner.scan(row, root).verdict()).isEqualTo(Verdict.UNCHANGED);
    Path moved = Files.move(directory, folder.resolve("moved"));
    Files.createSymbolicLink(directory, moved);

    assertThat(scan(row).verdict()).isEqualTo(Verdict.OUTSIDE_ROOT);
  }
}
