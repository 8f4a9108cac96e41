package org.assetstager.upload;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.S3Failure;

/**
 * Stages one content by many tasks, on any executors: {@link #start} once, {@link #send} for each
 * part, {@link #finish} once. Each step may be done again: what is on record of the upload says
 * where to go on. Transient trouble leaves the upload open, so that another round or a later run
 * goes on; everything else aborts it.
 */
public final class SplitUploader {
  private final ContentUploader uploader;
  private final MultipartSender multipart;
  private final Completing completing;
  private final StoredParts stored;
  private final GuardedStep guarded;
  private final long configuredPartSize;
  private final Map<String, Optional<StoredParts.Stored>> looked = new HashMap<>();

  SplitUploader(
      ContentUploader uploader,
      MultipartSender multipart,
      Completing completing,
      StoredParts stored,
      GuardedStep guarded,
      long configuredPartSize) {
    this.uploader = uploader;
    this.multipart = multipart;
    this.completing = completing;
    this.stored = stored;
    this.guarded = guarded;
    this.configuredPartSize = configuredPartSize;
  }

  /**
   * Opens the upload, or finds the one that an earlier attempt has left open with the parts that it
   * has, unless the content is known or the file is not what verification found.
   */
  public StartedUpload start(PlannedUpload planned) {
    return guarded.run(
        planned,
        source -> {
          Standing standing = uploader.standing(source);
          if (standing.proved()) {
            return StartedUpload.ended(planned, uploader.known(source, standing, false));
          }
          Optional<UploadResult> moved = uploader.movedOn(source, standing);
          if (moved.isPresent()) {
            return StartedUpload.ended(planned, moved.get());
          }
          PartPlan plan = PartPlan.of(planned.size(), configuredPartSize);
          OpenedUpload opened = multipart.open(source, uploader.key(planned), plan);
          PartPlan parts = new PartPlan(planned.size(), opened.upload().partSize());
          return StartedUpload.of(planned, opened, source.partMd5s(parts), standing);
        },
        failure -> StartedUpload.ended(planned, failure));
  }

  /**
   * Sends one part, unless the content is to be looked for first and the part is there.
   *
   * @return what became of it
   */
  public SentPart send(PartToSend part) {
    PlannedUpload planned = part.content();
    PartPlan plan = new PartPlan(planned.size(), part.partSize());
    return guarded.run(
        planned,
        source -> sent(part, etagOf(part, plan, source)),
        failure -> new SentPart(part.uploadId(), part.partIndex(), null, 0, failure.toText()));
  }

  private static SentPart sent(PartToSend part, String etag) {
    return new SentPart(part.uploadId(), part.partIndex(), etag, part.partLength(), null);
  }

  private String etagOf(PartToSend part, PartPlan plan, UploadSource source)
      throws S3Failure, IOException {
    String key = uploader.key(part.content());
    Md5 md5 = Md5.parse(part.partMd5());
    if (part.content().lookFirst()) {
      Optional<String> there =
          look(key, part.uploadId())
              .flatMap(parts -> parts.etagOf(part.partIndex(), part.partLength(), md5));
      if (there.isPresent()) {
        return there.get();
      }
    }
    return multipart.send(source, key, part.uploadId(), plan, part.partIndex(), md5);
  }

  /** One look serves all parts of a task. */
  private synchronized Optional<StoredParts.Stored> look(String key, String uploadId)
      throws S3Failure {
    Optional<StoredParts.Stored> known = looked.get(uploadId);
    if (known == null) {
      known = stored.look(key, uploadId);
      looked.put(uploadId, known);
    }
    return known;
  }

  /**
   * Makes the object of the parts.
   *
   * @param etags as {@link #send} returned them, in the parts' order, all of them
   */
  public UploadResult finish(StartedUpload started, List<String> etags) {
    boolean[] keep = {false};
    UploadResult result =
        guarded.run(
            started.content(),
            source -> {
              try {
                return complete(source, started, etags);
              } catch (S3Failure e) {
                keep[0] =
                    e.kind() == S3Failure.Kind.TRANSIENT || e.kind() == S3Failure.Kind.CONFLICT;
                throw e;
              }
            },
            failure -> failure);
    boolean given = result.bytesUploaded() > 0 || result.outcome() == Outcome.KNOWN_STAGING;
    if (!keep[0] && !given) {
      abort(started);
    }
    return result;
  }

  private UploadResult complete(UploadSource source, StartedUpload started, List<String> etags)
      throws S3Failure, IOException {
    Standing standing =
        started.replaces()
            ? new Standing(true, false, started.replacedEtag(), null)
            : Standing.ABSENT;
    return completing.complete(
        new Completing.Parts(uploadId(started), etags, started.md5s()), source, standing, false);
  }

  /** Gives the upload up; harmless where it isn't open. */
  public void abort(StartedUpload started) {
    multipart.abortQuietly(uploader.key(started.content()), uploadId(started));
  }

  private static String uploadId(StartedUpload started) {
    String uploadId = started.uploadId();
    if (uploadId == null) {
      throw new IllegalArgumentException("There is no upload: " + started.ending());
    }
    return uploadId;
  }
}
