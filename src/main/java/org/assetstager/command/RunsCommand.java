package org.assetstager.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assetstager.asset.VisibleText;
import org.assetstager.pipeline.RunCommands;
import org.assetstager.pipeline.RunSummary;
import org.assetstager.report.Amounts;
import org.assetstager.report.ExitCode;
import org.assetstager.report.JsonLines;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.SettingsLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code runs}: lists the runs below {@code ledger.path}. */
@Command(
    name = "runs",
    description = {
      "Lists the runs below ledger.path, the latest one last.",
      "It says when each run started, how it ended, how many rows need a person or failed, and"
          + " whether you can resume it. With --quiet it lists only runs that you can resume or"
          + " that have new problems."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {"", "Example:", "  ${COMMAND-FULL-NAME} --config conf/stage.conf"})
public final class RunsCommand implements Checked {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final List<String> HEADER =
      List.of("run id", "started (UTC)", "outcome", "problems", "resume");

  private static final String UNKNOWN = "-";

  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settingsOptions;
  @Mixin private QuietOptions display;

  private final Output output;

  @SuppressWarnings("NullAway.Init") // picocli sets the other fields.
  public RunsCommand(Output output) {
    this.output = output;
  }

  @Override
  public void check() {
    settingsOptions.load();
  }

  @Override
  public Integer call() {
    display.begin(spec);
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
    List<RunSummary> shown =
        display.quiet() ? runs.stream().filter(RunSummary::needsPerson).toList() : runs;
    if (runs.isEmpty()) {
      display.news(out).println("There is no run in " + ledgerPath + " yet.");
    } else if (!shown.isEmpty()) {
      print(shown, out);
    }
    JsonLines events = display.events(output);
    if (events != null) {
      runs.forEach(run -> events.print(event(run)));
      events.end(
          JsonLines.event("result")
              .put("exit_code", ExitCode.DONE.value())
              .put("ledger_path", ledgerPath)
              .put("runs", runs.size()));
    }
    return ExitCode.DONE.value();
  }

  private ObjectNode event(RunSummary run) {
    return JsonLines.event("run")
        .put("run_id", run.id())
        .put("started_at", run.startedAt() == null ? null : run.startedAt().toString())
        .put("dry_run", run.dryRun())
        .put("outcome", run.outcome())
        .put("problems", run.problems())
        .put("known", run.known())
        .put("resume", run.resume() == RunSummary.Resume.YES ? resumeCommand(run) : null);
  }

  private void print(List<RunSummary> runs, PrintWriter out) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEADER);
    runs.forEach(run -> lines.add(cells(run)));
    Table.print(lines, out);
    runs.stream()
        .filter(run -> run.resume() == RunSummary.Resume.YES)
        .reduce((earlier, later) -> later)
        .ifPresent(run -> out.println("\nContinue the latest: " + resumeCommand(run)));
  }

  private String resumeCommand(RunSummary run) {
    // Later ones win.
    List<String> again = new ArrayList<>(run.again());
    List<String> own = settingsOptions.changesAgain();
    for (int i = 0; i < own.size(); i += 2) {
      if (Collections.indexOfSubList(run.again(), own.subList(i, i + 2)) < 0) {
        again.addAll(own.subList(i, i + 2));
      }
    }
    return RunCommands.resume(run.id(), settingsOptions.fileAgain(), again);
  }

  private static List<String> cells(RunSummary run) {
    Long problems = run.problems();
    String known = run.known() == 0 ? "" : " (" + Amounts.count(run.known()) + " known)";
    return Stream.of(
            VisibleText.of(run.id()),
            run.startedAt() == null ? UNKNOWN : TIME.format(run.startedAt()),
            run.outcome() + (run.dryRun() ? " (dry run)" : ""),
            problems == null ? UNKNOWN : Amounts.count(problems) + known,
            switch (run.resume()) {
              case YES -> "yes";
              case NO -> "no";
              case RUNNING -> "no, another driver works on it";
              case OTHER_VERSION -> "only with the version that started it";
            })
        .toList();
  }
}
