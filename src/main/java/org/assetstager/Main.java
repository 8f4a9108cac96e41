package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.SparkUserAppException;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.VisibleWriter;
import org.assetstager.command.AbandonCommand;
import org.assetstager.command.AuditCommand;
import org.assetstager.command.CheckCommand;
import org.assetstager.command.Checked;
import org.assetstager.command.CommitCommand;
import org.assetstager.command.CompletionCommand;
import org.assetstager.command.Output;
import org.assetstager.command.ReportCommand;
import org.assetstager.command.RunsCommand;
import org.assetstager.command.SettingsOptions;
import org.assetstager.command.SnapshotCommand;
import org.assetstager.command.StageCommand;
import org.assetstager.command.VersionText;
import org.assetstager.pipeline.Failures;
import org.assetstager.pipeline.Interruption;
import org.assetstager.progress.Screen;
import org.assetstager.progress.StandardError;
import org.assetstager.progress.Terminal;
import org.assetstager.report.ExitCode;
import org.assetstager.report.Program;
import org.jspecify.annotations.Nullable;
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
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; nothing needs a person",
      "1:the job failed; run it again with --resume",
      "2:the command, the settings or the manifest are wrong; nothing was uploaded",
      "3:done, but some files need a person",
      "4:done, but some uploads failed",
      "130:interrupted; continue with --resume"
    },
    footer = {
      "",
      "Variables of scripts/asset-stager:",
      "  SPARK_HOME           a Spark 4.2 installation. Default: the Spark of the archive",
      "  MASTER               Spark's master. Default: local[*]",
      "  SPARK_PROPERTIES     file with Spark's settings. Default: conf/spark-defaults.conf",
      "  SPARK_DRIVER_MEMORY  memory of the driver, if SPARK_HOME isn't set. Default: 2g",
      "  SPARK_SUBMIT_ARGS    more arguments for spark-submit, split at spaces",
      "  LOG_FORMAT           text, or json for logs in JSON. Default: text",
      "  NO_COLOR             any value turns colours off",
      "",
      "Completion in bash and zsh:",
      "  source <(${COMMAND-FULL-NAME} generate-completion)",
      "",
      "Example:",
      "  ${COMMAND-FULL-NAME} stage --manifest /data/a.jsonl \\",
      "    --config conf/stage.conf --dry-run"
    })
public final class Main implements Runnable {
  /** In the order of the help. */
  private static final List<String> COMMANDS =
      List.of(
          "stage",
          "snapshot",
          "check",
          "runs",
          "report",
          "abandon",
          "audit",
          "commit",
          CompletionCommand.NAME);

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "show where an error happened")
  private boolean debug;

  private final Output output;
  private final boolean withoutSpark;
  private boolean needsSpark;

  @SuppressWarnings("NullAway.Init") // picocli sets the others.
  private Main(Output output, boolean withoutSpark) {
    this.output = output;
    this.withoutSpark = withoutSpark;
  }

  /**
   * Runs a command.
   *
   * @throws SparkUserAppException with the exit code, unless that is 0: it is how a code reaches
   *     the caller of spark-submit, while {@link System#exit} looks like a crash on a cluster
   */
  public static void main(String[] arguments) throws SparkUserAppException {
    StandardError.restore();
    Interruption.endsByAnySignalAlike();
    OutputStream out =
        Screen.install(
            // Not System.out, which hides why it can't be written.
            new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
    int code =
        execute(
            new Output(new OutputStreamWriter(out, UTF_8), Terminal.isColoured()),
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
    return execute(new Output(out), err, arguments);
  }

  private static int execute(Output output, PrintWriter err, String... arguments) {
    return new Main(output, false).execute(err, arguments);
  }

  /**
   * Answers what needs no Spark: questions for help, and wrong usage or settings.
   *
   * @return the exit code; empty where the command is still to be run, with Spark
   */
  static OptionalInt answer(String... arguments) {
    return answer(
        new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), UTF_8),
        new PrintWriter(System.err, true, UTF_8),
        arguments);
  }

  static OptionalInt answer(Writer out, PrintWriter err, String... arguments) {
    Main main = new Main(new Output(out), true);
    int code = main.execute(err, arguments);
    return main.needsSpark ? OptionalInt.empty() : OptionalInt.of(code);
  }

  private int execute(PrintWriter err, String... arguments) {
    CommandLine line = new CommandLine(this);
    String named = named(arguments);
    // The script for completion is about all of them, and a file of arguments may name any.
    boolean all =
        named.equals(CompletionCommand.NAME)
            || Arrays.stream(arguments).anyMatch(argument -> argument.startsWith("@"));
    for (String name : COMMANDS) {
      Object command = command(name);
      line.addSubcommand(name, all || name.equals(named) ? command : described(command));
    }
    // picocli passes these on only to commands that are already added.
    line.setCommandName(Program.name())
        .setOut(output.forHelp())
        .setErr(new PrintWriter(new VisibleWriter(err), true))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setParameterExceptionHandler(this::explainUsage)
        .setExecutionStrategy(this::run)
        .setExecutionExceptionHandler(this::explainFailure);
    try {
      return codeOf(line.execute(arguments), line.getErr());
    } catch (LinkageError e) {
      // As of a native library; picocli hands on exceptions only.
      if (withoutSpark) {
        throw e;
      }
      return explainFailure(e, line.getErr());
    }
  }

  /** Returns the first argument that names a command: picocli runs that one. */
  private static String named(String... arguments) {
    return Arrays.stream(arguments).filter(COMMANDS::contains).findFirst().orElse("");
  }

  /** Returns what the list of commands needs; picocli takes a while for a command's options. */
  private static CommandSpec described(Object command) {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description(command.getClass().getAnnotation(Command.class).description());
    return spec;
  }

  private Object command(String name) {
    return switch (name) {
      case "stage" -> new StageCommand(output);
      case "snapshot" -> new SnapshotCommand(output);
      case "check" -> new CheckCommand(output);
      case "runs" -> new RunsCommand(output);
      case "report" -> new ReportCommand(output);
      case "abandon" -> new AbandonCommand();
      case "audit" -> new AuditCommand(output);
      case "commit" -> new CommitCommand(output);
      case CompletionCommand.NAME -> new CompletionCommand();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private int run(CommandLine.ParseResult parsed) {
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    CommandLine.ParseResult command = parsed;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    // Those that need Spark return their exit code.
    if (command.commandSpec().userObject() instanceof Checked work) {
      if (withoutSpark) {
        check(work, command.commandSpec().commandLine());
        needsSpark = true;
        sayThatSparkStarts(command);
        return ExitCode.DONE.value();
      }
      parsed.commandSpec().commandLine().setOut(output.forPeople());
      if (command.hasMatchedOption("--json")) {
        return runForPrograms(parsed);
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** However it ends, the last line is a result. */
  private int runForPrograms(CommandLine.ParseResult parsed) {
    try (Interruption interruption = Interruption.toldTo(output.forEvents())) {
      return new CommandLine.RunLast().execute(parsed);
    }
  }

  private static void check(Checked work, CommandLine command) {
    try {
      work.check();
    } catch (ParameterException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CommandLine.ExecutionException(command, "not to be run", e);
    }
  }

  /** It takes seconds, in which a person would wonder. */
  private static void sayThatSparkStarts(CommandLine.ParseResult command) {
    boolean quiet = command.hasMatchedOption("--quiet") || command.hasMatchedOption("--json");
    if (!quiet && Terminal.isStandardError()) {
      command.commandSpec().commandLine().getErr().println("Starting Spark ...");
    }
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

  private int explainUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    if (Arrays.asList(arguments).contains("--json")) {
      output.forEvents().end(ExitCode.USAGE, String.valueOf(problem(e)));
    }
    command.getErr().println("asset-stager: " + problem(e));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE.value();
  }

  private static @Nullable String problem(ParameterException e) {
    boolean noCommand =
        e instanceof CommandLine.UnmatchedArgumentException unmatched
            && !unmatched.isUnknownOption()
            && e.getCommandLine().getParent() == null;
    return noCommand
        ? "There is no command '"
            + ((CommandLine.UnmatchedArgumentException) e).getUnmatched().get(0)
            + "'"
        : e.getMessage();
  }

  private int explainFailure(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (Interruption.isUnderWay()) {
      return ExitCode.INTERRUPTED.value();
    }
    if (parsed.hasMatchedOption("--json")
        || (parsed.hasSubcommand() && parsed.subcommand().hasMatchedOption("--json"))) {
      JobFailure failure = Failures.explain(e);
      output.forEvents().end(Failures.exitCode(failure), String.valueOf(failure.getMessage()));
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
