package org.assetstager.verify;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.assetstager.digest.Digest;
import org.assetstager.digest.FileDigester;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.digest.SizeChangedException;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings;
import org.assetstager.verify.MetadataCheck.Finding;
import org.jspecify.annotations.Nullable;

/**
 * Finds the verdict on one row after the other; only {@link Verdict#RENAMED} needs more than one
 * row, see {@link RenameSearch}. Any number of threads may share one.
 */
public final class FileVerifier {
  // A backup that hard-links every file comes by once; what alters metadata more often isn't done.
  private static final int MOST_REREADS = 3;

  private final VerifySettings verify;
  private final UploadSettings upload;
  private final DigestLog digests;
  private final LongConsumer bytesRead;
  private final FileDigester digester = new FileDigester();

  /**
   * Makes a verifier.
   *
   * @param upload says how contents are cut into parts
   * @param digests says where to go on with a giant
   * @param bytesRead told of the bytes of every read, by the thread that reads; a file that is read
   *     again counts again
   */
  public FileVerifier(
      VerifySettings verify, UploadSettings upload, DigestLog digests, LongConsumer bytesRead) {
    this.verify = verify;
    this.upload = upload;
    this.digests = digests;
    this.bytesRead = bytesRead;
  }

  /**
   * Returns the verdict on a row. A failure of its file is a verdict too.
   *
   * @param root the row's; null only for a row that isn't {@link ManifestRow#added}
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if the root is lost
   * @throws CancellationException if the thread is interrupted; it stays so
   */
  public VerifiedRow verify(ManifestRow row, @Nullable AssetRoot root) {
    if (row.fault() != null) {
      return row.unrepresentable()
          ? withoutFile(row, Verdict.UNREADABLE, null, row.fault())
          : withoutFile(row, Verdict.INVALID, row.fault(), null);
    }
    if (row.notAddedReason() != null) {
      return withoutFile(row, Verdict.NOT_ADDED, row.notAddedReason(), null);
    }
    if (root == null || row.path() == null) {
      throw new IllegalArgumentException("An added row needs its root and its path: " + row);
    }
    try (FileDigester.Membership member = digester.join()) {
      return verifyFile(row, root, row.path());
    } catch (FileRefusedException e) {
      return refused(row, e);
    } catch (ClosedChannelException e) {
      Thread.currentThread().interrupt();
      CancellationException cancelled =
          new CancellationException("Interrupted while '" + row.path() + "' was read");
      cancelled.initCause(e);
      throw cancelled;
    } catch (IOException e) {
      root.requireAlive();
      return withoutFile(row, Verdict.UNREADABLE, null, SystemErrors.describe(e));
    }
  }

  private VerifiedRow verifyFile(ManifestRow row, AssetRoot root, String path) throws IOException {
    LocatedFile located = LocatedFile.find(root, path);
    Optional<Finding> unread =
        MetadataCheck.of(row, located.facts())
            .beforeReading(verify)
            .filter(finding -> finding.verdict() == Verdict.UNCHANGED);
    if (unread.isPresent()) {
      return unread(row, unread.get(), located.facts());
    }
    try (GuardedFile file = GuardedFile.open(located)) {
      return verifyOpened(row, root, path, file);
    }
  }

  private VerifiedRow verifyOpened(ManifestRow row, AssetRoot root, String path, GuardedFile file)
      throws IOException {
    FileFacts before = file.factsWhenOpened();
    for (int rereads = 0; rereads <= MOST_REREADS; rereads++) {
      MetadataCheck check = MetadataCheck.of(row, before);
      Optional<Finding> unread = check.beforeReading(verify);
      if (unread.isPresent()) {
        return unread(row, unread.get(), before);
      }
      PartPlan parts = parts(before.size());
      Digest digest;
      try {
        digest =
            digester.digest(
                file.channel(), before.size(), parts, bytesRead, digests.of(root, path, before));
      } catch (SizeChangedException e) {
        return modified(row, e.getMessage(), before);
      }
      FileFacts after = file.factsNow();
      if (!before.sameContent(after)) {
        return modified(row, "The file was changed or replaced while it was read", after);
      }
      if (before.equals(after)) {
        return read(row, check.afterReading(digest.md5()), after, digest, parts);
      }
      before = after;
    }
    return modified(
        row,
        "The file's metadata kept changing: it was read " + (MOST_REREADS + 1) + " times",
        before);
  }

  /** Returns how a content is cut for its upload; null where it isn't, or is too large for it. */
  private @Nullable PartPlan parts(long size) {
    if (size <= upload.multipartThresholdBytes() || size > PartPlan.MOST_OBJECT_BYTES) {
      return null;
    }
    PartPlan plan = PartPlan.of(size, upload.partSizeBytes());
    return plan.count() == 1 ? null : plan;
  }

  private static VerifiedRow refused(ManifestRow row, FileRefusedException refusal) {
    if (refusal.verdict() == Verdict.UNREADABLE) {
      return withoutFile(row, Verdict.UNREADABLE, null, refusal.getMessage());
    }
    if (refusal.verdict() == Verdict.DELETED && row.sourced()) {
      String detail = "The content comes from elsewhere. " + refusal.getMessage();
      return withoutFile(row, Verdict.NOT_ADDED, detail, null);
    }
    return withoutFile(row, refusal.verdict(), refusal.getMessage(), null);
  }

  private static VerifiedRow modified(ManifestRow row, @Nullable String detail, FileFacts facts) {
    return unread(row, new Finding(Verdict.MODIFIED, detail), facts);
  }

  private static VerifiedRow withoutFile(
      ManifestRow row, Verdict verdict, @Nullable String detail, @Nullable String error) {
    long now = System.currentTimeMillis();
    return new VerifiedRow(
        row, verdict, detail, error, null, null, null, null, false, null, null, null, now);
  }

  /** Makes the row for a file whose MD5 is unknown, or trusted where it is unchanged. */
  private static VerifiedRow unread(ManifestRow row, Finding finding, FileFacts facts) {
    return new VerifiedRow(
        row,
        finding.verdict(),
        finding.detail(),
        null,
        facts.size(),
        facts.modifiedAtNanos(),
        facts.inode(),
        finding.verdict() == Verdict.UNCHANGED ? row.storedMd5() : null,
        false,
        null,
        null,
        null,
        System.currentTimeMillis());
  }

  private static VerifiedRow read(
      ManifestRow row, Finding finding, FileFacts facts, Digest digest, @Nullable PartPlan parts) {
    Long partSize = null;
    String partMd5s = null;
    if (parts != null && finding.verdict() == Verdict.UNCHANGED) {
      partSize = parts.partSize();
      partMd5s = PartMd5s.join(digest.partMd5s());
    }
    return new VerifiedRow(
        row,
        finding.verdict(),
        finding.detail(),
        null,
        facts.size(),
        facts.modifiedAtNanos(),
        facts.inode(),
        digest.md5().toHex(),
        true,
        partSize,
        partMd5s,
        null,
        System.currentTimeMillis());
  }
}
