package org.assetstager;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.Amounts;
import org.assetstager.report.ExitCode;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.SettingsLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code prune}: removes what finished runs needed only to be resumed. */
@Command(
    name = "prune",
    description = {
      "Removes the step records of runs that ended long ago.",
      "Never a ledger, a report or an audit; never anything of a run that can be resumed."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Example:",
      "  asset-stager prune --ledger file:///shared/ledger --older-than 30d --dry-run"
    })
final class PruneCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--ledger",
      paramLabel = "L",
      description = "folder of the ledgers. Default: ledger.path of --config")
  private @Nullable String ledger;

  @Option(names = "--config", paramLabel = "F", description = "settings file")
  private @Nullable Path config;

  @Option(
      names = "--older-than",
      required = true,
      paramLabel = "AGE",
      converter = Age.class,
      description = "how long ago a run must have ended: 30d, 12h, 90m or 45s")
  private Duration olderThan;

  @Option(names = "--dry-run", description = "only say what would be removed")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  PruneCommand() {}

  /** Reads an age. */
  static final class Age implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([dhms])");

    @Override
    public Duration convert(String text) {
      Matcher age = FORM.matcher(text);
      if (!age.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no age: expected a whole number and d, h, m or s, such as 30d");
      }
      long number = Long.parseLong(age.group(1));
      return switch (age.group(2)) {
        case "d" -> Duration.ofDays(number);
        case "h" -> Duration.ofHours(number);
        case "m" -> Duration.ofMinutes(number);
        default -> Duration.ofSeconds(number);
      };
    }
  }

  @Override
  public Integer call() {
    String path = ledgerPath();
    return SparkSessions.run("prune", spark -> prune(spark, path));
  }

  private String ledgerPath() {
    if (ledger != null) {
      return ledger;
    }
    if (config != null) {
      return SettingsLoader.load(config, List.of()).ledgerPath();
    }
    throw new ParameterException(
        spec.commandLine(), "Missing --ledger: name the folder of the ledgers, or a --config");
  }

  private int prune(SparkSession spark, String path) {
    String resolved = SettingsLoader.resolveLedgerPath(path, spark.sparkContext().isLocal());
    Pruning pruning = new Pruning(Instant.now().minus(olderThan), dryRun);
    List<RunFolder> runs = RunFolder.below(resolved, spark.sparkContext().hadoopConfiguration());
    PrintWriter out = spec.commandLine().getOut();
    long files = 0;
    long bytes = 0;
    int pruned = 0;
    boolean failed = false;
    for (RunFolder run : runs) {
      Pruning.Result result = pruning.prune(run);
      out.println(VisibleText.of(run.name()) + "  " + words(result));
      if (result.kind() == Pruning.Kind.REMOVED) {
        pruned++;
        files += result.removed().files();
        bytes += result.removed().bytes();
      }
      failed |= result.kind() == Pruning.Kind.FAILED;
    }
    out.println(
        (dryRun ? "A dry run. Would remove " : "Removed ")
            + Amounts.count(files, "file")
            + ", "
            + Amounts.bytes(bytes)
            + ", of "
            + Amounts.count(pruned, "run")
            + " out of "
            + Amounts.count(runs.size())
            + " in "
            + resolved);
    return failed ? ExitCode.FAILED.value() : ExitCode.DONE.value();
  }

  private String words(Pruning.Result result) {
    return switch (result.kind()) {
      case REMOVED ->
          (dryRun ? "would be pruned: " : "pruned: ")
              + Amounts.count(result.removed().files(), "file")
              + ", "
              + Amounts.bytes(result.removed().bytes());
      case KEPT -> "kept: " + result.reason();
      case FAILED -> "not pruned: " + result.reason();
    };
  }
}
