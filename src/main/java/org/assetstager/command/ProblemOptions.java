package org.assetstager.command;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.pipeline.StageRun;
import org.assetstager.run.RunDescription;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which rows that need a person don't count for the exit code. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ProblemOptions {
  @Option(
      names = "--known-problems",
      paramLabel = "R",
      description =
          "an earlier run, by its id or folder: rows that had the same problem in that run (same"
              + " root, path, outcome and remedy code) don't count for the exit code")
  private @Nullable String knownProblems;

  @Option(
      names = "--max-problems",
      paramLabel = "N",
      description =
          "exit with 3 only if more than N rows need a person, not counting known problems."
              + " Default: 0")
  private @Nullable Long maxProblems;

  /** Throws {@link ParameterException} if the options can't be meant. */
  void requireUsage(CommandLine command) {
    if (maxProblems != null && maxProblems < 0) {
      throw new ParameterException(command, "--max-problems " + maxProblems + " is negative");
    }
  }

  /** Returns the words of a command line that have the same exit code again. */
  List<String> again() {
    List<String> words = new ArrayList<>();
    if (knownProblems != null) {
      words.addAll(List.of("--known-problems", knownProblems));
    }
    if (maxProblems != null) {
      words.addAll(List.of("--max-problems", maxProblems.toString()));
    }
    return words;
  }

  /**
   * Returns the run with the problems that don't count for its exit code. With {@code --resume}, an
   * option that isn't given again is as it was.
   *
   * @param ledgerPath of the settings, below which a run named by its id lies
   * @param resume whether the command only names the run
   */
  StageRun of(StageRun run, JavaSparkContext spark, String ledgerPath, boolean resume) {
    RunDescription before = run.description();
    String known =
        knownProblems == null
            ? (resume ? before.knownProblems() : null)
            : RunOption.folder("--known-problems", knownProblems, spark, ledgerPath).location();
    Long most = maxProblems == null && resume ? before.maxProblems() : maxProblems;
    return new StageRun(run.folder(), before.withProblems(known, most), run.resumed());
  }
}
