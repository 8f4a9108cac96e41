package org.assetstager.upload;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.assetstager.catalog.BucketReader;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.ConflictWaits;
import org.assetstager.s3.S3Failure;
import org.assetstager.settings.Settings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;

/**
 * Stages contents; see "Known content" and "Upload" in design.md. A content that is reported {@code
 * STAGED} or {@code KNOWN_STAGING} is proved to be under its key. A second call for the same
 * content, at the same time or later, does no harm. Safe for many threads.
 *
 * <p>A failure of one content is a result; what stops the job is a {@link
 * org.assetstager.asset.JobFailure}. An interrupted thread stays interrupted and gets a {@link
 * java.util.concurrent.CancellationException}.
 */
public final class ContentUploader {
  /** Most bytes of one PutObject: "Amazon S3 multipart upload limits", S3 User Guide. */
  private static final long MOST_PUT_BYTES = 5L << 30;

  /**
   * With a limit of the bandwidth a body takes as long as the other executors' bodies leave to it;
   * one that doesn't move at all is given up much sooner.
   */
  private static final Duration MOST_PACING = Duration.ofHours(24);

  private final UploadSettings limits;
  private final String runId;
  private final StagingWriter writer;
  private final WriteJudge judge;
  private final MultipartSender multipart;
  private final GuardedStep guarded;
  private final Completing completing;
  private final SplitUploader split;
  private final Duration patience;

  /**
   * Makes an uploader.
   *
   * @param runId written into the metadata of each object, to recognise this run's own writes
   * @param connection to staging; not closed
   * @param roots gives the root of each file, checked
   * @param log records each multipart upload as long as it is open
   * @param bytesRead receives the number of bytes of each read, in the thread that reads
   */
  public ContentUploader(
      Settings settings,
      String runId,
      BucketConnection connection,
      Function<Candidate, AssetRoot> roots,
      UploadLog log,
      LongConsumer bytesRead) {
    this.limits = settings.upload();
    this.runId = runId;
    this.writer = new StagingWriter(connection, settings.staging(), settings.s3(), pacing(limits));
    BucketReader reader = new BucketReader(connection);
    StoredParts stored = new StoredParts(reader, log);
    this.judge =
        new WriteJudge(settings, runId, new StagingInspector(reader, limits.partSizeBytes()));
    this.multipart = new MultipartSender(writer, runId, limits, stored, log);
    this.guarded =
        new GuardedStep(
            settings.verify().policy(), roots, buffersFor(limits.partSizeBytes()), bytesRead);
    this.patience = connection.patience();
    this.completing = new Completing(judge, multipart, patience);
    this.split =
        new SplitUploader(
            judge, this::stage, multipart, completing, stored, guarded, limits.partSizeBytes());
  }

  /** Returns how much longer than usual a body may take because it has to wait for its turn. */
  static Duration pacing(UploadSettings limits) {
    return limits.maxBandwidthBytesPerSecond() == null ? Duration.ZERO : MOST_PACING;
  }

  private static BufferPool buffersFor(long partSizeBytes) {
    return new BufferPool((int) Math.min(partSizeBytes, BufferPool.LARGEST_ARRAY));
  }

  /** Returns how to stage one content by many tasks. */
  SplitUploader split() {
    return split;
  }

  public UploadResult upload(PlannedUpload planned) {
    return guarded.run(planned, this::stage, result -> result);
  }

  /** Stages the content of a file that is open. */
  UploadResult stage(UploadSource source) throws S3Failure, IOException {
    String key = judge.key(source.planned());
    Standing standing = judge.standing(source);
    Optional<UploadResult> moved = judge.movedOn(source, standing);
    if (moved.isPresent()) {
      return moved.get();
    }
    boolean replaces = false;
    int rounds = 0;
    ConflictWaits conflicts = new ConflictWaits(patience);
    while (!standing.proved()) {
      replaces |= standing.present();
      try {
        // The upload of the first round may still be open, with parts that another attempt has sent
        // again; the last round relies on nothing.
        boolean lookFirst = rounds == 0 ? source.planned().lookFirst() : rounds == 1;
        return write(source, key, standing, replaces, lookFirst);
      } catch (S3Failure e) {
        if (Completing.isOver(e)) {
          throw e;
        }
        boolean again =
            e.kind() == S3Failure.Kind.CONFLICT
                ? conflicts.await()
                : ++rounds < WriteJudge.MOST_ROUNDS;
        standing = judge.afterFailure(source, key, standing, e);
        if (!again && !standing.proved()) {
          throw e;
        }
      }
    }
    return judge.known(source, standing, replaces);
  }

  /**
   * Writes the content.
   *
   * @param lookFirst whether to go on with an upload that was left open
   */
  private UploadResult write(
      UploadSource source, String key, Standing standing, boolean replaces, boolean lookFirst)
      throws S3Failure, IOException {
    PlannedUpload planned = source.planned();
    if (planned.size() > Math.min(limits.multipartThresholdBytes(), MOST_PUT_BYTES)) {
      return multipart.upload(
          source,
          key,
          PartPlan.of(planned.size(), limits.partSizeBytes()),
          lookFirst,
          parts -> completing.complete(parts, source, standing, replaces));
    }
    Written written;
    try (Body body = source.wholeBody()) {
      Map<String, String> metadata = Metadata.single(planned.md5(), runId);
      written = writer.put(key, body, source.md5(), metadata, judge.condition(standing));
    }
    return judge.accepted(source, key, replaces, written);
  }
}
