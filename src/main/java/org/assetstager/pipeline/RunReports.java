package org.assetstager.pipeline;

import java.time.Instant;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.ProblemCounts;
import org.assetstager.report.RunReport;
import org.assetstager.report.html.Attempt;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.RunDescription;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Makes the reports of a run.
 *
 * @param known which problems don't count for the exit code
 */
record RunReports(StageRun run, Settings settings, KnownProblems known) {
  /**
   * Returns the report of a run that has ended.
   *
   * @param plan what a run would do; null if this was one
   */
  RunReport ended(
      JavaSparkContext spark,
      Pipeline.Result result,
      LedgerFiles ledger,
      @Nullable DryRunPlan plan,
      List<Attempt> attempts) {
    OutcomeTotals totals = new OutcomeTotals(result.totals());
    ProblemCounts problems = known.count(spark, ledger, totals);
    return report(totals.exitCode(problems), null, result, attempts, plan, problems);
  }

  /**
   * Returns the report of a run that failed or was interrupted.
   *
   * @param error why
   * @param soFar the result of its finished steps
   */
  RunReport broken(ExitCode code, String error, Pipeline.Result soFar, List<Attempt> attempts) {
    return report(code, error, soFar, attempts, null, null);
  }

  private RunReport report(
      ExitCode code,
      @Nullable String error,
      Pipeline.Result result,
      List<Attempt> attempts,
      @Nullable DryRunPlan plan,
      @Nullable ProblemCounts problems) {
    RunDescription description = run.description();
    List<RunReport.Phase> phases = Attempt.phasesOf(attempts);
    OutcomeTotals totals = new OutcomeTotals(result.totals());
    return new RunReport(
        description.runId(),
        "stage",
        description.dryRun(),
        Version.ofJob(),
        Version.ofSpark(),
        Instant.ofEpochMilli(description.startedAtMillis()),
        Instant.now(),
        code,
        error,
        run.folder().location(),
        result.manifestRows(),
        totals,
        result.totals().getOrDefault(Outcome.STAGED, Total.NONE).bytes(),
        attempts.stream()
            .map(
                attempt ->
                    new RunReport.Attempt(
                        Instant.ofEpochMilli(attempt.startedAt()),
                        Instant.ofEpochMilli(attempt.endedAt())))
            .toList(),
        phases,
        Attempt.requestsOf(attempts),
        plan == null ? null : plan.plan(),
        plan == null ? null : plan.estimate(settings, phases, run.resumed(), description.cores()),
        settings.describe(),
        problems);
  }
}
