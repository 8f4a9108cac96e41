package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartPlan;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileVerifierTest {
  private static final int MIB = 1 << 20;
  private static final String CONTENT = "content";

  @TempDir Path folder;
  AssetRoot root;
  private Path file;
  private Policy policy = Policy.CONTENT;
  private final AtomicLong bytesRead = new AtomicLong();
  private LongConsumer whileReading = bytesRead::addAndGet;

  @BeforeEach
  void makeRoot() throws IOException {
    Path inside = Files.createDirectory(folder.toRealPath().resolve("root"));
    root = AssetRoot.open(inside.toString());
    file = inside.resolve("file");
    writeLongAgo(file, CONTENT.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void verify_untouched_isUnchanged(Policy anyPolicy) throws Exception {
    policy = anyPolicy;
    ManifestRow row = row(null);
    long started = System.currentTimeMillis();

    VerifiedRow verified = verify(row);

    assertThat(verified)
        .isEqualTo(
            new VerifiedRow(
                row,
                Verdict.UNCHANGED,
                null,
                null,
                SeenFacts.of(UnixFiles.facts(file)),
                md5(CONTENT),
                true,
                null,
                null,
                null,
                verified.verifiedAtMillis()));
    assertThat(verified.verifiedAtMillis()).isBetween(started, System.currentTimeMillis());
    assertThat(bytesRead).hasValue(7);
  }

  @ParameterizedTest
  @ValueSource(longs = {PartPlan.MOST_OBJECT_BYTES + 1, Long.MAX_VALUE})
  void verify_largerThanAnyObject_isUnreadableAndNotRead(long size) throws Exception {
    // Few other file systems have files of this size.
    Path shared = Files.createTempDirectory(Path.of("/dev/shm"), "huge");
    try {
      try (RandomAccessFile huge = new RandomAccessFile(shared.resolve("f").toFile(), "rw")) {
        huge.setLength(size);
      }
      AssetRoot large = AssetRoot.open(shared.toString());

      VerifiedRow verified = verifier().verify(Rows.added(large, "f", md5("")), large);

      assertThat(verified.verdict()).isEqualTo(Verdict.UNREADABLE);
      assertThat(verified.error())
          .isEqualTo("The file has " + size + " bytes, an object of S3 at most 53687091200000");
      assertThat(verified.size()).isEqualTo(size);
      assertThat(bytesRead).hasValue(0);
    } finally {
      Files.delete(shared.resolve("f"));
      Files.delete(shared);
    }
  }

  @Test
  void verify_emptyFile_isUnchanged() throws Exception {
    writeLongAgo(file, new byte[0]);

    VerifiedRow verified = verify(row(md5("")));

    assertThat(verified.verdict()).isEqualTo(Verdict.UNCHANGED);
    assertThat(verified.md5()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
    assertThat(verified.size()).isZero();
  }

  @Test
  void verify_hardLinkedSinceAdded_isUnchanged() throws Exception {
    ManifestRow row = row(md5(CONTENT));
    Files.createLink(file.resolveSibling("backup"), file);

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.UNCHANGED);
    assertThat(verified.detail())
        .startsWith("METADATA_ONLY: change time ")
        .endsWith("; hard links 1, now 2");
  }

  @Test
  void verify_hardLinkedSinceAddedUnderStrict_isModified() throws Exception {
    policy = Policy.STRICT;
    ManifestRow row = row(md5(CONTENT));
    Files.createLink(file.resolveSibling("backup"), file);

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail()).endsWith("; hard links 1, now 2");
    assertThat(bytesRead).hasValue(0);
  }

  @Test
  void verify_inodeReplacedBySameBytes_isUnchanged() throws Exception {
    ManifestRow row = row(md5(CONTENT));
    FileTime time = Files.getLastModifiedTime(file);
    replace(CONTENT);
    Files.setLastModifiedTime(file, time);

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.UNCHANGED);
    assertThat(verified.detail()).startsWith("METADATA_ONLY: ").contains("inode ");
    assertThat(verified.seen().inode()).isNotEqualTo(row.storedInode());
  }

  @Test
  void verify_inodeReplacedAndNoMd5Stored_isModified() throws Exception {
    ManifestRow row = row(null);
    replace(CONTENT);

    assertThat(verify(row).verdict()).isEqualTo(Verdict.MODIFIED);
  }

  @Test
  void verify_otherBytesOfSameSizeAndTimeRestored_isModified() throws Exception {
    ManifestRow row = row(md5(CONTENT));
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "CONTENT");
    Files.setLastModifiedTime(file, time);

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail())
        .startsWith("MD5 " + md5(CONTENT) + ", now " + md5("CONTENT"))
        .contains("; change time ")
        .doesNotContain("modification time");
    assertThat(verified.md5()).isEqualTo(md5("CONTENT"));
    assertThat(verified.digested()).isTrue();
  }

  // A write within one tick of the file system's clock leaves no trace in the facts.
  @Test
  void verify_otherBytesAndAllFactsEqual_isModified() throws Exception {
    VerifiedRow verified = verify(row(md5("CONTENT")));

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail()).isEqualTo("MD5 " + md5("CONTENT") + ", now " + md5(CONTENT));
  }

  @Test
  void verify_otherSize_isModifiedWithoutReading() throws Exception {
    ManifestRow row = row(md5(CONTENT));
    Files.writeString(file, "more content");

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail()).startsWith("size 7 bytes, now 12; modification time ");
    assertThat(verified.size()).isEqualTo(12);
    assertThat(verified.md5()).isNull();
    assertThat(bytesRead).hasValue(0);
  }

  @Test
  void verify_linkOut_isOutsideRoot() throws Exception {
    Path secret = Files.move(file, folder.resolve("secret"));
    Files.createSymbolicLink(file, secret);

    VerifiedRow verified = verify(row(md5(CONTENT)));

    assertThat(verified.verdict()).isEqualTo(Verdict.OUTSIDE_ROOT);
    assertThat(verified.detail()).contains(secret.toRealPath() + "', outside the root");
    assertThat(verified.error()).isNull();
    assertThat(verified.size()).isNull();
    assertThat(verified.md5()).isNull();
    assertThat(bytesRead).hasValue(0);
  }

  @Test
  void verify_fifo_isDeleted() throws Exception {
    Files.delete(file);
    GuardedFileTest.makeFifo(file);

    VerifiedRow verified = verify(row(md5(CONTENT)));

    assertThat(verified.verdict()).isEqualTo(Verdict.DELETED);
    assertThat(verified.detail()).endsWith("it is a FIFO");
  }

  @Test
  void verify_missing_isDeleted() {
    VerifiedRow verified = verify(Rows.missing(root, "missing"));

    assertThat(verified.verdict()).isEqualTo(Verdict.DELETED);
    assertThat(verified.detail()).isEqualTo("GONE_SINCE_SCAN: Nothing is at the path");
  }

  @Test
  void verify_missingButSourced_isNotAdded() {
    VerifiedRow verified = verify(Rows.sourced(Rows.missing(root, "missing")));

    assertThat(verified.verdict()).isEqualTo(Verdict.NOT_ADDED);
    assertThat(verified.detail())
        .isEqualTo("The content comes from elsewhere. Nothing is at the path");
  }

  @Test
  void verify_sourcedAndThere_isUnchanged() throws Exception {
    assertThat(verify(Rows.sourced(row(md5(CONTENT)))).verdict()).isEqualTo(Verdict.UNCHANGED);
  }

  @Test
  void verify_missingUnderALostRoot_failsTheJob() throws IOException {
    Files.move(root.path(), folder.resolve("unmounted"));

    assertThatThrownBy(() -> verify(Rows.missing(root, "file")))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The root '" + root.path() + "'");
  }

  // open(2) of this file works, read(2) at 0 gives EIO: proc_pid_mem(5).
  @Test
  void verify_errorOfTheDevice_isUnreadable() throws Exception {
    root = AssetRoot.open("/proc/self");

    VerifiedRow verified = verify(Rows.added(root, "mem", null));

    assertThat(verified.verdict()).isEqualTo(Verdict.UNREADABLE);
    assertThat(verified.error()).isEqualTo("Input/output error");
  }

  @Test
  void verify_errorOfTheDeviceUnderALostRoot_failsTheJob() {
    AssetRoot now = AssetRoot.open("/proc/self");
    root =
        new AssetRoot(
            now.path(), now.realPath(), now.inode(), now.device() + 1, now.local(), List.of());

    assertThatThrownBy(() -> verify(Rows.added(root, "mem", null)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The root '/proc/self'");
  }

  @Test
  void verify_noPermission_isUnreadable() throws Exception {
    ManifestRow row = row(md5(CONTENT));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "root reads every file");

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.UNREADABLE);
    assertThat(verified.error()).isEqualTo("Permission denied");
  }

  @Test
  void verify_growsWhileRead_isModified() throws Exception {
    ManifestRow row = row(null);
    whileReading = count -> run(() -> Files.writeString(file, "x", StandardOpenOption.APPEND));

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail())
        .isEqualTo("The file grew while it was read: it had 7 bytes, now more");
  }

  @Test
  void verify_truncatedWhileRead_isModified() throws Exception {
    writeLongAgo(file, new byte[MIB]);
    ManifestRow row = row(null);
    whileReading = count -> run(() -> truncate(200_000));

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail())
        .isEqualTo("The file shrank while it was read: it had 1048576 bytes, now 200000");
  }

  @Test
  void verify_truncatedAfterTheLastByteWasRead_isModified() throws Exception {
    ManifestRow row = row(null);
    whileReading = count -> run(() -> truncate(3));

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.size()).isEqualTo(3);
  }

  @Test
  void verify_writtenByAnotherThreadWhileRead_isModified() throws Exception {
    writeLongAgo(file, new byte[4 * MIB]);
    ManifestRow row = row(null);
    Thread writer = new Thread(() -> run(() -> overwrite(4 * MIB)));
    whileReading =
        count ->
            run(
                () -> {
                  if (writer.getState() == Thread.State.NEW) {
                    writer.start();
                    writer.join();
                  }
                });

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail()).isEqualTo("The file was changed or replaced while it was read");
    assertThat(verified.md5()).isNull();
  }

  @Test
  void verify_replacedBySameBytesWhileRead_isModified() throws Exception {
    ManifestRow row = row(md5(CONTENT));
    FileTime time = Files.getLastModifiedTime(file);
    whileReading =
        count ->
            run(
                () -> {
                  replace(CONTENT);
                  Files.setLastModifiedTime(file, time);
                });

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail()).contains("replaced while it was read");
  }

  @Test
  void verify_deletedWhileRead_isDeleted() throws Exception {
    ManifestRow row = row(md5(CONTENT));
    whileReading = count -> run(() -> Files.delete(file));

    assertThat(verify(row).verdict()).isEqualTo(Verdict.DELETED);
  }

  @Test
  void verify_hardLinkedOnceWhileRead_isReadAgain() throws Exception {
    ManifestRow row = row(md5(CONTENT));
    Path backup = file.resolveSibling("backup");
    AtomicInteger reads = new AtomicInteger();
    whileReading =
        count ->
            run(
                () -> {
                  if (reads.incrementAndGet() == 1) {
                    Files.createLink(backup, file);
                  }
                });

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.UNCHANGED);
    assertThat(verified.detail()).contains("hard links 1, now 2");
    assertThat(reads).hasValue(2);
  }

  @Test
  void verify_hardLinkedOnceWhileReadUnderStrict_isModified() throws Exception {
    policy = Policy.STRICT;
    ManifestRow row = row(md5(CONTENT));
    whileReading = count -> run(() -> Files.createLink(file.resolveSibling("backup"), file));

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail()).contains("hard links 1, now 2");
  }

  @Test
  void verify_hardLinkedAtEveryRead_isModifiedInTheEnd() throws Exception {
    ManifestRow row = row(md5(CONTENT));
    AtomicInteger reads = new AtomicInteger();
    whileReading =
        count ->
            run(() -> Files.createLink(file.resolveSibling("b" + reads.incrementAndGet()), file));

    VerifiedRow verified = verify(row);

    assertThat(verified.verdict()).isEqualTo(Verdict.MODIFIED);
    assertThat(verified.detail())
        .isEqualTo("The file's metadata kept changing: it was read 4 times");
    assertThat(reads).hasValue(4);
  }

  @Test
  void verify_interruptedWhileReading_isNoVerdict() throws Exception {
    ManifestRow row = row(null);
    whileReading = count -> Thread.currentThread().interrupt();

    try {
      assertThatThrownBy(() -> verify(row))
          .isInstanceOf(CancellationException.class)
          .hasMessage("Interrupted while 'file' was read");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void verify_aboveTheMultipartThreshold_hasItsParts() throws Exception {
    byte[] bytes = new byte[11 * MIB];
    bytes[10 * MIB] = 1;
    writeLongAgo(file, bytes);

    VerifiedRow verified = verify(row(null));

    assertThat(verified.partSize()).isEqualTo(5 * MIB);
    assertThat(verified.partMd5s())
        .isEqualTo(md5(new byte[5 * MIB]) + md5(new byte[5 * MIB]) + md5(firstByteOne(MIB)));
    assertThat(verified.md5()).isEqualTo(md5(bytes));
  }

  @Test
  void verify_atTheMultipartThreshold_hasOnePart() throws Exception {
    writeLongAgo(file, new byte[6 * MIB]);

    VerifiedRow verified = verify(row(null));

    assertThat(verified.partSize()).isNull();
    assertThat(verified.partMd5s()).isNull();
  }

  @Test
  void verify_giantThatBrokeOff_goesOnWhereItWas() throws Exception {
    byte[] bytes = firstByteOne(23 * MIB);
    writeLongAgo(file, bytes);
    breakOffAfter(17 * MIB);

    VerifiedRow verified = verify(row(md5(bytes)));

    assertThat(verified.verdict()).isEqualTo(Verdict.UNCHANGED);
    assertThat(verified.md5()).isEqualTo(md5(bytes));
    assertThat(verified.partMd5s())
        .isEqualTo(
            md5(firstByteOne(5 * MIB)) + md5(new byte[5 * MIB]).repeat(3) + md5(new byte[3 * MIB]));
    assertThat(bytesRead).hasValue((23 - 10) * MIB);
  }

  @Test
  void verify_giantThatWasChangedSinceItBrokeOff_isReadWhole() throws Exception {
    writeLongAgo(file, new byte[23 * MIB]);
    breakOffAfter(17 * MIB);
    byte[] bytes = firstByteOne(23 * MIB);
    writeLongAgo(file, bytes);

    VerifiedRow verified = verify(row(null));

    assertThat(verified.md5()).isEqualTo(md5(bytes));
    assertThat(bytesRead).hasValue(23 * MIB);
  }

  @Test
  void verify_damagedRecordOfAGiant_isReadWhole() throws Exception {
    byte[] bytes = new byte[23 * MIB];
    writeLongAgo(file, bytes);
    for (String damage : List.of("", "\"position\" : 99", "x")) {
      Path records = folder.resolve("run_id=r/steps/digests");
      FileUtils.deleteDirectory(records.toFile());
      breakOffAfter(17 * MIB);
      try (Stream<Path> files = Files.list(records)) {
        Path record = files.findFirst().orElseThrow();
        String text = Files.readString(record);
        Files.writeString(
            record, damage.isEmpty() ? "" : text.replaceFirst("\"position\" : [0-9]+", damage));
        assertThat(text).isNotEqualTo(Files.readString(record));
      }

      VerifiedRow verified = verify(row(null));

      assertThat(verified.md5()).as(damage).isEqualTo(md5(bytes));
      assertThat(bytesRead).as(damage).hasValue(23 * MIB);
    }
  }

  /** Begins to verify the file and fails on the way, as a task that is killed does. */
  private void breakOffAfter(long bytes) {
    bytesRead.set(0);
    whileReading =
        count -> {
          if (bytesRead.addAndGet(count) > bytes) {
            throw new CancellationException("broken off");
          }
        };
    assertThatThrownBy(() -> verify(row(null))).hasMessage("broken off");
    bytesRead.set(0);
    whileReading = bytesRead::addAndGet;
  }

  VerifiedRow verify(ManifestRow row) {
    return verifier().verify(row, root);
  }

  FileVerifier verifier() {
    UploadSettings upload =
        new UploadSettings(PartPlan.LEAST_PART_BYTES, 6 * MIB, 1L << 30, false, null, null);
    RunFolder run = new RunFolder(folder.toUri().toString(), "r", new Configuration());
    return new FileVerifier(policy, upload, new DigestLog(run, 9 * MIB), whileReading);
  }

  private ManifestRow row(String md5) throws IOException {
    return Rows.added(root, "file", md5);
  }

  private static void writeLongAgo(Path path, byte[] bytes) throws IOException {
    Files.write(path, bytes);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_600_000_000_123L));
  }

  private void replace(String content) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void truncate(long size) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(size);
    }
  }

  private void overwrite(int size) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.write(firstByteOne(size));
    }
  }

  private static byte[] firstByteOne(int size) {
    byte[] bytes = new byte[size];
    bytes[0] = 1;
    return bytes;
  }

  private static String md5(String text) throws Exception {
    return md5(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String md5(byte[] bytes) throws Exception {
    return Md5.ofBytes(MessageDigest.getInstance("MD5").digest(bytes)).toHex();
  }

  /** Does something when a read gives so many bytes. */
  void onRead(long bytes, Action action) {
    whileReading =
        count -> {
          if (count == bytes) {
            run(action);
          }
        };
  }

  interface Action {
    void run() throws Exception;
  }

  private static void run(Action action) {
    try {
      action.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
