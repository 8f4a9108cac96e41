package org.assetstager.commit;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.audit.ClaimedContent;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ContentName;
import org.assetstager.catalog.ObjectDigest;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.Side;
import org.assetstager.settings.Settings;
import org.assetstager.upload.UploadLog;
import org.jspecify.annotations.Nullable;

/**
 * Commits one content after another: looks at both buckets, proves what staging holds, has the
 * store copy it, and proves the copy; see "Commit" in design.md. Safe for many threads.
 *
 * <pre>
 * remote                            staging                outcome
 * the content                       any                    KNOWN_REMOTE
 * something else                    any                    CONFLICT
 * nothing                           the content            copied: COMMITTED, else FAILED
 * nothing                           something else         REFUSED
 * nothing                           nothing                REFUSED
 * </pre>
 */
final class ContentCommitter {
  /** The content's MD5, 32 hex digits, for people who look at the object. */
  private static final String MD5 = "md5";

  /** The commit that copied an object; a hint that tells its copies from those of others. */
  private static final String COMMIT_ID = "commit-id";

  /** How often a content is looked at anew because others write to its keys. */
  private static final int MOST_ROUNDS = 3;

  private final Settings settings;
  private final String commitId;
  private final BucketReader staging;
  private final BucketReader remote;
  private final RemoteWriter writer;
  private final CopyInParts inParts;
  private final @Nullable StagedRemover remover;
  private final LongConsumer bytes;

  /**
   * Commits by this JVM's connections.
   *
   * @param settings with the asset server's credentials
   * @param removeStaged whether what is committed is deleted from staging
   * @param bytes callback that receives the bytes of what was copied
   */
  ContentCommitter(
      Settings settings, String commitId, boolean removeStaged, UploadLog log, LongConsumer bytes) {
    this.settings = settings;
    this.commitId = commitId;
    this.staging = BucketReader.of(Side.STAGING, settings);
    this.remote = BucketReader.of(Side.REMOTE, settings);
    this.writer = RemoteWriter.of(settings);
    this.inParts = new CopyInParts(writer, remote, log, bytes);
    this.remover = removeStaged ? new StagedRemover(settings) : null;
    this.bytes = bytes;
  }

  /** What is to be committed, and where. */
  private record Content(
      ClaimedContent claim, Md5 md5, long size, String stagingKey, String remoteKey) {
    ContentProof proof() {
      return new ContentProof(md5, size);
    }

    CommittedContent ended(CommitOutcome outcome, @Nullable String etag, @Nullable String error) {
      return CommittedContent.of(claim, remoteKey, outcome, etag, error);
    }
  }

  /** Returns where a content is to lie in the remote. */
  static String remoteKey(Settings settings, ContentName name) {
    return key(settings.remote().prefix(), name);
  }

  private static String key(String prefix, ContentName name) {
    return new ContentKey(prefix, new TopHash(name.topHash()), Md5.parse(name.md5())).toString();
  }

  /**
   * Commits a content.
   *
   * @param planned names a content: {@link PlanCommit} ends those that don't
   * @throws org.assetstager.asset.JobFailure if none can be committed
   */
  CommittedContent commit(ClaimedContent planned) {
    // A commit may be resumed with another setting than it was planned with.
    ClaimedContent claim =
        settings.commit().trustsRecordedEtags() ? planned : planned.withoutRecordedEtag();
    ContentName name = Objects.requireNonNull(claim.content());
    Content content =
        new Content(
            claim,
            Md5.parse(name.md5()),
            Objects.requireNonNull(claim.size()),
            key(settings.staging().bucket().prefix(), name),
            remoteKey(settings, name));
    try {
      for (int round = 1; ; round++) {
        try {
          return lookAndCopy(content);
        } catch (S3Failure e) {
          if (round == MOST_ROUNDS || !isOfOthers(e)) {
            throw e;
          }
        }
      }
    } catch (S3Failure e) {
      return content.ended(CommitOutcome.FAILED, null, e.getMessage());
    }
  }

  /** Whether somebody wrote to one of the keys: what lies there decides. */
  private static boolean isOfOthers(S3Failure failure) {
    return switch (failure.kind()) {
      case PRECONDITION, CONFLICT, NO_SUCH_UPLOAD, ABSENT -> true;
      default -> false;
    };
  }

  private CommittedContent lookAndCopy(Content content) throws S3Failure {
    // Staging first: what is moved to the remote meanwhile is seen in one of them.
    Optional<ObjectFacts> staged = staging.head(content.stagingKey());
    Optional<ObjectFacts> there = remote.head(content.remoteKey());
    if (there.isPresent()) {
      return ofWhatIsThere(content, there.get(), staged);
    }
    if (staged.isEmpty()) {
      return content.ended(
          CommitOutcome.REFUSED, null, "Neither staging nor the remote has the object any more");
    }
    StagedObject source = proved(content, staged.get());
    if (source == null) {
      return content.ended(CommitOutcome.REFUSED, null, otherObject(staged.get(), content));
    }
    return ofCopy(content, source, copy(content, source));
  }

  private static String otherObject(ObjectFacts found, Content content) {
    return "Staging has another object under '"
        + content.stagingKey()
        + "': "
        + insteadOf(content, found.size(), found.etag());
  }

  private static String insteadOf(Content content, long size, @Nullable String etag) {
    return size
        + " bytes, ETag "
        + etag
        + ", instead of "
        + content.size()
        + " bytes with the MD5 "
        + content.md5().toHex();
  }

  private CommittedContent ofWhatIsThere(
      Content content, ObjectFacts there, Optional<ObjectFacts> staged) throws S3Failure {
    ContentProof.Found found =
        content
            .proof()
            .judge(remote, content.remoteKey(), there, content.claim().recordedEtag(), true);
    if (!found.right()) {
      return content.ended(
          CommitOutcome.CONFLICT,
          found.etag(),
          "The remote has " + insteadOf(content, found.size(), found.etag()));
    }
    CommittedContent known =
        content.ended(
            commitId.equals(there.metadata().get(COMMIT_ID))
                ? CommitOutcome.COMMITTED
                : CommitOutcome.KNOWN_REMOTE,
            found.etag(),
            null);
    StagedObject source =
        staged.isPresent() && remover != null ? proved(content, staged.get()) : null;
    return source == null ? known : removed(known, source);
  }

  /** Proves what was copied, and lets it be where it isn't what it should be. */
  private CommittedContent ofCopy(Content content, StagedObject source, ObjectFacts copy)
      throws S3Failure {
    ObjectFacts now = copy;
    if (!content.proof().byEtag(copy, source.etag())) {
      Optional<ObjectFacts> there = remote.head(content.remoteKey());
      if (there.isEmpty()) {
        return content.ended(
            CommitOutcome.FAILED, null, "The remote doesn't have the object that was copied to it");
      }
      now = there.get();
    }
    ContentProof.Found found =
        content.proof().judge(remote, content.remoteKey(), now, source.etag(), false);
    return found.right()
        ? removed(content.ended(CommitOutcome.COMMITTED, found.etag(), null), source)
        : content.ended(
            CommitOutcome.FAILED,
            found.etag(),
            "After the copy, the remote has other bytes under '"
                + content.remoteKey()
                + "'; commit left them alone");
  }

  private CommittedContent removed(CommittedContent committed, StagedObject source) {
    if (remover == null) {
      return committed;
    }
    try {
      remover.remove(source);
      return committed.removed(null);
    } catch (S3Failure e) {
      return committed.removed("It stays in staging: " + e.getMessage());
    }
  }

  private ObjectFacts copy(Content content, StagedObject source) throws S3Failure {
    Map<String, String> metadata = new HashMap<>();
    metadata.put(MD5, content.md5().toHex());
    metadata.put(COMMIT_ID, commitId);
    long partSize = settings.commit().partSizeBytes();
    if (!source.isCopiedWhole(partSize)) {
      return inParts.copy(source, source.parts(partSize), content.remoteKey(), metadata);
    }
    ObjectFacts copy = writer.copy(source, content.remoteKey(), metadata);
    bytes.accept(source.size());
    return copy;
  }

  /**
   * Returns what staging holds if it is the content, by its ETag or by reading it back; else null.
   */
  private @Nullable StagedObject proved(Content content, ObjectFacts staged) throws S3Failure {
    StagedObject byEtag = provedByEtag(content, staged);
    if (byEtag != null || staged.size() != content.size()) {
      return byEtag;
    }
    Optional<ObjectDigest> read = ContentProof.read(staging, content.stagingKey());
    String etag = read.map(ObjectDigest::etag).orElse(null);
    return etag != null && content.proof().byBytes(read.get())
        ? new StagedObject(
            content.stagingKey(),
            content.size(),
            etag,
            staged.metadata(),
            // Another version may have been read.
            etag.equals(staged.etag()) ? staged.version() : null)
        : null;
  }

  private static @Nullable StagedObject provedByEtag(Content content, ObjectFacts staged) {
    String etag = staged.etag();
    return etag != null && content.proof().byEtag(staged, content.claim().recordedEtag())
        ? new StagedObject(
            content.stagingKey(), staged.size(), etag, staged.metadata(), staged.version())
        : null;
  }
}
