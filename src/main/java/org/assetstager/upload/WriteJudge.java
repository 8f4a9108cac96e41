package org.assetstager.upload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.TopHash;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.plan.Exclusion;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Request;
import org.assetstager.s3.Side;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Decides what staging holds under a content's key, under which condition the job may write there,
 * and what the result of a write is. Safe for many threads.
 *
 * @param runId in the metadata of each object, to know this run's own writes again
 */
record WriteJudge(Settings settings, String runId, StagingInspector inspector) {
  /** How often a content is tried while others write to its key. */
  static final int MOST_ROUNDS = 3;

  /** What staging holds, as far as the plan says that there may be something. */
  Standing standing(UploadSource source) throws S3Failure, IOException {
    PlannedUpload planned = source.planned();
    return maybeThere(planned) ? inspector.inspect(key(planned), source) : Standing.ABSENT;
  }

  /** Content that was listed, or that an earlier attempt staged, may be in the remote by now. */
  Optional<UploadResult> movedOn(UploadSource source, Standing standing) throws S3Failure {
    return maybeThere(source.planned()) && !standing.present()
        ? inRemote(source)
        : Optional.empty();
  }

  /**
   * Asks the remote for a content that staging doesn't hold. After the listings, the server may
   * have moved content that an earlier attempt staged.
   *
   * @return {@code KNOWN_REMOTE} or {@code CONFLICT}, by the object's size and ETag; empty where
   *     the remote has nothing under the key
   */
  Optional<UploadResult> inRemote(UploadSource source) throws S3Failure {
    String key = key(settings.remote().prefix(), source.planned());
    return BucketReader.of(Side.REMOTE, settings).head(key).map(facts -> inRemote(source, facts));
  }

  private static UploadResult inRemote(UploadSource source, ObjectFacts facts) {
    long size = source.planned().size();
    String etag = facts.kms() ? null : facts.etag();
    boolean known =
        Exclusion.of(source.planned().md5(), size, facts.size(), etag, null, null)
            == Exclusion.KNOWN_REMOTE;
    return known
        ? UploadResult.known(source, Outcome.KNOWN_REMOTE, null, facts.etag())
        : UploadResult.known(
            source,
            Outcome.CONFLICT,
            Exclusion.conflict(facts.size(), facts.etag(), size),
            facts.etag());
  }

  private static boolean maybeThere(PlannedUpload planned) {
    return planned.lookFirst() || planned.stagingSize() != null;
  }

  /**
   * Decides whether to go on after a refused write, and looks at the key where somebody may have
   * written it.
   *
   * <pre>
   * 412, 409, no such upload              | look; another round (after 409 a wait first)
   * what was to be replaced is gone       | look; another round
   * other bytes arrived                   | same file: another round; else modified
   * a Complete of which nothing was heard | look; proved: done; else failed
   * anything else                         | failed
   * </pre>
   */
  Standing afterFailure(UploadSource source, String key, Standing before, S3Failure failure)
      throws S3Failure, IOException {
    switch (failure.kind()) {
      case PRECONDITION, CONFLICT, NO_SUCH_UPLOAD -> {
        return inspector.inspect(key, source);
      }
      case ABSENT -> {
        if (!before.present()) {
          throw failure;
        }
        return inspector.inspect(key, source);
      }
      case BAD_DIGEST -> {
        source.digest(null);
        return before;
      }
      default -> {
        if (failure.request() == S3Request.COMPLETE) {
          Standing now = inspector.inspect(key, source);
          if (now.proved()) {
            return now;
          }
        }
        throw failure;
      }
    }
  }

  WriteCondition condition(Standing standing) {
    if (!standing.present()) {
      return new WriteCondition(settings.staging().conditionalWrites(), null);
    }
    return settings.staging().ifMatch()
        ? new WriteCondition(false, standing.etag())
        : WriteCondition.NONE;
  }

  /** A write that was accepted; looked at again where it replaces or its ETag proves nothing. */
  UploadResult accepted(UploadSource source, String key, boolean replaces, Written written)
      throws S3Failure, IOException {
    String etag = written.etag();
    if (replaces || !written.proved()) {
      Standing now = inspector.inspect(key, source);
      // Gone again: the server has moved it on.
      boolean proved = now.proved() || (!now.present() && written.proved());
      if (!proved) {
        return UploadResult.failed(
            source,
            "NotProved",
            "After the upload, staging holds other bytes under '"
                + key
                + "'. Somebody else writes there, or the store does not check Content-MD5");
      }
      etag = now.present() ? now.etag() : etag;
    }
    return UploadResult.staged(source, detail(source, replaces), etag);
  }

  private static @Nullable String detail(UploadSource source, boolean replaces) {
    List<String> details = new ArrayList<>();
    if (replaces) {
      details.add(UploadResult.REPLACED);
    }
    try {
      source.requireUnchanged();
    } catch (IOException e) {
      details.add(UploadResult.CHANGED_AFTER);
    }
    return details.isEmpty() ? null : String.join(", ", details);
  }

  UploadResult known(UploadSource source, Standing standing, boolean replaces) {
    return runId.equals(standing.runId())
        ? UploadResult.staged(source, replaces ? UploadResult.REPLACED : null, standing.etag())
        : UploadResult.known(source, Outcome.KNOWN_STAGING, null, standing.etag());
  }

  String key(PlannedUpload planned) {
    return key(settings.staging().bucket().prefix(), planned);
  }

  private static String key(String prefix, PlannedUpload planned) {
    return new ContentKey(prefix, new TopHash(planned.topHash()), Md5.parse(planned.md5()))
        .toString();
  }
}
