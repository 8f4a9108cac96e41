package org.assetstager.upload;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.TopHash;
import org.assetstager.catalog.BucketReader;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.ConflictWaits;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Request;
import org.assetstager.settings.Settings;
import org.assetstager.settings.StagingSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.jspecify.annotations.Nullable;

/**
 * Stages contents; sections 4 and 5 of the design. Whatever is reported {@code STAGED} or {@code
 * KNOWN_STAGING} is proved to lie under its key, and a second call for the same content, at the
 * same time or later, does no harm. Safe for many threads.
 *
 * <p>A failure of one content is a result; what stops the job is a {@link
 * org.assetstager.asset.JobFailure}. An interrupted thread stays interrupted and gets a {@link
 * java.util.concurrent.CancellationException}.
 */
public final class ContentUploader {
  /** How often a content is tried while others write to its key. */
  static final int MOST_ROUNDS = 3;

  /** Most bytes of one PutObject: "Amazon S3 multipart upload limits", S3 User Guide. */
  private static final long MOST_PUT_BYTES = 5L << 30;

  /**
   * With a limit of the bandwidth a body takes as long as the other executors' bodies leave to it;
   * one that doesn't move at all is given up much sooner.
   */
  private static final Duration MOST_PACING = Duration.ofHours(24);

  private final StagingSettings staging;
  private final UploadSettings limits;
  private final String runId;
  private final StagingWriter writer;
  private final StagingInspector inspector;
  private final RemoteLookup remote;
  private final MultipartSender multipart;
  private final GuardedStep guarded;
  private final Completing completing;
  private final SplitUploader split;
  private final Duration patience;

  /**
   * Makes an uploader.
   *
   * @param runId written into the metadata of each object, to know this run's own writes again
   * @param connection to staging; not closed
   * @param roots gives the root of each file, checked
   * @param partsInFlight parts of one content that are sent at a time, at least 1; each takes a
   *     buffer of {@code upload.part-size}
   * @param log has each multipart upload on record as long as it is open
   * @param bytesRead told of the bytes of every read of a file, by the thread that reads
   */
  public ContentUploader(
      Settings settings,
      String runId,
      BucketConnection connection,
      Function<Candidate, AssetRoot> roots,
      int partsInFlight,
      UploadLog log,
      LongConsumer bytesRead) {
    this.staging = settings.staging();
    this.limits = settings.upload();
    this.runId = runId;
    this.writer = new StagingWriter(connection, staging, settings.s3(), pacing(limits));
    BucketReader reader = new BucketReader(connection);
    StoredParts stored = new StoredParts(reader, log);
    this.inspector = new StagingInspector(reader, limits.partSizeBytes());
    this.remote = new RemoteLookup(settings);
    this.multipart = new MultipartSender(writer, runId, partsInFlight, stored, log);
    this.guarded =
        new GuardedStep(settings.verify(), roots, buffersFor(limits.partSizeBytes()), bytesRead);
    this.patience = connection.patience();
    this.completing = new Completing(this, multipart, patience);
    this.split =
        new SplitUploader(
            this, multipart, completing, stored, remote, guarded, limits.partSizeBytes());
  }

  private static Duration pacing(UploadSettings limits) {
    return limits.maxBandwidthBytesPerSecond() == null ? Duration.ZERO : MOST_PACING;
  }

  private static BufferPool buffersFor(long partSizeBytes) {
    return new BufferPool((int) Math.min(partSizeBytes, BufferPool.LARGEST_ARRAY));
  }

  /** Returns how to stage one content by many tasks. */
  SplitUploader split() {
    return split;
  }

  /** Stages one content. */
  public UploadResult upload(PlannedUpload planned) {
    return guarded.run(planned, this::stage, result -> result);
  }

  /** Stages the content of a file that is open. */
  UploadResult stage(UploadSource source) throws S3Failure, IOException {
    String key = key(source.planned());
    Standing standing = standing(source);
    Optional<UploadResult> moved = movedOn(source, standing);
    if (moved.isPresent()) {
      return moved.get();
    }
    boolean replaces = false;
    int rounds = 0;
    ConflictWaits conflicts = new ConflictWaits(patience);
    while (!standing.proved()) {
      replaces |= standing.present();
      try {
        return write(source, key, standing, replaces);
      } catch (S3Failure e) {
        if (Completing.isOver(e)) {
          throw e;
        }
        boolean again =
            e.kind() == S3Failure.Kind.CONFLICT ? conflicts.await() : ++rounds < MOST_ROUNDS;
        standing = afterFailure(source, key, standing, e);
        if (!again && !standing.proved()) {
          throw e;
        }
      }
    }
    return known(source, standing, replaces);
  }

  /** What staging holds, as far as the plan says that there may be something. */
  Standing standing(UploadSource source) throws S3Failure, IOException {
    PlannedUpload planned = source.planned();
    return maybeThere(planned) ? inspector.inspect(key(planned), source) : Standing.ABSENT;
  }

  /** What was listed, or what an earlier attempt has staged, may lie in the remote by now. */
  Optional<UploadResult> movedOn(UploadSource source, Standing standing) throws S3Failure {
    return maybeThere(source.planned()) && !standing.present()
        ? remote.find(source)
        : Optional.empty();
  }

  /** Whether staging holds anything under the key. */
  boolean isThere(PlannedUpload planned) throws S3Failure {
    return inspector.isThere(key(planned));
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
      return new WriteCondition(staging.conditionalWrites(), null);
    }
    return staging.ifMatch() ? new WriteCondition(false, standing.etag()) : WriteCondition.NONE;
  }

  private UploadResult write(UploadSource source, String key, Standing standing, boolean replaces)
      throws S3Failure, IOException {
    PlannedUpload planned = source.planned();
    if (planned.size() > Math.min(limits.multipartThresholdBytes(), MOST_PUT_BYTES)) {
      return multipart.upload(
          source,
          key,
          PartPlan.of(planned.size(), limits.partSizeBytes()),
          parts -> completing.complete(parts, source, standing, replaces));
    }
    Written written;
    try (Body body = source.wholeBody()) {
      Map<String, String> metadata = Metadata.single(planned.md5(), runId);
      written = writer.put(key, body, source.md5(), metadata, condition(standing));
    }
    return accepted(source, key, replaces, written);
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
    return new ContentKey(
            staging.bucket().prefix(), new TopHash(planned.topHash()), Md5.parse(planned.md5()))
        .toString();
  }
}
