package org.assetstager.pipeline;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.digest.PartPlan;
import org.assetstager.report.Estimate;
import org.assetstager.report.Estimator;
import org.assetstager.report.KnownFiles;
import org.assetstager.report.Measured;
import org.assetstager.report.RunReport;
import org.assetstager.report.Uploads;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.assetstager.settings.Settings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.spark.RecordCodec;
import org.assetstager.upload.Probe;
import org.assetstager.upload.UploadResult;
import org.jspecify.annotations.Nullable;

/**
 * What a run would do, as a dry run found out.
 *
 * @param known what it reads besides what is sent
 * @param requests that the dry run sent, by kind
 * @param probe what it measured besides; null if it wasn't asked to
 */
record DryRunPlan(
    Uploads uploads, KnownFiles known, Map<String, Long> requests, @Nullable Probe probe) {
  private static final Set<Outcome> READ =
      Set.of(Outcome.PLANNED, Outcome.KNOWN_REMOTE, Outcome.KNOWN_STAGING, Outcome.CONFLICT);

  /** What is read of a ledger's row. */
  record Planned(
      @Nullable Long size,
      Outcome outcome,
      @Nullable String detail,
      @Nullable String duplicateOf,
      boolean md5Computed) {
    static final RecordCodec<Planned> CODEC = RecordCodec.of(Planned.class);
  }

  /** What rows come to. */
  record Counted(Uploads uploads, KnownFiles known) implements Serializable {
    Counted plus(Counted other) {
      return new Counted(uploads.plus(other.uploads), known.plus(other.known));
    }
  }

  /** Counts what a dry run's ledger has planned. */
  static DryRunPlan of(
      LedgerFiles ledger, UploadSettings upload, DigestMode digest, Map<String, Long> requests) {
    Counted counted = count(ledger, upload);
    KnownFiles known = digest == DigestMode.ALWAYS ? counted.known() : KnownFiles.NONE;
    return new DryRunPlan(counted.uploads(), known, requests, null);
  }

  private static Counted count(LedgerFiles ledger, UploadSettings upload) {
    Count count = new Count(upload.multipartThresholdBytes(), upload.partSizeBytes());
    if (!ledger.isShort()) {
      return ledger.rows(Planned.CODEC, READ).mapPartitions(count).collect().stream()
          .reduce(new Counted(Uploads.NONE, KnownFiles.NONE), Counted::plus);
    }
    try (LedgerReader<Planned> rows = ledger.read(Planned.CODEC, READ)) {
      return count.of(rows);
    }
  }

  /** Counts the rows that represent a content that is sent, and those that are only read. */
  record Count(long multipartThreshold, long partSize)
      implements FlatMapFunction<Iterator<Planned>, Counted> {
    @Override
    public Iterator<Counted> call(Iterator<Planned> rows) {
      return List.of(of(rows)).iterator();
    }

    Counted of(Iterator<Planned> rows) {
      Uploads uploads = Uploads.NONE;
      KnownFiles known = KnownFiles.NONE;
      while (rows.hasNext()) {
        Planned row = rows.next();
        if (row.outcome() == Outcome.PLANNED && row.duplicateOf() == null) {
          uploads = uploads.plus(upload(row));
        } else if (READ.contains(row.outcome()) && !row.md5Computed()) {
          known = known.plus(known(row));
        }
      }
      return new Counted(uploads, known);
    }

    private KnownFiles known(Planned row) {
      Total one = new Total(1, row.size() == null ? 0 : row.size());
      return one.bytes() <= multipartThreshold
          ? new KnownFiles(one, Total.NONE)
          : new KnownFiles(Total.NONE, one);
    }

    private Uploads upload(Planned row) {
      long size = row.size() == null ? 0 : row.size();
      boolean single = size <= multipartThreshold;
      boolean replaced = row.detail() != null && row.detail().contains(UploadResult.REPLACED);
      return new Uploads(
          single ? 1 : 0,
          single ? 0 : 1,
          single ? 0 : PartPlan.of(size, partSize).count(),
          replaced ? 1 : 0,
          size,
          single ? 0 : size);
    }
  }

  /**
   * Returns the same with what is measured, if the options ask for it; aborts what an earlier
   * attempt at that has left open.
   */
  DryRunPlan probed(ProbeStep step, StageOptions options) {
    Integer seconds = options.probeSeconds();
    try {
      Map<String, Long> before = step.sentBefore(requests, seconds != null);
      Probe measured = seconds == null ? null : step.measure(uploads, known, seconds);
      return new DryRunPlan(uploads, known, before, measured);
    } finally {
      step.abortLeftovers();
    }
  }

  /** Returns the requests as the report has them. */
  RunReport.Plan plan() {
    return new RunReport.Plan(
        uploads.puts() + uploads.multiparts(),
        requests.getOrDefault("LIST", 0L),
        requests.getOrDefault("HEAD", 0L),
        uploads.puts(),
        uploads.parts(),
        uploads.bytes());
  }

  /**
   * Estimates what the run takes.
   *
   * @param phases of the dry run
   * @param resumed whether it took more than one attempt
   * @param cores that the run in earnest has too
   */
  Estimate estimate(Settings settings, List<RunReport.Phase> phases, boolean resumed, int cores) {
    // A run doesn't probe.
    double seconds =
        phases.stream()
            .filter(phase -> !phase.name().equals(ProbeStep.STEP))
            .mapToDouble(RunReport.Phase::seconds)
            .sum();
    return new Estimator(settings.cost(), settings.upload())
        .of(uploads, new Measured(requests, seconds, resumed, cores, known, probe));
  }
}
