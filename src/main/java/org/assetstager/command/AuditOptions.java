package org.assetstager.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.audit.AuditScope;
import org.assetstager.audit.EarlierAudit;
import org.assetstager.audit.HeldIn;
import org.assetstager.audit.Share;
import org.assetstager.audit.TimeLimit;
import org.assetstager.pipeline.StageRun;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.Settings;
import org.assetstager.settings.Units;
import org.assetstager.spark.PlainFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How much an audit looks at, and what for. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class AuditOptions {
  @Option(
      names = "--deep",
      description = "read every object back and hash it, instead of comparing size and ETag")
  private boolean deep;

  @Option(
      names = "--share",
      paramLabel = "K/N",
      defaultValue = "1/1",
      description =
          "check only a share of the contents, such as 1/30, the first of 30. The MD5 determines a"
              + " content's share, so each content is in exactly one, and always in the same one")
  private String share;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      description =
          "check no further content after this time, such as 30m or 4h, and say what is left. With"
              + " --safe-to-delete, files are looked at after that")
  private @Nullable String timeLimit;

  @Option(
      names = "--since",
      paramLabel = "AUDIT",
      description =
          "skip the contents that an earlier audit, or one that it continued, has checked: its id,"
              + " for an audit of the same run, or its folder")
  private @Nullable String since;

  @Option(
      names = "--safe-to-delete",
      description =
          "print the absolute paths of the files that you can delete, each ended by NUL: they are"
              + " exactly what the run hashed, and their content is proved to be in the bucket of"
              + " --in now. This deletes nothing. Standard error says why other files must stay."
              + " Exit code 0 if every row could be checked, else 1")
  private boolean safeToDelete;

  @Option(
      names = "--in",
      paramLabel = "BUCKET",
      description =
          "with --safe-to-delete: where the content must be: ${COMPLETION-CANDIDATES}. Default:"
              + " remote")
  private @Nullable HeldIn wanted;

  /** Throws {@link ParameterException} if the options can't be meant. */
  void requireUsage(CommandLine command, boolean json) {
    if (wanted != null && !safeToDelete) {
      throw new ParameterException(command, "--in needs --safe-to-delete: give both");
    }
    if (json && safeToDelete) {
      throw new ParameterException(
          command,
          "--json and --safe-to-delete both print to standard output: give one of them; the numbers"
              + " are in the audit's audit.json too");
    }
    try {
      Share.parse(share);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, "--share: " + e.getMessage(), e);
    }
    if (timeLimit != null) {
      try {
        time(timeLimit);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            command, "--time-limit '" + timeLimit + "' is not a time such as 30m or 4h", e);
      }
    }
  }

  /** A number alone would be milliseconds. */
  private static Duration time(String text) {
    Duration time = Units.parseDuration(text);
    if (text.matches("[0-9.]*") || time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(text);
    }
    return time;
  }

  boolean isSafeToDelete() {
    return safeToDelete;
  }

  /** Returns what is to be looked at; its time begins now. */
  AuditScope scope() {
    HeldIn where = wanted == null ? HeldIn.REMOTE : wanted;
    return new AuditScope(
        deep,
        safeToDelete ? where : null,
        Share.parse(share),
        timeLimit == null ? TimeLimit.NONE : TimeLimit.of(time(timeLimit)));
  }

  /** Returns the folders of the audits whose contents are left out. */
  List<RunFolder> earlier(JavaSparkContext spark, RunFolder run, Settings settings) {
    return since == null
        ? List.of()
        : EarlierAudit.chain(
            since, name -> folder(name, spark, run), RunOption.places(settings), scope());
  }

  private static RunFolder folder(String name, JavaSparkContext spark, RunFolder run) {
    String location =
        StageRun.isRunId(name)
            ? run.location() + "/audits/" + name
            : PlainFiles.named("--since", name, spark.hadoopConfiguration()).toString();
    return new RunFolder(location, spark.hadoopConfiguration());
  }

  /** Returns the words of a command line that looks at what an audit leaves. */
  List<String> again(String audit) {
    List<String> words = new ArrayList<>(List.of("--since", audit));
    if (deep) {
      words.add("--deep");
    }
    if (!share.equals(Share.ALL.toString())) {
      words.addAll(List.of("--share", share));
    }
    if (timeLimit != null) {
      words.addAll(List.of("--time-limit", timeLimit));
    }
    if (safeToDelete) {
      words.add("--safe-to-delete");
    }
    if (wanted != null) {
      words.addAll(List.of("--in", wanted.name().toLowerCase(Locale.ROOT)));
    }
    return words;
  }
}
