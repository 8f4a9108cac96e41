package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assetstager.snapshot.SnapshotEntry.Kind;
import org.assetstager.verify.AssetRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class FileHasherTest {
  @TempDir Path root;

  private SnapshotEntry hash(String path) {
    return new FileHasher(AssetRoot.open(root.toString()))
        .hash(
            new SnapshotEntry(
                Kind.FILE,
                path,
                0,
                BigInteger.ZERO,
                BigInteger.ZERO,
                0,
                0,
                null,
                null,
                null,
                null));
  }

  @Test
  void hash_file_hasItsExactFacts() throws IOException {
    Path file = Trees.write(root, "d/a", "abc");
    Files.createLink(root.resolve("link"), file);
    Files.setLastModifiedTime(
        file, FileTime.from(Instant.ofEpochSecond(1_234_567_890, 123_456_789)));
    Map<String, Object> facts = Files.readAttributes(file, "unix:ino,ctime");
    SnapshotEntry hashed = hash("d/a");
    // RFC 1321, appendix A.5.
    assertThat(hashed.md5()).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
    assertThat(hashed.reason()).isNull();
    assertThat(hashed.size()).isEqualTo(3);
    assertThat(hashed.modifiedAtNanos()).isEqualTo(1_234_567_890_123_456_789L);
    assertThat(hashed.linkCount()).isEqualTo(2);
    assertThat(hashed.inode()).isEqualTo(facts.get("ino"));
    Instant changed = ((FileTime) facts.get("ctime")).toInstant();
    assertThat(hashed.changedAtNanos())
        .isEqualTo(changed.getEpochSecond() * 1_000_000_000 + changed.getNano());
  }

  @Test
  void hash_fileGoneSinceTheWalk_isSkipped() {
    SnapshotEntry hashed = hash("gone");
    assertThat(hashed.reason()).isEqualTo(SkipReason.VANISHED);
    assertThat(hashed.md5()).isNull();
  }

  @Test
  void hash_replacedByALinkToOutside_isSkipped() throws IOException {
    Files.createSymbolicLink(root.resolve("passwd"), Path.of("/etc/passwd"));
    assertThat(hash("passwd").reason()).isEqualTo(SkipReason.SYMBOLIC_LINK);
  }

  @Test
  void hash_fileThatKeepsGrowing_isSkipped() throws Exception {
    Path file = root.resolve("log");
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
      // Long enough to be read that the writer has its turn meanwhile.
      log.setLength(128 << 20);
    }
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch writing = new CountDownLatch(1);
    Thread writer =
        new Thread(
            () -> {
              try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
                while (!stop.get()) {
                  log.seek(0);
                  log.write(1);
                  writing.countDown();
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    writer.start();
    writing.await();
    try {
      SnapshotEntry hashed = hash("log");
      assertThat(hashed.reason()).isEqualTo(SkipReason.CHANGED);
      assertThat(hashed.md5()).isNull();
    } finally {
      stop.set(true);
      writer.join();
    }
    assertThat(hash("log").md5()).isNotNull();
  }

  @Test
  void hash_interrupted_failsInsteadOfSkipping() throws IOException {
    Trees.write(root, "a", "abc");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> hash("a")).isInstanceOf(UncheckedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
