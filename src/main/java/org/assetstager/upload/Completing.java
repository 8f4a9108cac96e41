package org.assetstager.upload;

import java.io.IOException;
import java.time.Duration;
import org.assetstager.s3.ConflictWaits;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Failure.Kind;
import org.assetstager.s3.S3Request;

/**
 * Completes uploads whose parts are all in staging. If others write to the same key meanwhile, it
 * looks at their object and continues with the same parts, without sending them again.
 *
 * @param patience for how long at most others who write are waited for
 */
record Completing(WriteJudge judge, MultipartSender multipart, Duration patience) {
  /** Whether a failure has had all rounds and waits here already. */
  static boolean isOver(S3Failure failure) {
    return failure.request() == S3Request.COMPLETE
        && (failure.kind() == Kind.PRECONDITION || failure.kind() == Kind.CONFLICT);
  }

  /**
   * Makes the object; gives the upload up where the content turns out to be there.
   *
   * @param before what was under the key
   * @param replacesBefore whether something unproved was under the key before that
   * @throws S3Failure if it isn't made; the upload stays open
   */
  UploadResult complete(
      SentUpload parts, UploadSource source, Standing before, boolean replacesBefore)
      throws S3Failure, IOException {
    String key = judge.key(source.planned());
    ConflictWaits conflicts = new ConflictWaits(patience);
    Standing standing = before;
    boolean replaces = replacesBefore;
    int rounds = 0;
    while (true) {
      replaces |= standing.present();
      try {
        Written written = multipart.complete(source, key, parts, judge.condition(standing));
        return judge.accepted(source, key, replaces, written);
      } catch (S3Failure e) {
        boolean again =
            e.kind() == Kind.CONFLICT
                ? conflicts.await()
                : e.kind() == Kind.PRECONDITION && ++rounds < WriteJudge.MOST_ROUNDS;
        standing = judge.afterFailure(source, key, standing, e);
        if (standing.proved()) {
          // Completed, perhaps by an attempt whose answer was lost: nothing is left to go on with.
          multipart.abortQuietly(key, parts.uploadId());
          return judge.known(source, standing, replaces);
        }
        if (!again) {
          throw e;
        }
      }
    }
  }
}
