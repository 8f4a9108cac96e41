package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import org.apache.spark.SparkUserAppException;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.VisibleWriter;
import org.assetstager.command.AbandonCommand;
import org.assetstager.command.AuditCommand;
import org.assetstager.command.CheckCommand;
import org.assetstager.command.CommitCommand;
import org.assetstager.command.Output;
import org.assetstager.command.ReportCommand;
import org.assetstager.command.RunsCommand;
import org.assetstager.command.SettingsOptions;
import org.assetstager.command.SnapshotCommand;
import org.assetstager.command.StageCommand;
import org.assetstager.command.VersionText;
import org.assetstager.pipeline.Failures;
import org.assetstager.pipeline.Interruption;
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
    versionProvider = VersionText.class,
    footer = {"", "Example:", "  asset-stager stage --manifest /data/a.jsonl --config stage.conf"})
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "show where an error happened")
  private boolean debug;

  private final Output output;

  @SuppressWarnings("NullAway.Init") // picocli sets the others.
  private Main(Output output) {
    this.output = output;
  }

  /**
   * Runs a command.
   *
   * @throws SparkUserAppException with the exit code, unless that is 0: it is how a code reaches
   *     the caller of spark-submit, while {@link System#exit} looks like a crash on a cluster
   */
  public static void main(String[] arguments) throws SparkUserAppException {
    Interruption.endsByAnySignalAlike();
    int code =
        execute(
            // Not System.out, which hides why it can't be written.
            new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), UTF_8),
            new PrintWriter(System.err, true, UTF_8),
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
  static int execute(Writer out, PrintWriter err, String... arguments) {
    Main main = new Main(new Output(out));
    CommandLine line =
        new CommandLine(main)
            .addSubcommand(new StageCommand(main.output))
            .addSubcommand(new SnapshotCommand(main.output))
            .addSubcommand(new CheckCommand())
            .addSubcommand(new RunsCommand())
            .addSubcommand(new ReportCommand(main.output))
            .addSubcommand(new AbandonCommand())
            .addSubcommand(new AuditCommand(main.output))
            .addSubcommand(new CommitCommand(main.output))
            .setOut(main.output.forHelp())
            .setErr(new PrintWriter(new VisibleWriter(err), true))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setAbbreviatedOptionsAllowed(false)
            .setParameterExceptionHandler(Main::explainUsage)
            .setExecutionStrategy(main::run)
            .setExecutionExceptionHandler(main::explainFailure);
    try {
      return main.codeOf(line.execute(arguments), line.getErr());
    } catch (LinkageError e) {
      // As of a native library; picocli hands on exceptions only.
      return main.explainFailure(e, line.getErr());
    }
  }

  private int run(CommandLine.ParseResult parsed) {
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    parsed.commandSpec().commandLine().setOut(output.forPeople());
    return new CommandLine.RunLast().execute(parsed);
  }

  /** A command whose result is what it prints has failed where that was lost. */
  private int codeOf(int code, PrintWriter err) {
    if (!output.hasFailed()) {
      return code;
    }
    String problem = output.problem();
    if (problem != null) {
      err.println("asset-stager: " + problem);
    }
    return code == ExitCode.DONE.value() && !output.mayBeLost() ? ExitCode.FAILED.value() : code;
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
    int code = explainFailure(e, command.getErr());
    String source = SettingsOptions.foundFile(command);
    if (source != null) {
      command.getErr().println("asset-stager: The settings are those of " + source + ".");
    }
    return code;
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
