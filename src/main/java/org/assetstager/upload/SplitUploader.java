package org.assetstager.upload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.S3Failure;

/**
 * Stages one content by many tasks, on any executors: {@link #start} once, {@link #send} for each
 * part, {@link #finish} once. Each step may be done again. Transient trouble leaves the upload
 * open, so that a later run goes on; everything else aborts it in {@link #finish}, or in {@link
 * #abort} where a part has failed.
 */
public final class SplitUploader {
  private final ContentUploader uploader;
  private final MultipartSender multipart;
  private final GuardedStep guarded;
  private final long configuredPartSize;

  SplitUploader(
      ContentUploader uploader,
      MultipartSender multipart,
      GuardedStep guarded,
      long configuredPartSize) {
    this.uploader = uploader;
    this.multipart = multipart;
    this.guarded = guarded;
    this.configuredPartSize = configuredPartSize;
  }

  /** Opens the upload, unless the content is known or the file is not what verification found. */
  public StartedUpload start(PlannedUpload planned) {
    return guarded.run(
        planned,
        source -> {
          Standing standing = uploader.standing(source);
          if (standing.proved()) {
            return ended(uploader.known(planned, standing, false));
          }
          PartPlan plan = source.partPlan(configuredPartSize);
          String partMd5s =
              source.partMd5s(plan).stream().map(Md5::toHex).collect(Collectors.joining());
          String uploadId = multipart.open(planned, uploader.key(planned), plan);
          return new StartedUpload(
              null, uploadId, plan.partSize(), partMd5s, standing.present(), standing.etag());
        },
        SplitUploader::ended);
  }

  private static StartedUpload ended(UploadResult result) {
    return new StartedUpload(result, null, 0, "", false, null);
  }

  /**
   * Sends one part.
   *
   * @param index 0 for the first
   */
  public SentPart send(PlannedUpload planned, StartedUpload started, int index) {
    PartPlan plan = new PartPlan(planned.size(), started.partSize());
    return guarded.run(
        planned,
        source ->
            new SentPart(
                index,
                multipart.send(
                    source,
                    uploader.key(planned),
                    uploadId(started),
                    plan,
                    index,
                    partMd5s(started).get(index)),
                null),
        failure -> new SentPart(index, null, failure));
  }

  /**
   * Makes the object of the parts.
   *
   * @param etags as {@link #send} returned them, in the parts' order, all of them
   */
  public UploadResult finish(PlannedUpload planned, StartedUpload started, List<String> etags) {
    boolean[] keep = {false};
    UploadResult result =
        guarded.run(
            planned,
            source -> {
              try {
                return complete(source, started, etags);
              } catch (S3Failure e) {
                keep[0] = e.kind() == S3Failure.Kind.TRANSIENT;
                throw e;
              }
            },
            failure -> failure);
    if (!keep[0] && result.bytesUploaded() == 0) {
      abort(planned, started);
    }
    return result;
  }

  private UploadResult complete(UploadSource source, StartedUpload started, List<String> etags)
      throws S3Failure, IOException {
    String key = uploader.key(source.planned());
    Standing before =
        started.replaces()
            ? new Standing(true, false, started.replacedEtag(), null)
            : Standing.ABSENT;
    try {
      Written written =
          multipart.complete(
              source, key, uploadId(started), etags, partMd5s(started), uploader.condition(before));
      return uploader.accepted(source, key, started.replaces(), written);
    } catch (S3Failure e) {
      Standing now = uploader.afterFailure(source, key, before, e);
      if (now.proved()) {
        return uploader.known(source.planned(), now, started.replaces());
      }
      throw e;
    }
  }

  /** Gives the upload up; harmless where it isn't open. */
  public void abort(PlannedUpload planned, StartedUpload started) {
    multipart.abortQuietly(uploader.key(planned), uploadId(started));
  }

  private static String uploadId(StartedUpload started) {
    String uploadId = started.uploadId();
    if (uploadId == null) {
      throw new IllegalArgumentException("There is no upload: " + started.result());
    }
    return uploadId;
  }

  private static List<Md5> partMd5s(StartedUpload started) {
    String hex = started.partMd5s();
    List<Md5> parts = new ArrayList<>();
    for (int i = 0; i < hex.length(); i += 2 * Md5.BYTES) {
      parts.add(Md5.parse(hex.substring(i, i + 2 * Md5.BYTES)));
    }
    return parts;
  }
}
