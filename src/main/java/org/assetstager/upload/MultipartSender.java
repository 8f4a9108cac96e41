package org.assetstager.upload;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Request;
import org.assetstager.settings.UploadSettings;
import org.assetstager.upload.StoredParts.OpenedUpload;
import org.jspecify.annotations.Nullable;

/**
 * Uploads a content in parts, several of them at a time. Safe for many threads.
 *
 * @param stored finds what an earlier attempt has left
 * @param log has every upload on record as long as it is open
 */
record MultipartSender(
    StagingWriter writer, String runId, UploadSettings limits, StoredParts stored, UploadLog log) {
  /** How often a part is sent whose bytes arrive altered although the file has the right ones. */
  private static final int MOST_SENDINGS = 3;

  /** What is done when all parts of an upload are sent. */
  interface Completion {
    UploadResult complete(SentUpload parts) throws S3Failure, IOException;
  }

  /**
   * Puts the whole content. An upload that isn't completed stays open for another attempt, unless
   * the file or S3's answer says that it is of no use: then it is aborted.
   *
   * @param lookFirst whether to go on with an upload that was left open
   * @param completion makes the object, or gives the upload up
   * @throws FileChangedException if the file is not, or no longer, what verification found
   */
  UploadResult upload(
      UploadSource source, String key, PartPlan plan, boolean lookFirst, Completion completion)
      throws S3Failure, IOException {
    OpenedUpload opened = open(source, key, plan, lookFirst);
    boolean abort = false;
    try {
      PartPlan parts = new PartPlan(source.planned().size(), opened.upload().partSize());
      return completion.complete(sendAll(source, opened, parts));
    } catch (S3Failure e) {
      // Such as where another attempt has sent a part again, which changes its ETag under SSE-KMS,
      // or where the object that was to be replaced is gone.
      boolean mayBeOpen =
          e.kind() == S3Failure.Kind.NO_SUCH_UPLOAD && !e.code().equals("NoSuchUpload");
      abort = e.kind() != S3Failure.Kind.TRANSIENT && !mayBeOpen;
      throw e;
    } catch (IOException e) {
      abort = true;
      throw e;
    } finally {
      if (abort) {
        abortQuietly(key, opened.upload().uploadId());
      }
    }
  }

  /**
   * Goes on with the upload that an earlier attempt has left open, or opens one and puts it on
   * record, without reading the file.
   *
   * @param lookFirst whether there may be one
   */
  OpenedUpload open(UploadSource source, String key, PartPlan plan, boolean lookFirst)
      throws S3Failure, IOException {
    PlannedUpload planned = source.planned();
    if (lookFirst) {
      Optional<OpenedUpload> left = stored.leftOpen(key, planned.size());
      if (left.isPresent()) {
        return left.get();
      }
    }
    String uploadId = writer.create(key, Metadata.multipart(planned.md5(), plan.partSize(), runId));
    OpenUpload upload = new OpenUpload(key, uploadId, plan.partSize(), null, log.driver());
    boolean recorded = false;
    try {
      log.opened(upload);
      recorded = true;
      return new OpenedUpload(upload, StoredParts.Stored.NONE);
    } finally {
      if (!recorded) {
        // Nobody would ever find it again.
        abortQuietly(key, uploadId);
      }
    }
  }

  /**
   * Makes the object of the parts, unless the file has changed since it was verified.
   *
   * @throws FileChangedException if it has; the upload stays open
   */
  Written complete(UploadSource source, String key, SentUpload parts, WriteCondition condition)
      throws S3Failure, IOException {
    source.requireUnchanged();
    Written written = writer.complete(key, parts, condition);
    log.closed(key, parts.uploadId());
    return written;
  }

  /** Gives an upload up. One that can't be aborted stays on record as open. */
  void abortQuietly(String key, String uploadId) {
    try {
      abort(key, uploadId);
    } catch (S3Failure | IOException | JobFailure | CancellationException e) {
      // Why the upload is given up matters more, and is on its way to the caller.
      return;
    }
  }

  /** Gives an upload up and takes it off the record; harmless where it isn't open. */
  void abort(String key, String uploadId) throws S3Failure, IOException {
    writer.abort(key, uploadId);
    log.closed(key, uploadId);
  }

  /** Sends one part and returns its ETag. */
  private String send(
      UploadSource source, String key, String uploadId, PartPlan plan, SinglePass.Part part)
      throws S3Failure, IOException {
    int index = part.index();
    Md5 md5 = part.md5();
    Body next = part.body();
    for (int sending = 1; ; sending++) {
      try (Body body = next) {
        String etag = writer.part(key, uploadId, index, body, md5);
        if (etag == null || Etags.unquoted(etag) == null) {
          etag = etagOfSent(key, uploadId, part, body.length());
        }
        if (!md5.toHex().equals(Etags.unquoted(etag))) {
          log.sent(key, uploadId, new SentPart(index, etag, md5.toHex()));
        }
        return etag;
      } catch (S3Failure e) {
        if (e.kind() != S3Failure.Kind.BAD_DIGEST) {
          throw e;
        }
        if (!source.stillHas(plan.offset(index), plan.length(index), md5)) {
          throw new FileChangedException(
              "The file changed while it was uploaded: part " + (index + 1) + " has another MD5");
        }
        if (sending == MOST_SENDINGS) {
          throw e;
        }
        next =
            source.takesSinglePass(plan)
                ? source.body(plan.offset(index), plan.length(index))
                : source.slice(plan.offset(index), plan.length(index));
      }
    }
  }

  private String etagOfSent(String key, String uploadId, SinglePass.Part part, long length)
      throws S3Failure {
    return stored
        .etagOfSent(key, uploadId, part.index(), length, part.md5())
        .orElseThrow(
            () -> writer.incomplete(S3Request.PART, key, "an ETag, and it does not list the part"));
  }

  /** Sends the parts of a file as they are read, except those that are already there. */
  private SentUpload sendAll(UploadSource source, OpenedUpload opened, PartPlan plan)
      throws S3Failure, IOException {
    SinglePass pass = new SinglePass(source, plan);
    @Nullable String[] etags = new String[plan.count()];
    @Nullable Md5[] partMd5s = new Md5[plan.count()];
    PartsInFlight.send(
        Math.min(TaskLimits.partsAtOnce(plan.size(), limits), plan.count()),
        () -> {
          SinglePass.Part part = pass.next();
          if (part != null) {
            partMd5s[part.index()] = part.md5();
            etags[part.index()] =
                sendUnlessThere(
                    source,
                    opened.upload().key(),
                    opened.upload().uploadId(),
                    opened.stored(),
                    plan,
                    part);
          }
          return part != null;
        });
    source.remember(plan, Arrays.asList(partMd5s));
    return new SentUpload(
        opened.upload().uploadId(), Arrays.asList(etags), Arrays.asList(partMd5s));
  }

  /** Sends a part, unless it is proved to be there, and returns its ETag; closes its body. */
  String sendUnlessThere(
      UploadSource source,
      String key,
      String uploadId,
      StoredParts.Stored stored,
      PartPlan plan,
      SinglePass.Part part)
      throws S3Failure, IOException {
    Optional<String> there = stored.etagOf(part.index(), plan.length(part.index()), part.md5());
    if (there.isEmpty()) {
      return send(source, key, uploadId, plan, part);
    }
    part.body().close();
    return there.get();
  }
}
