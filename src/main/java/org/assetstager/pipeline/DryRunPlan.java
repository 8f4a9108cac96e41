package org.assetstager.pipeline;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.digest.PartPlan;
import org.assetstager.report.Estimate;
import org.assetstager.report.Estimator;
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
import org.assetstager.upload.TaskLimits;
import org.assetstager.upload.UploadResult;
import org.jspecify.annotations.Nullable;

/**
 * What a run would do, as a dry run found out.
 *
 * @param requests that the dry run sent, by kind
 * @param probe what it measured besides; null if it wasn't asked to
 */
record DryRunPlan(Uploads uploads, Map<String, Long> requests, @Nullable Probe probe) {
  private static final Set<Outcome> PLANNED = Set.of(Outcome.PLANNED);

  /** What is read of a ledger's row. */
  record Planned(
      @Nullable Long size, Outcome outcome, @Nullable String detail, @Nullable String duplicateOf) {
    static final RecordCodec<Planned> CODEC = RecordCodec.of(Planned.class);
  }

  /** Counts what a dry run's ledger has planned. */
  static DryRunPlan of(LedgerFiles ledger, UploadSettings upload, Map<String, Long> requests) {
    Count count = new Count(upload.multipartThresholdBytes(), upload.partSizeBytes());
    if (!ledger.isShort()) {
      Uploads all =
          ledger.rows(Planned.CODEC, PLANNED).mapPartitions(count).collect().stream()
              .reduce(Uploads.NONE, Uploads::plus);
      return new DryRunPlan(all, requests, null);
    }
    try (LedgerReader<Planned> rows = ledger.read(Planned.CODEC, PLANNED)) {
      return new DryRunPlan(count.of(rows), requests, null);
    }
  }

  /** Counts the rows that represent a content. */
  record Count(long multipartThreshold, long partSize)
      implements FlatMapFunction<Iterator<Planned>, Uploads> {
    @Override
    public Iterator<Uploads> call(Iterator<Planned> rows) {
      return List.of(of(rows)).iterator();
    }

    Uploads of(Iterator<Planned> rows) {
      Uploads uploads = Uploads.NONE;
      while (rows.hasNext()) {
        Planned row = rows.next();
        if (row.outcome() == Outcome.PLANNED && row.duplicateOf() == null) {
          uploads = uploads.plus(upload(row));
        }
      }
      return uploads;
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
  DryRunPlan probed(ProbeStep step, StageOptions options, Map<Outcome, Total> totals) {
    Integer seconds = options.probeSeconds();
    try {
      return seconds == null
          ? this
          : new DryRunPlan(
              uploads, requests, step.measure(uploads, known(options.settings(), totals), seconds));
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
   * @param totals of the dry run
   */
  Estimate estimate(
      Settings settings,
      List<RunReport.Phase> phases,
      boolean resumed,
      int cores,
      Map<Outcome, Total> totals) {
    // A run doesn't probe.
    double seconds =
        phases.stream()
            .filter(phase -> !phase.name().equals(ProbeStep.STEP))
            .mapToDouble(RunReport.Phase::seconds)
            .sum();
    int inFlight = cores * TaskLimits.SMALL_FILES_AT_ONCE;
    Total known = known(settings, totals);
    return new Estimator(settings.cost(), settings.upload())
        .of(
            uploads,
            new Measured(requests, seconds, resumed, inFlight, known.rows(), known.bytes(), probe));
  }

  /** Returns what is read besides what is sent. */
  Total known(Settings settings, Map<Outcome, Total> totals) {
    if (settings.verify().digest() != DigestMode.ALWAYS) {
      return Total.NONE;
    }
    Total all =
        Stream.of(Outcome.KNOWN_REMOTE, Outcome.KNOWN_STAGING, Outcome.CONFLICT, Outcome.PLANNED)
            .map(outcome -> totals.getOrDefault(outcome, Total.NONE))
            .reduce(Total.NONE, Total::plus);
    return new Total(
        all.rows() - uploads.puts() - uploads.multiparts(),
        Math.max(0, all.bytes() - uploads.bytes()));
  }
}
