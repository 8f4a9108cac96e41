package org.assetstager;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.spark.SparkUserAppException;
import org.assetstager.asset.JobFailure;
import org.assetstager.report.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line: arguments, then settings, then the job, then the exit code. */
@Command(
    name = "asset-stager",
    description = "Verifies the files of versioned data assets and stages their new content in S3.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      StageCommand.class,
      SnapshotCommand.class,
      ReportCommand.class,
      AbandonCommand.class,
      AuditCommand.class,
      PruneCommand.class
    },
    footer = {"", "Example:", "  asset-stager stage --manifest /data/a.jsonl --config stage.conf"})
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "show where an error happened")
  private boolean debug;

  @SuppressWarnings("NullAway.Init") // picocli sets the field.
  private Main() {}

  /**
   * Runs a command.
   *
   * @throws SparkUserAppException with the exit code, unless that is 0: it is how a code reaches
   *     the caller of spark-submit, while {@link System#exit} looks like a crash on a cluster
   */
  public static void main(String[] arguments) throws SparkUserAppException {
    int code =
        execute(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            arguments);
    if (code != ExitCode.DONE.value()) {
      throw new SparkUserAppException(code, null);
    }
  }

  /**
   * Runs a command and returns its exit code.
   *
   * @param out takes what the command is asked for, and summaries
   * @param err takes errors
   */
  static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main();
    CommandLine line =
        new CommandLine(main)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setAbbreviatedOptionsAllowed(false)
            .setParameterExceptionHandler(Main::explainUsage)
            .setExecutionExceptionHandler(main::explainFailure);
    try {
      return line.execute(arguments);
    } catch (LinkageError e) {
      // As of a native library; picocli hands on exceptions only.
      return main.explainFailure(e, err);
    }
  }

  private static int explainUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("asset-stager: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE.value();
  }

  private int explainFailure(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (Interruption.isUnderWay()) {
      return ExitCode.INTERRUPTED.value();
    }
    return explainFailure(e, command.getErr());
  }

  private int explainFailure(Throwable e, PrintWriter err) {
    JobFailure failure = Failures.explain(e);
    err.println("asset-stager: " + failure.getMessage());
    if (debug) {
      e.printStackTrace(err);
    } else if (failure.getCause() != null) {
      err.println("asset-stager: --debug shows where it happened.");
    }
    return Failures.exitCode(failure).value();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing");
  }
}
