package org.assetstager.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.catalog.StoredPart;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Failure;
import org.assetstager.upload.OpenUpload;
import org.assetstager.upload.PartsInFlight;
import org.assetstager.upload.UploadLog;

/**
 * Copies objects to the remote in parts, several at a time. What broke off goes on: its upload is
 * on record, with the ETag of the object that its parts come from. Safe for many threads.
 *
 * @param bytesCopied callback that receives the bytes of every part that was copied
 * @param underWay a permit for each object that may be copied at a time
 */
record CopyInParts(
    RemoteWriter writer,
    BucketReader remote,
    UploadLog log,
    LongConsumer bytesCopied,
    Semaphore underWay) {
  /** Parts wait for the store, not for a core. */
  private static final int PARTS_AT_ONCE = 16;

  /** So that a task has no more requests under way than its JVM has connections for. */
  private static final int OBJECTS_AT_ONCE = 2;

  CopyInParts(RemoteWriter writer, BucketReader remote, UploadLog log, LongConsumer bytesCopied) {
    this(writer, remote, log, bytesCopied, new Semaphore(OBJECTS_AT_ONCE));
  }

  /**
   * Copies an object; returns what the answer says of the copy.
   *
   * @param metadata of an object put as one
   */
  ObjectFacts copy(StagedObject source, PartPlan plan, String key, Map<String, String> metadata)
      throws S3Failure {
    try {
      underWay.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Waiting for the copy of '" + key + "' was interrupted");
    }
    try {
      return copyNow(source, plan, key, metadata);
    } finally {
      underWay.release();
    }
  }

  private ObjectFacts copyNow(
      StagedObject source, PartPlan plan, String key, Map<String, String> metadata)
      throws S3Failure {
    Optional<OpenUpload> before = openBefore(source, plan, key);
    String uploadId =
        before.isPresent() ? before.get().uploadId() : create(source, plan, key, metadata);
    try {
      Map<Integer, String> there = before.isPresent() ? partsThere(key, uploadId, plan) : Map.of();
      ObjectFacts copy =
          writer.complete(source, key, uploadId, copyParts(source, plan, key, uploadId, there));
      log.closed(key, uploadId);
      return copy;
    } catch (S3Failure e) {
      giveUp(key, uploadId, e);
      throw e;
    }
  }

  private Optional<OpenUpload> openBefore(StagedObject source, PartPlan plan, String key) {
    Optional<OpenUpload> before =
        log.open(key).stream()
            .filter(
                upload ->
                    source.etag().equals(upload.sourceEtag())
                        && upload.partSize() == plan.partSize())
            .findFirst();
    before.ifPresent(log::adopt);
    return before;
  }

  private String create(
      StagedObject source, PartPlan plan, String key, Map<String, String> metadata)
      throws S3Failure {
    Map<String, String> all = new HashMap<>(metadata);
    all.put(StagedObject.PART_SIZE, Long.toString(plan.partSize()));
    String uploadId = writer.create(key, all);
    log.opened(new OpenUpload(key, uploadId, plan.partSize(), source.etag(), log.driver()));
    return uploadId;
  }

  /** Returns the ETags of the parts that an earlier attempt has copied. */
  private Map<Integer, String> partsThere(String key, String uploadId, PartPlan plan)
      throws S3Failure {
    Map<Integer, String> there = new HashMap<>();
    for (StoredPart part : remote.parts(key, uploadId).orElse(List.of())) {
      boolean whole = part.index() < plan.count() && part.size() == plan.length(part.index());
      if (whole && Etags.unquoted(part.etag()) != null) {
        there.put(part.index(), Objects.requireNonNull(part.etag()));
      }
    }
    return there;
  }

  private List<String> copyParts(
      StagedObject source, PartPlan plan, String key, String uploadId, Map<Integer, String> there)
      throws S3Failure {
    AtomicReferenceArray<String> etags = new AtomicReferenceArray<>(plan.count());
    there.forEach(etags::set);
    AtomicInteger next = new AtomicInteger();
    try {
      PartsInFlight.send(
          Math.min(PARTS_AT_ONCE, plan.count()),
          () -> {
            int index = next.getAndIncrement();
            if (index >= plan.count()) {
              return false;
            }
            long length = plan.length(index);
            if (etags.get(index) == null) {
              etags.set(
                  index, writer.copyPart(source, key, uploadId, index, plan.offset(index), length));
            }
            bytesCopied.accept(length);
            return true;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return IntStream.range(0, plan.count()).mapToObj(etags::get).toList();
  }

  /** Who finds that it isn't open any more was overtaken, or its rule has aborted it. */
  private void giveUp(String key, String uploadId, S3Failure failure) {
    if (failure.kind() != S3Failure.Kind.NO_SUCH_UPLOAD) {
      try {
        writer.abort(key, uploadId);
      } catch (S3Failure e) {
        // It stays on record, and is aborted when the commit ends.
        failure.addSuppressed(e);
        return;
      }
    }
    log.closed(key, uploadId);
  }
}
