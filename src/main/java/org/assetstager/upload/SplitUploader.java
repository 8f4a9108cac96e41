package org.assetstager.upload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.run.StepFile;
import org.assetstager.s3.S3Failure;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/**
 * Stages one content by many tasks, on any executors: {@link #open} once, {@link #send} for each
 * range of parts, {@link #finish} once. Each may be repeated: the record of the upload says where
 * to continue. {@link #finish} sends what is still missing.
 *
 * @param alone stages a content by this task alone
 */
record SplitUploader(
    WriteJudge judge,
    GuardedStep.Step<UploadResult> alone,
    MultipartSender multipart,
    Completing completing,
    StoredParts stored,
    GuardedStep guarded,
    long configuredPartSize) {
  /**
   * Opens the upload, or finds the one that an earlier attempt has left open. Empty where one task
   * does better: the content may be there already, its file is refused, or the upload that is open
   * has parts of another size.
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
          // What is there may take long to prove: nobody waits for that.
          if (planned.lookFirst()
              && (stored.reader().head(judge.key(planned)).isPresent()
                  || judge.inRemote(source).isPresent())) {
            return Optional.empty();
          }
          OpenUpload upload =
              multipart.open(source, judge.key(planned), plan, planned.lookFirst()).upload();
          boolean samePlan = upload.partSize() == plan.partSize();
          return samePlan
              ? Optional.of(
                  new SplitUpload(
                      work,
                      upload.uploadId(),
                      planned.size(),
                      plan.partSize(),
                      source.digestedPartMd5s(plan) != null))
              : Optional.empty();
        },
        failure -> Optional.empty());
  }

  /**
   * Sends parts, except those that an earlier attempt has sent, as far as the file and S3 allow.
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
    String key = judge.key(source.planned());
    PartPlan plan = upload.plan();
    StoredParts.Stored before =
        source.planned().lookFirst()
            ? stored.look(key, upload.uploadId()).orElse(StoredParts.Stored.NONE)
            : StoredParts.Stored.NONE;
    AtomicInteger next = new AtomicInteger();
    PartsInFlight.send(
        Math.min(TaskLimits.PARTS_IN_FLIGHT, parts.length),
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
   * still the one that was read. Parts that are missing are sent.
   *
   * @param whole the verdict on the row by its whole file, with the MD5s of the parts
   * @param sent parts that are there, in any order
   */
  UploadResult finish(
      SplitUpload upload, PlannedUpload planned, VerifiedRow whole, List<SentPart> sent) {
    if (whole.verdict() != Verdict.UNCHANGED) {
      multipart.abortQuietly(judge.key(planned), upload.uploadId());
      return UploadResult.refused(whole);
    }
    List<Md5> partMd5s = whole.partMd5s() == null ? List.of() : PartMd5s.split(whole.partMd5s());
    return guarded.run(
        planned.lookingFirst(true),
        source -> {
          if (partMd5s.size() != upload.plan().count() || !source.isAsSeen(whole.seen())) {
            return alone.apply(source);
          }
          source.requireMd5(Md5.parse(Objects.requireNonNull(whole.md5())));
          source.remember(upload.plan(), partMd5s);
          return complete(upload, source, partMd5s, sent);
        },
        failure -> failure);
  }

  private UploadResult complete(
      SplitUpload upload, UploadSource source, List<Md5> partMd5s, List<SentPart> sent)
      throws S3Failure, IOException {
    @Nullable String[] etags = new String[partMd5s.size()];
    for (SentPart part : sent) {
      // What was read as another part's bytes was altered meanwhile, in the file or in the whole.
      if (part.partMd5().equals(partMd5s.get(part.partIndex()).toHex())) {
        etags[part.partIndex()] = part.partEtag();
      }
    }
    try {
      return complete(upload, source, partMd5s, etags);
    } catch (S3Failure e) {
      if (e.kind() != S3Failure.Kind.NO_SUCH_UPLOAD) {
        throw e;
      }
    }
    // Another attempt may have sent a part again, which changes its ETag under SSE-KMS.
    return stored.look(judge.key(source.planned()), upload.uploadId()).isPresent()
        ? complete(upload, source, partMd5s, new String[partMd5s.size()])
        : alone.apply(source);
  }

  /** What may be of use to a later attempt is left open, as {@link MultipartSender} has it. */
  private UploadResult complete(
      SplitUpload upload, UploadSource source, List<Md5> partMd5s, @Nullable String[] etags)
      throws S3Failure, IOException {
    boolean abort = false;
    try {
      sendMissing(upload, source, partMd5s, etags);
      return completing.complete(
          new SentUpload(upload.uploadId(), Arrays.asList(etags), partMd5s),
          source,
          Standing.ABSENT,
          false);
    } catch (S3Failure e) {
      abort =
          switch (e.kind()) {
            case TRANSIENT, CONFLICT, NO_SUCH_UPLOAD -> false;
            default -> true;
          };
      throw e;
    } catch (IOException e) {
      abort = true;
      throw e;
    } finally {
      if (abort) {
        multipart.abortQuietly(judge.key(source.planned()), upload.uploadId());
      }
    }
  }

  /** Sends the parts without an ETag that aren't proved to be there, and fills in the ETags. */
  private void sendMissing(
      SplitUpload upload, UploadSource source, List<Md5> partMd5s, @Nullable String[] etags)
      throws S3Failure, IOException {
    int[] missing =
        IntStream.range(0, etags.length).filter(index -> etags[index] == null).toArray();
    if (missing.length == 0) {
      return;
    }
    List<SentPart> sent = new ArrayList<>();
    send(upload, source, missing, sent);
    for (SentPart part : sent) {
      if (!part.partMd5().equals(partMd5s.get(part.partIndex()).toHex())) {
        throw new FileChangedException(
            "The file changed while it was uploaded: part "
                + (part.partIndex() + 1)
                + " has another MD5");
      }
      etags[part.partIndex()] = part.partEtag();
    }
  }
}
