package org.assetstager.command;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.pipeline.KnownProblems;
import org.assetstager.run.RunFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which rows that need a person don't count for the exit code. No run has a record of them. */
final class ProblemOptions {
  @Option(
      names = "--known-problems",
      paramLabel = "R",
      description =
          "an earlier run, by its id or folder: rows that need a person, and did so in that run (same"
              + " root, path, outcome and remedy code), don't count for the exit code")
  private @Nullable String knownProblems;

  @Option(
      names = "--max-problems",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "exit with 3 only if more rows than these need a person, those that are known not counted."
              + " Default: ${DEFAULT-VALUE}")
  private long maxProblems;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  ProblemOptions() {}

  /** Throws {@link ParameterException} if the options can't be meant. */
  void requireUsage(CommandLine command) {
    if (maxProblems < 0) {
      throw new ParameterException(command, "--max-problems " + maxProblems + " is negative");
    }
  }

  /** Returns the words of a command line that have the same exit code again. */
  List<String> again() {
    List<String> words = new ArrayList<>();
    if (knownProblems != null) {
      words.addAll(List.of("--known-problems", knownProblems));
    }
    if (maxProblems > 0) {
      words.addAll(List.of("--max-problems", Long.toString(maxProblems)));
    }
    return words;
  }

  /**
   * Returns the problems that are known.
   *
   * @param ledgerPath of the settings, below which a run named by its id lies
   */
  KnownProblems known(JavaSparkContext spark, String ledgerPath) {
    RunFolder folder =
        knownProblems == null
            ? null
            : RunOption.folder("--known-problems", knownProblems, spark, ledgerPath);
    return KnownProblems.of(folder, maxProblems);
  }
}
