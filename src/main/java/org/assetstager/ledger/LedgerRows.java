package org.assetstager.ledger;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.TopHash;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.BucketSettings;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/** Makes ledger rows from the verdict of a row and the outcome of its content. */
public final class LedgerRows implements Serializable {
  private final String runId;
  private final boolean dryRun;
  private final String remoteBucket;
  private final String remotePrefix;
  private final String stagingBucket;
  private final String stagingPrefix;

  /**
   * Takes the names of a run and its buckets, and leaves their keys behind.
   *
   * @param dryRun whether the run uploads nothing
   */
  public LedgerRows(String runId, boolean dryRun, BucketSettings remote, BucketSettings staging) {
    this.runId = runId;
    this.dryRun = dryRun;
    this.remoteBucket = remote.bucket();
    this.remotePrefix = remote.prefix();
    this.stagingBucket = staging.bucket();
    this.stagingPrefix = staging.prefix();
  }

  /**
   * Makes one row.
   *
   * @param verified the manifest row and its verdict
   * @param content the outcome of the content; null exactly where the verdict is not {@code
   *     UNCHANGED}
   * @throws IllegalStateException if a candidate has no outcome: a row would be lost
   */
  public LedgerRow of(VerifiedRow verified, @Nullable ContentOutcome content) {
    if (verified.verdict() != Verdict.UNCHANGED) {
      return row(verified, Ending.of(verified));
    }
    if (content == null) {
      throw new IllegalStateException(
          "No outcome for "
              + verified.row().manifestFile()
              + "#"
              + verified.row().manifestPosition());
    }
    return row(verified, ending(verified, content));
  }

  private static Ending ending(VerifiedRow verified, ContentOutcome content) {
    boolean standsForContent =
        verified.row().manifestFile().equals(content.byFile())
            && verified.row().manifestPosition() == content.byPosition();
    Outcome outcome = content.outcome();
    String by = content.byFile() + "#" + content.byPosition();
    String detail = join(verified.detail(), content.detail());
    return switch (outcome) {
      case KNOWN_REMOTE, KNOWN_STAGING, CONFLICT ->
          new Ending(outcome, detail, content, null, null);
      case STAGED ->
          standsForContent
              ? new Ending(outcome, detail, content, null, content.finishedAt())
              : new Ending(Outcome.DUPLICATE, verified.detail(), content, by, content.finishedAt());
      case PLANNED -> new Ending(outcome, detail, content, standsForContent ? null : by, null);
      default ->
          standsForContent
              ? new Ending(outcome, detail, content, null, null)
              : Ending.notReached(verified, content, by);
    };
  }

  /** The outcome of a row. */
  private record Ending(
      Outcome outcome,
      @Nullable String detail,
      @Nullable ContentOutcome content,
      @Nullable String duplicateOf,
      @Nullable Long stagedAt,
      @Nullable String errorCode,
      @Nullable String error) {
    Ending(
        Outcome outcome,
        @Nullable String detail,
        ContentOutcome content,
        @Nullable String duplicateOf,
        @Nullable Long stagedAt) {
      this(
          outcome,
          detail,
          content,
          duplicateOf,
          stagedAt,
          duplicateOf == null ? content.errorCode() : null,
          duplicateOf == null ? content.error() : null);
    }

    static Ending of(VerifiedRow verified) {
      return new Ending(
          Outcome.valueOf(verified.verdict().name()),
          verified.detail(),
          null,
          null,
          null,
          null,
          verified.error());
    }

    static Ending notReached(VerifiedRow verified, ContentOutcome content, String by) {
      return new Ending(
          Outcome.FAILED,
          verified.detail(),
          null,
          by,
          null,
          "NOT_REACHED",
          "The row " + by + ", tried for this content, ended as " + content.outcome());
    }

    /** Whether the content is under its key in one of the buckets. */
    boolean stored() {
      return switch (outcome) {
        case KNOWN_REMOTE, KNOWN_STAGING, CONFLICT, STAGED, DUPLICATE -> true;
        default -> false;
      };
    }
  }

  private LedgerRow row(VerifiedRow verified, Ending ending) {
    ManifestRow row = verified.row();
    Outcome outcome = ending.outcome();
    String md5 = verified.md5() != null ? verified.md5() : row.storedMd5();
    String fileId = md5 == null ? null : new FileId(Md5.parse(md5)).toString();
    boolean stored = ending.stored();
    Remedy remedy = Remedy.of(outcome, verified);
    boolean inRemote = outcome == Outcome.KNOWN_REMOTE || outcome == Outcome.CONFLICT;
    return new LedgerRow(
        runId,
        row.manifestFile(),
        row.manifestPosition(),
        row.topHash(),
        row.classId(),
        row.asset(),
        row.root(),
        row.path(),
        verified.size() != null ? verified.size() : row.storedSize(),
        md5,
        row.contentId(),
        fileId,
        verified.verdict().name(),
        row.fault() != null ? row.fault() : ending.detail(),
        outcome,
        stateAfter(row, outcome),
        stored ? (inRemote ? remoteBucket : stagingBucket) : null,
        stored ? key(inRemote, requireNonNull(row.topHash()), requireNonNull(fileId)) : null,
        stored ? requireNonNull(ending.content()).etag() : null,
        outcome == Outcome.STAGED ? requireNonNull(ending.content()).bytesUploaded() : 0,
        ending.duplicateOf(),
        remedy == null ? null : remedy.sentence(verified),
        ending.errorCode(),
        ending.error(),
        verified.verifiedAtMillis(),
        ending.stagedAt(),
        row.mimeType(),
        row.createdBy(),
        row.createdAt(),
        dryRun,
        LedgerFacts.of(verified.seen()),
        remedy == null ? null : remedy.code(),
        verified.digested());
  }

  private String key(boolean inRemote, String topHash, String fileId) {
    String prefix = inRemote ? remotePrefix : stagingPrefix;
    return ContentKey.namespace(prefix, new TopHash(topHash)) + fileId;
  }

  /** Content in the remote is committed; glossary.md has the order of the states. */
  private static @Nullable String stateAfter(ManifestRow row, Outcome outcome) {
    return switch (outcome) {
      case KNOWN_REMOTE -> "committed";
      case KNOWN_STAGING, STAGED, DUPLICATE -> "staged";
      default -> row.state();
    };
  }

  private static @Nullable String join(@Nullable String first, @Nullable String second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return first + "; " + second;
  }
}
