package org.assetstager.upload;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;
import org.assetstager.catalog.BucketReader;
import org.assetstager.limits.ClusterLimits;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.Side;
import org.assetstager.settings.Settings;
import org.assetstager.upload.Probe.Figure;
import org.assetstager.upload.Probe.Kind;
import org.assetstager.verify.Candidate;

/**
 * Measures in a task what a run would do: reads files of the manifest, and sends bodies to staging
 * as parts of an upload that is then aborted. All tasks begin each kind at the same moment, so that
 * they share network and disks as the tasks of a run do. A task that comes late measures what is
 * left, or nothing.
 *
 * @param startAtMillis when the first kind begins by the driver's clock, milliseconds since the
 *     epoch
 * @param seconds for all kinds together
 */
public record ProbeWork(UploadTasks tasks, ProbeSizes sizes, long startAtMillis, int seconds)
    implements Serializable {
  private static final long POLL_MILLIS = 50;
  private static final long MOST_WAIT_MILLIS = 10_000;
  private static final int LISTS_AT_ONCE = TaskLimits.FILES_AT_ONCE;

  /**
   * Measures.
   *
   * @param candidates to choose files from
   * @param readBefore whether this dry run has read their files
   * @param large whether this task measures large contents too
   * @throws org.assetstager.asset.JobFailure if a root is lost, or S3 refuses what a run needs
   */
  public Probe measure(Iterator<Candidate> candidates, boolean readBefore, boolean large) {
    // Hosts' clocks may differ by more than all of this takes.
    return measure(
        candidates, readBefore, large, System.currentTimeMillis() - ClusterLimits.driverMillis());
  }

  /**
   * As the other one.
   *
   * @param aheadMillis how far this host's clock is ahead of the driver's
   */
  Probe measure(
      Iterator<Candidate> candidates, boolean readBefore, boolean large, long aheadMillis) {
    tasks.requests().addWhenTaskEnds();
    ProbeFiles.Chosen files =
        ProbeFiles.of(
            candidates,
            tasks.roots(),
            tasks.settings().upload().multipartThresholdBytes(),
            sizes.streams());
    TaskContext task = TaskContext.get();
    Map<Kind, Figure> figures = new EnumMap<>(Kind.class);
    try (ProbeUpload upload = upload()) {
      measure(
          figures,
          new ProbeKinds(tasks, sizes, files, upload),
          startAtMillis + aheadMillis,
          large,
          task::isInterrupted);
    } catch (S3Failure e) {
      throw e.toJobFailure();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int measured = figures.isEmpty() ? 0 : 1;
    return new Probe(seconds, measured, sizes.streams(), readBefore, figures);
  }

  private ProbeUpload upload() throws S3Failure, IOException {
    Settings settings = tasks.settings();
    StagingWriter writer =
        new StagingWriter(
            S3Clients.staging(settings),
            settings.staging(),
            settings.s3(),
            ContentUploader.pacing(settings.upload()));
    return ProbeUpload.open(
        writer,
        BucketReader.of(Side.STAGING, settings),
        settings.staging().bucket().prefix(),
        tasks.log());
  }

  /** Each kind has its share of the time. */
  private void measure(
      Map<Kind, Figure> figures,
      ProbeKinds kinds,
      long startAt,
      boolean large,
      BooleanSupplier killed)
      throws IOException {
    Map<Kind, Integer> shares = shares();
    int all = shares.values().stream().mapToInt(Integer::intValue).sum();
    long now = System.currentTimeMillis();
    // A clock that is far behind isn't waited for.
    long begin = startAt - now > MOST_WAIT_MILLIS ? now : startAt;
    for (Map.Entry<Kind, Integer> share : shares.entrySet()) {
      long end = begin + TimeUnit.SECONDS.toMillis(seconds) * share.getValue() / all;
      await(begin, killed);
      long left = end - System.currentTimeMillis();
      if (left > 0 && (large || !isLarge(share.getKey()))) {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(left);
        Kind kind = share.getKey();
        figures.put(
            kind,
            ProbeWindow.measure(
                threads(kind), endNanos, killed, thread -> kinds.work(kind, thread, left)));
      }
      begin = end;
    }
  }

  private Map<Kind, Integer> shares() {
    Map<Kind, Integer> shares = new LinkedHashMap<>();
    shares.put(Kind.LIST, 1);
    shares.put(Kind.HEAD, 1);
    if (sizes.readsSmall()) {
      shares.put(Kind.READ_SMALL, 2);
    }
    if (sizes.readsLarge()) {
      shares.put(Kind.READ_LARGE, 2);
    }
    if (sizes.smallBytes() > 0) {
      shares.put(Kind.SEND_SMALL, 2);
      shares.put(Kind.TRANSFER_SMALL, 4);
    }
    if (sizes.partBytes() > 0) {
      shares.put(Kind.SEND_PARTS, 3);
      shares.put(Kind.TRANSFER_PARTS, 4);
    }
    return shares;
  }

  private static boolean isLarge(Kind kind) {
    return switch (kind) {
      case READ_LARGE, SEND_PARTS, TRANSFER_PARTS -> true;
      case LIST, HEAD, READ_SMALL, SEND_SMALL, TRANSFER_SMALL -> false;
    };
  }

  private int threads(Kind kind) {
    return switch (kind) {
      case LIST -> LISTS_AT_ONCE;
      case HEAD, READ_SMALL, SEND_SMALL, TRANSFER_SMALL -> tasks.smallFilesAtOnce();
      case READ_LARGE, SEND_PARTS, TRANSFER_PARTS -> sizes.streams();
    };
  }

  private static void await(long millis, BooleanSupplier killed) {
    while (System.currentTimeMillis() < millis) {
      if (killed.getAsBoolean()) {
        throw new CancellationException("The probe was cancelled");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("The probe was interrupted");
      }
    }
  }
}
