package org.assetstager.upload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.S3Failure;
import org.jspecify.annotations.Nullable;

/** Puts a content in parts, several of them at a time. Safe for many threads. */
final class MultipartSender {
  /** How often a part is sent whose bytes arrive altered although the file has the right ones. */
  private static final int MOST_SENDINGS = 3;

  private final StagingWriter writer;
  private final String runId;
  private final int partsInFlight;
  private final Consumer<OpenUpload> uploadLog;

  /**
   * Sends parts by the writer.
   *
   * @param uploadLog told of each upload when it is opened and when it no longer is
   */
  MultipartSender(
      StagingWriter writer, String runId, int partsInFlight, Consumer<OpenUpload> uploadLog) {
    this.writer = writer;
    this.runId = runId;
    this.partsInFlight = partsInFlight;
    this.uploadLog = uploadLog;
  }

  /**
   * Puts the whole content. An upload that isn't completed is aborted.
   *
   * @throws FileChangedException if the file is not, or no longer, what verification found
   */
  Written upload(UploadSource source, String key, PartPlan plan, WriteCondition condition)
      throws S3Failure, IOException {
    List<Md5> partMd5s = source.partMd5s(plan);
    String uploadId = open(source.planned(), key, plan);
    boolean completed = false;
    try {
      List<String> etags = sendAll(source, key, uploadId, plan, partMd5s);
      Written written = complete(source, key, uploadId, etags, partMd5s, condition);
      completed = true;
      return written;
    } finally {
      if (!completed) {
        abortQuietly(key, uploadId);
      }
    }
  }

  /** Opens an upload and puts it on record. */
  String open(PlannedUpload planned, String key, PartPlan plan) throws S3Failure, IOException {
    String uploadId = writer.create(key, Metadata.multipart(planned.md5(), plan.partSize(), runId));
    uploadLog.accept(new OpenUpload(key, uploadId, OpenUpload.State.OPENED));
    return uploadId;
  }

  /**
   * Makes the object of the parts, unless the file has changed since it was verified.
   *
   * @throws FileChangedException if it has; the upload stays open
   */
  Written complete(
      UploadSource source,
      String key,
      String uploadId,
      List<String> etags,
      List<Md5> partMd5s,
      WriteCondition condition)
      throws S3Failure, IOException {
    source.requireUnchanged();
    Written written = writer.complete(key, uploadId, etags, partMd5s, condition);
    uploadLog.accept(new OpenUpload(key, uploadId, OpenUpload.State.COMPLETED));
    return written;
  }

  /** Gives an upload up. One that can't be aborted stays on record as open. */
  void abortQuietly(String key, String uploadId) {
    try {
      writer.abort(key, uploadId);
      uploadLog.accept(new OpenUpload(key, uploadId, OpenUpload.State.ABORTED));
    } catch (S3Failure | IOException | JobFailure | CancellationException e) {
      // Why the upload is given up matters more, and is on its way to the caller.
      return;
    }
  }

  /** Sends one part and returns its ETag. */
  String send(UploadSource source, String key, String uploadId, PartPlan plan, int index, Md5 md5)
      throws S3Failure, IOException {
    for (int sending = 1; ; sending++) {
      try (Body body = source.body(plan.offset(index), plan.length(index))) {
        return writer.part(key, uploadId, index, body, md5);
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
      }
    }
  }

  private List<String> sendAll(
      UploadSource source, String key, String uploadId, PartPlan plan, List<Md5> partMd5s)
      throws S3Failure, IOException {
    @Nullable String[] etags = new String[plan.count()];
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean failed = new AtomicBoolean();
    int workers = Math.min(partsInFlight, plan.count());
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        running.add(
            threads.submit(
                () -> {
                  boolean done = false;
                  try {
                    int index;
                    while (!failed.get() && (index = next.getAndIncrement()) < etags.length) {
                      etags[index] = send(source, key, uploadId, plan, index, partMd5s.get(index));
                    }
                    done = true;
                    return null;
                  } finally {
                    failed.compareAndSet(false, !done);
                  }
                }));
      }
      awaitAll(running);
      return Arrays.asList(etags);
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
