package org.assetstager.command;

import java.io.PrintWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.assetstager.asset.VisibleText;
import org.assetstager.pipeline.RunSummary;
import org.assetstager.report.Amounts;
import org.assetstager.report.ExitCode;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.SettingsLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code runs}: lists the runs below {@code ledger.path}. */
@Command(
    name = "runs",
    description =
        "Lists the runs below ledger.path, the latest last: when each was started, how it ended, how"
            + " many rows need a person or failed, and whether it can be resumed.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {"", "Example:", "  asset-stager runs --config conf/stage.conf"})
public final class RunsCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final List<String> HEADER =
      List.of("run id", "started (UTC)", "outcome", "problems", "resume");

  private static final String UNKNOWN = "-";

  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;

  /** Makes the command; picocli sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public RunsCommand() {}

  @Override
  public Integer call() {
    String ledgerPath =
        SettingsLoader.resolveLedgerPath(
            settingsOptions.load().ledgerPath(), SparkContexts.isLocal());
    List<RunSummary> runs =
        RunFolder.below(ledgerPath, SparkContexts.hadoopConfiguration()).stream()
            .parallel()
            .map(RunSummary::of)
            .sorted(RunSummary.BY_START)
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (runs.isEmpty()) {
      out.println("There is no run in " + ledgerPath + " yet.");
    } else {
      print(runs, out);
    }
    return ExitCode.DONE.value();
  }

  private static void print(List<RunSummary> runs, PrintWriter out) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEADER);
    runs.forEach(run -> lines.add(cells(run)));
    Table.print(lines, out);
    runs.stream()
        .filter(run -> run.resume() == RunSummary.Resume.YES)
        .reduce((earlier, later) -> later)
        .ifPresent(run -> out.println("\nGo on with one: asset-stager stage --resume " + run.id()));
  }

  private static List<String> cells(RunSummary run) {
    Long problems = run.problems();
    String known = run.known() == 0 ? "" : " (" + Amounts.count(run.known()) + " known)";
    return Stream.of(
            VisibleText.of(run.id()),
            run.startedAt() == null ? UNKNOWN : TIME.format(run.startedAt()),
            run.outcome(),
            problems == null ? UNKNOWN : Amounts.count(problems) + known,
            switch (run.resume()) {
              case YES -> "yes";
              case NO -> "no";
              case RUNNING -> "no, another driver works on it";
              case OTHER_VERSION -> "with the version that began it";
            })
        .toList();
  }
}
