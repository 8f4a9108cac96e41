package org.assetstager.verify;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.assetstager.asset.Md5;
import org.assetstager.digest.Digest;
import org.assetstager.digest.FileDigester;
import org.assetstager.digest.Membership;
import org.assetstager.digest.PartPlan;
import org.assetstager.digest.SizeChangedException;
import org.assetstager.digest.SmallContents;
import org.assetstager.files.FileFacts;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings.Policy;
import org.jspecify.annotations.Nullable;

/**
 * Finds the verdict on one row after the other, and reads each file that its facts don't say to be
 * modified, whether digests are trusted or not. Only {@link Verdict#RENAMED} needs more than one
 * row, see {@link RenameSearch}. Any number of threads may share one.
 */
public final class FileVerifier {
  // A backup that hard-links every file comes by once; what alters metadata more often isn't done.
  private static final int MOST_READS = 4;

  private final Policy policy;
  private final UploadSettings upload;
  private final DigestLog digests;
  private final LongConsumer bytesRead;
  private final FileDigester digester = new FileDigester();

  /**
   * Makes a verifier.
   *
   * @param upload says how contents are cut into parts
   * @param digests says where to continue with a giant
   * @param bytesRead receives the number of bytes of each read, in the thread that reads; a file
   *     that is read again counts again
   */
  public FileVerifier(
      Policy policy, UploadSettings upload, DigestLog digests, LongConsumer bytesRead) {
    this.policy = policy;
    this.upload = upload;
    this.digests = digests;
    this.bytesRead = bytesRead;
  }

  /** Finds a verdict, or null where it is still to come. */
  private interface Attempt {
    @Nullable VerifiedRow run() throws IOException;
  }

  /** A small file that has been read, and closed. */
  private record ReadFile(ManifestRow row, AssetRoot root, GuardedFile file) {}

  /**
   * Returns the verdicts on rows in any order. Several rows must be a group that {@link RowGroups}
   * made: their files are read one after the other, and hashed side by side.
   *
   * @param rows all of them {@link ManifestRow#added}
   * @param roots by their paths: those of all rows
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if a root is lost
   * @throws CancellationException if the thread is interrupted; it stays so
   */
  public List<VerifiedRow> verify(List<ManifestRow> rows, Map<String, AssetRoot> roots) {
    if (rows.size() == 1) {
      return List.of(verify(rows.get(0), rootOf(rows.get(0), roots)));
    }
    List<VerifiedRow> verified = new ArrayList<>(rows.size());
    try (SmallContents contents = digester.smallContents(RowGroups.room(rows))) {
      List<ReadFile> files = new ArrayList<>(rows.size());
      for (ManifestRow row : rows) {
        AssetRoot root = rootOf(row, roots);
        int read = files.size();
        VerifiedRow known = attempt(row, root, () -> read(row, root, contents, files));
        // A file that was read whole gets its verdict below, even if closing it failed.
        if (known != null && files.size() == read) {
          verified.add(known);
        }
      }
      List<Md5> md5s = contents.hash();
      for (int i = 0; i < md5s.size(); i++) {
        ReadFile file = files.get(i);
        Md5 md5 = md5s.get(i);
        verified.add(
            Objects.requireNonNull(
                attempt(file.row(), file.root(), () -> afterReading(file, md5))));
      }
    }
    return verified;
  }

  private static AssetRoot rootOf(ManifestRow row, Map<String, AssetRoot> roots) {
    return Objects.requireNonNull(roots.get(Objects.requireNonNull(row.root())));
  }

  /**
   * Returns the verdict on a row. A failure of its file is a verdict too.
   *
   * @param row {@link ManifestRow#added}
   * @param root the row's
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if the root is lost
   * @throws CancellationException if the thread is interrupted; it stays so
   */
  public VerifiedRow verify(ManifestRow row, AssetRoot root) {
    String path = Objects.requireNonNull(row.path());
    try (Membership member = digester.join()) {
      return Objects.requireNonNull(attempt(row, root, () -> verifyFile(row, root, path, 0)));
    }
  }

  /** Makes a verdict of a file's failure too. */
  private static @Nullable VerifiedRow attempt(ManifestRow row, AssetRoot root, Attempt attempt) {
    try {
      return attempt.run();
    } catch (FileRefusedException e) {
      return VerifiedRows.refusedSinceScan(row, e);
    } catch (ClosedChannelException e) {
      Thread.currentThread().interrupt();
      CancellationException cancelled =
          new CancellationException("Interrupted while '" + row.path() + "' was read");
      cancelled.initCause(e);
      throw cancelled;
    } catch (IOException e) {
      root.requireAlive();
      return VerifiedRows.withoutFile(row, Verdict.UNREADABLE, null, SystemErrors.describe(e));
    }
  }

  /** Reads a small file; returns the verdict where it is known without its MD5, else null. */
  private @Nullable VerifiedRow read(
      ManifestRow row, AssetRoot root, SmallContents contents, List<ReadFile> files)
      throws IOException {
    try (GuardedFile file = GuardedFile.open(root, Objects.requireNonNull(row.path()))) {
      FileFacts before = file.factsWhenOpened();
      VerifiedRow unread = unread(row, before);
      if (unread != null) {
        return unread;
      }
      try {
        contents.read(file.channel(), before.size(), bytesRead);
      } catch (SizeChangedException e) {
        return VerifiedRows.modified(row, e.getMessage(), before);
      }
      files.add(new ReadFile(row, root, file));
      return null;
    }
  }

  private VerifiedRow afterReading(ReadFile read, Md5 md5) throws IOException {
    ManifestRow row = read.row();
    FileFacts before = read.file().factsWhenOpened();
    Digest digest = new Digest(md5, List.of());
    VerifiedRow verified = conclude(row, before, read.file().factsNow(), digest, null);
    return verified == null
        ? verifyFile(row, read.root(), Objects.requireNonNull(row.path()), 1)
        : verified;
  }

  /** Returns the verdict where the facts decide it, or the file is too large for S3; else null. */
  private @Nullable VerifiedRow unread(ManifestRow row, FileFacts facts) {
    return facts.size() > PartPlan.MOST_OBJECT_BYTES
        ? VerifiedRows.tooLarge(row, facts)
        : MetadataCheck.of(row, facts)
            .beforeReading(policy)
            .map(finding -> VerifiedRows.unread(row, finding, facts))
            .orElse(null);
  }

  private VerifiedRow verifyFile(ManifestRow row, AssetRoot root, String path, int reads)
      throws IOException {
    try (GuardedFile file = GuardedFile.open(root, path)) {
      return verifyOpened(row, root, path, file, reads);
    }
  }

  /**
   * Verifies an opened file.
   *
   * @param reads how often it was read before
   */
  private VerifiedRow verifyOpened(
      ManifestRow row, AssetRoot root, String path, GuardedFile file, int reads)
      throws IOException {
    FileFacts before = file.factsWhenOpened();
    for (int read = reads; read < MOST_READS; read++) {
      VerifiedRow unread = unread(row, before);
      if (unread != null) {
        return unread;
      }
      PartPlan parts = parts(before.size());
      Digest digest;
      try {
        digest =
            digester.digest(
                file.channel(), before.size(), parts, bytesRead, digests.of(root, path, before));
      } catch (SizeChangedException e) {
        return VerifiedRows.modified(row, e.getMessage(), before);
      }
      FileFacts after = file.factsNow();
      VerifiedRow verified = conclude(row, before, after, digest, parts);
      if (verified != null) {
        return verified;
      }
      before = after;
    }
    return VerifiedRows.modified(
        row, "The file's metadata kept changing: it was read " + MOST_READS + " times", before);
  }

  /**
   * Returns the verdict on a file that was read; null where only its metadata changed meanwhile.
   */
  private static @Nullable VerifiedRow conclude(
      ManifestRow row, FileFacts before, FileFacts after, Digest digest, @Nullable PartPlan parts) {
    if (!before.sameContent(after)) {
      return VerifiedRows.modified(
          row, "The file was changed or replaced while it was read", after);
    }
    return before.equals(after)
        ? VerifiedRows.read(
            row, MetadataCheck.of(row, before).afterReading(digest.md5()), after, digest, parts)
        : null;
  }

  /** Returns how a content is cut for its upload; null where it isn't. */
  private @Nullable PartPlan parts(long size) {
    if (size <= upload.multipartThresholdBytes()) {
      return null;
    }
    PartPlan plan = PartPlan.of(size, upload.partSizeBytes());
    return plan.count() == 1 ? null : plan;
  }
}
