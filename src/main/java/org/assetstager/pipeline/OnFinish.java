package org.assetstager.pipeline;

import java.io.PrintWriter;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.assetstager.asset.JobFailure;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.settings.OnFinishSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the user's command and webhook at the end of a run; {@code on-finish} in the settings. If
 * they fail, that is a warning.
 */
public final class OnFinish {
  private static final Logger LOG = LoggerFactory.getLogger(OnFinish.class);

  private final StageOptions options;
  private final PrintWriter out;
  private @Nullable StageRun run;
  private volatile boolean told;

  public OnFinish(StageOptions options, PrintWriter out) {
    this.options = options;
    this.out = out;
  }

  /** Says which run it is that may fail from here on. */
  public void isOf(StageRun started) {
    run = started;
  }

  /** Leaves the notification to another driver. */
  public void tellNothing() {
    told = true;
  }

  /** Tells of a run's end. */
  void tell(RunReport report) {
    told = true;
    OnFinishSettings settings = options.settings().onFinish();
    FinishNews news =
        new FinishNews(report.runId(), report.exitCode().value(), ReportJson.write(report));
    String command = settings.shownCommand();
    if (command != null) {
      attempt(
          "command " + command,
          () -> FinishCommand.run(settings.command(), settings.timeout(), news));
    }
    URI webhook = settings.webhook();
    if (webhook != null) {
      attempt(
          "webhook " + settings.shownWebhook(),
          () -> FinishWebhook.post(webhook, settings.timeout(), news));
    }
  }

  /**
   * Tells of a run that failed before it could write a report, such as for a wrong manifest or
   * bucket; nothing where its end was told already, or the JVM is interrupted.
   */
  public void tellOfFailure(Exception e) {
    if (told || Interruption.isUnderWay()) {
      return;
    }
    JobFailure failure = Failures.explain(e);
    Instant now = Instant.now();
    tell(
        new RunReport(
            runId(),
            "stage",
            run == null ? options.dryRun() : run.description().dryRun(),
            Version.ofJob(),
            Version.ofSpark(),
            now,
            now,
            Failures.exitCode(failure),
            failure.getMessage(),
            run == null ? options.settings().ledgerPath() : run.folder().location(),
            0,
            new OutcomeTotals(Map.of()),
            0,
            List.of(),
            List.of(),
            Map.of(),
            null,
            null,
            options.settings().describe(),
            null));
  }

  private String runId() {
    if (run != null) {
      return run.description().runId();
    }
    String asked = options.resume() == null ? options.runId() : options.resume();
    return asked != null && StageRun.isRunId(asked) ? asked : "";
  }

  /** Tells by a hook that returns what went wrong, or null. */
  private void attempt(String who, Supplier<@Nullable String> hook) {
    String problem;
    try {
      problem = hook.get();
    } catch (RuntimeException e) {
      // The run has ended all the same. The message is left out: it may name the URL.
      problem = "failed: " + e.getClass().getSimpleName();
    }
    if (problem != null) {
      String warning =
          "The on-finish " + who + " " + problem + ". The run's result and exit code don't change";
      out.println("Warning: " + warning + ".");
      LOG.warn("{}", warning);
    }
  }
}
