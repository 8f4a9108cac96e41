package org.assetstager.upload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Request;
import org.jspecify.annotations.Nullable;

/** Puts a content in parts, several of them at a time. Safe for many threads. */
final class MultipartSender {
  /** How often a part is sent whose bytes arrive altered although the file has the right ones. */
  private static final int MOST_SENDINGS = 3;

  private final StagingWriter writer;
  private final String runId;
  private final int partsInFlight;
  private final StoredParts stored;
  private final UploadLog log;

  /**
   * Sends parts by the writer.
   *
   * @param stored finds what an earlier attempt has left
   * @param log has every upload on record as long as it is open
   */
  MultipartSender(
      StagingWriter writer, String runId, int partsInFlight, StoredParts stored, UploadLog log) {
    this.writer = writer;
    this.runId = runId;
    this.partsInFlight = partsInFlight;
    this.stored = stored;
    this.log = log;
  }

  /** What is done when all parts of an upload are sent. */
  interface Completion {
    UploadResult complete(Completing.Parts parts) throws S3Failure, IOException;
  }

  /**
   * Puts the whole content. An upload that isn't completed is aborted.
   *
   * @param completion makes the object, or gives the upload up
   * @throws FileChangedException if the file is not, or no longer, what verification found
   */
  UploadResult upload(UploadSource source, String key, PartPlan plan, Completion completion)
      throws S3Failure, IOException {
    OpenedUpload opened = open(source, key, plan, source.takesSinglePass(plan));
    boolean completed = false;
    try {
      Sent sent =
          opened.upload().partMd5s().isEmpty()
              ? sendUnread(source, opened.upload())
              : sendAll(source, opened);
      UploadResult result =
          completion.complete(
              new Completing.Parts(opened.upload().uploadId(), sent.etags(), sent.partMd5s()));
      completed = true;
      return result;
    } finally {
      if (!completed) {
        abortQuietly(key, opened.upload().uploadId());
      }
    }
  }

  /**
   * Goes on with the upload that an earlier attempt has left open, or opens one and puts it on
   * record.
   *
   * @throws FileChangedException if the file turns out to have another MD5
   */
  OpenedUpload open(UploadSource source, String key, PartPlan plan) throws S3Failure, IOException {
    return open(source, key, plan, false);
  }

  private OpenedUpload open(UploadSource source, String key, PartPlan plan, boolean unread)
      throws S3Failure, IOException {
    PlannedUpload planned = source.planned();
    if (planned.lookFirst()) {
      Optional<OpenedUpload> left = stored.leftOpen(key, source);
      if (left.isPresent()) {
        return left.get();
      }
    }
    String partMd5s = unread ? "" : PartMd5s.join(source.partMd5s(plan));
    String uploadId = writer.create(key, Metadata.multipart(planned.md5(), plan.partSize(), runId));
    OpenUpload upload =
        new OpenUpload(writer.bucket(), key, uploadId, plan.partSize(), partMd5s, log.driver());
    boolean recorded = false;
    try {
      log.opened(upload);
      recorded = true;
      return new OpenedUpload(upload, Map.of());
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
  Written complete(
      UploadSource source, String key, Completing.Parts parts, WriteCondition condition)
      throws S3Failure, IOException {
    source.requireUnchanged();
    Written written =
        writer.complete(key, parts.uploadId(), parts.etags(), parts.partMd5s(), condition);
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
  String send(UploadSource source, String key, String uploadId, PartPlan plan, int index, Md5 md5)
      throws S3Failure, IOException {
    Body body = source.body(plan.offset(index), plan.length(index));
    return send(source, key, uploadId, plan, new SinglePass.Part(index, body, md5));
  }

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
          log.sent(key, uploadId, index, etag);
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
        next = source.body(plan.offset(index), plan.length(index));
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

  /** All parts, in their order. */
  private record Sent(List<String> etags, List<Md5> partMd5s) {}

  /** Sends the next part; false if there is none. */
  private interface NextPart {
    boolean send() throws S3Failure, IOException;
  }

  private Sent sendAll(UploadSource source, OpenedUpload opened) throws S3Failure, IOException {
    OpenUpload upload = opened.upload();
    PartPlan plan = new PartPlan(source.planned().size(), upload.partSize());
    List<Md5> partMd5s = PartMd5s.split(upload.partMd5s());
    @Nullable String[] etags = new String[plan.count()];
    opened.sent().forEach((index, etag) -> etags[index] = etag);
    AtomicInteger next = new AtomicInteger();
    sendInFlight(
        plan.count(),
        () -> {
          int index = next.getAndIncrement();
          if (index < etags.length && etags[index] == null) {
            Md5 md5 = partMd5s.get(index);
            etags[index] = send(source, upload.key(), upload.uploadId(), plan, index, md5);
          }
          return index < etags.length;
        });
    return new Sent(Arrays.asList(etags), partMd5s);
  }

  /** Sends the parts of a file as they are read, for the first time in this run. */
  private Sent sendUnread(UploadSource source, OpenUpload upload) throws S3Failure, IOException {
    PartPlan plan = new PartPlan(source.planned().size(), upload.partSize());
    SinglePass pass = new SinglePass(source, plan);
    @Nullable String[] etags = new String[plan.count()];
    @Nullable Md5[] partMd5s = new Md5[plan.count()];
    sendInFlight(
        plan.count(),
        () -> {
          SinglePass.Part part = pass.next();
          if (part != null) {
            partMd5s[part.index()] = part.md5();
            etags[part.index()] = send(source, upload.key(), upload.uploadId(), plan, part);
          }
          return part != null;
        });
    return new Sent(Arrays.asList(etags), Arrays.asList(partMd5s));
  }

  private void sendInFlight(int parts, NextPart next) throws S3Failure, IOException {
    AtomicBoolean failed = new AtomicBoolean();
    int workers = Math.min(partsInFlight, parts);
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        running.add(
            threads.submit(
                () -> {
                  boolean done = false;
                  try {
                    boolean more = true;
                    while (more && !failed.get()) {
                      more = next.send();
                    }
                    done = true;
                    return null;
                  } finally {
                    failed.compareAndSet(false, !done);
                  }
                }));
      }
      awaitAll(running);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Waits for all, so that no part is under way when the upload is aborted. */
  private static void awaitAll(List<Future<?>> running) throws S3Failure, IOException {
    Throwable first = null;
    for (Future<?> future : running) {
      try {
        future.get();
      } catch (ExecutionException e) {
        first = first == null ? e.getCause() : first;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("The upload of parts was interrupted");
      }
    }
    if (first instanceof S3Failure failure) {
      throw failure;
    }
    if (first instanceof IOException failure) {
      throw failure;
    }
    if (first instanceof RuntimeException failure) {
      throw failure;
    }
    if (first != null) {
      throw new IllegalStateException(first);
    }
  }
}
