package org.assetstager.upload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.run.StepFile;
import org.assetstager.s3.S3Failure;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;

/**
 * Stages one content by many tasks, on any executors: {@link #open} once, {@link #send} for each
 * range of parts, {@link #finish} once. Each may be done again: what is on record of the upload
 * says where to go on. Where anything fails on the way, {@link #finish} goes on as one task does
 * that stages the content alone, with the parts that are there.
 */
final class SplitUploader {
  private final ContentUploader uploader;
  private final MultipartSender multipart;
  private final Completing completing;
  private final StoredParts stored;
  private final GuardedStep guarded;
  private final long configuredPartSize;

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
   * Opens the upload, or finds the one that an earlier attempt has left open. Empty where one task
   * does better: the content may be there already, its file is refused, or its parts are too large
   * for memory or of another size than those of the upload that is open.
   *
   * @param work the work file that the content's rows are in
   */
  Optional<SplitUpload> open(StepFile work, PlannedUpload planned) {
    PartPlan plan = PartPlan.of(planned.size(), configuredPartSize);
    if (plan.count() == 1 || planned.stagingSize() != null) {
      return Optional.empty();
    }
    return guarded.run(
        planned,
        source -> {
          Standing standing = uploader.standing(source);
          boolean there = standing.proved() || uploader.movedOn(source, standing).isPresent();
          if (there || !source.takesSinglePass(plan)) {
            return Optional.empty();
          }
          OpenUpload upload = multipart.openUnread(source, uploader.key(planned), plan).upload();
          return upload.partSize() == plan.partSize()
              ? Optional.of(
                  new SplitUpload(
                      work,
                      upload.uploadId(),
                      planned.size(),
                      plan.partSize(),
                      source.knowsPartMd5s(plan),
                      standing.present(),
                      standing.etag()))
              : Optional.empty();
        },
        failure -> Optional.empty());
  }

  /**
   * Sends parts, but for those that an earlier attempt has sent, as far as the file and S3 allow.
   *
   * @param first index of the first part, from 0
   * @return the parts that are there now, in any order; fewer than {@code count} where one failed
   */
  List<SentPart> send(SplitUpload upload, PlannedUpload planned, int first, int count) {
    List<SentPart> sent = new ArrayList<>();
    guarded.run(
        planned,
        source -> {
          send(upload, source, IntStream.range(first, first + count).toArray(), sent);
          return sent;
        },
        failure -> sent);
    return sent;
  }

  private void send(SplitUpload upload, UploadSource source, int[] parts, List<SentPart> sent)
      throws S3Failure, IOException {
    String key = uploader.key(source.planned());
    PartPlan plan = upload.plan();
    StoredParts.Stored before =
        source.planned().lookFirst()
            ? stored.look(key, upload.uploadId()).orElse(StoredParts.Stored.NONE)
            : StoredParts.Stored.NONE;
    AtomicInteger next = new AtomicInteger();
    multipart.sendInFlight(
        parts.length,
        () -> {
          int turn = next.getAndIncrement();
          if (turn >= parts.length) {
            return false;
          }
          SinglePass.Part part = SinglePass.part(source, plan, parts[turn]);
          Md5 md5 = part.md5();
          String etag =
              multipart.sendUnlessThere(source, key, upload.uploadId(), before, plan, part);
          synchronized (sent) {
            sent.add(new SentPart(part.index(), etag, md5.toHex()));
          }
          return true;
        });
  }

  /**
   * Makes the object of the parts, if the MD5s of the parts and of the whole agree, and the file is
   * still the one that was read.
   *
   * @param whole the verdict on the row by its whole file, with the MD5s of the parts
   * @param sent parts that are there, in any order
   */
  UploadResult finish(
      SplitUpload upload, PlannedUpload planned, VerifiedRow whole, List<SentPart> sent) {
    if (whole.verdict() != Verdict.UNCHANGED) {
      multipart.abortQuietly(uploader.key(planned), upload.uploadId());
      return UploadResult.refused(whole);
    }
    List<SentPart> parts =
        sent.stream().sorted(Comparator.comparingInt(SentPart::partIndex)).toList();
    return guarded.run(
        planned.lookingFirst(true),
        source -> {
          if (agree(upload, whole, parts) && source.isAsSeen(whole.seen())) {
            try {
              return complete(upload, source, whole, parts);
            } catch (S3Failure e) {
              if (e.kind() != S3Failure.Kind.NO_SUCH_UPLOAD) {
                throw e;
              }
            }
          }
          return uploader.stage(source);
        },
        failure -> failure);
  }

  private static boolean agree(SplitUpload upload, VerifiedRow whole, List<SentPart> parts) {
    int[] indices = parts.stream().mapToInt(SentPart::partIndex).toArray();
    return Arrays.equals(indices, IntStream.range(0, upload.plan().count()).toArray())
        && String.join("", parts.stream().map(SentPart::partMd5).toList()).equals(whole.partMd5s());
  }

  /** Transient trouble leaves the upload open, so that a later run goes on with it. */
  private UploadResult complete(
      SplitUpload upload, UploadSource source, VerifiedRow whole, List<SentPart> parts)
      throws S3Failure, IOException {
    source.requireMd5(Md5.parse(Objects.requireNonNull(whole.md5())));
    boolean keep = false;
    try {
      UploadResult result =
          completing.complete(
              new Completing.Parts(
                  upload.uploadId(),
                  parts.stream().map(SentPart::partEtag).toList(),
                  PartMd5s.split(Objects.requireNonNull(whole.partMd5s()))),
              source,
              upload.standing(),
              false);
      keep = true;
      return result;
    } catch (S3Failure e) {
      keep = e.kind() == S3Failure.Kind.TRANSIENT || e.kind() == S3Failure.Kind.CONFLICT;
      throw e;
    } catch (JobFailure | CancellationException e) {
      keep = true;
      throw e;
    } finally {
      if (!keep) {
        multipart.abortQuietly(uploader.key(source.planned()), upload.uploadId());
      }
    }
  }
}
