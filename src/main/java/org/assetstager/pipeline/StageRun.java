package org.assetstager.pipeline;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile;
import org.assetstager.manifest.ManifestFiles;
import org.assetstager.report.Places;
import org.assetstager.report.RunReport;
import org.assetstager.run.OvertakenException;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunStart;
import org.assetstager.run.StepCommits;
import org.assetstager.settings.Settings;
import org.assetstager.upload.UploadLog;
import org.jspecify.annotations.Nullable;

/**
 * A run that is about to start or to go on.
 *
 * @param description what it is done with, recorded in its folder when it first starts
 * @param resumed whether it was started before
 */
public record StageRun(RunFolder folder, RunDescription description, boolean resumed) {
  private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  static final String LEDGER_FORMAT = "ledger.format";

  /**
   * Looks at what a run is to be done with; nothing is written yet.
   *
   * <p>A run id that was given before names the same run: it goes on, or is done already.
   *
   * @throws JobFailure if the manifest can't be found, or a run that goes on was started with
   *     something else
   */
  public static StageRun prepare(JavaSparkContext spark, StageOptions options) {
    String resume = options.resume();
    if (resume != null) {
      return resume(spark, options, resume);
    }
    String runId = Objects.requireNonNull(options.runId());
    return isStarted(spark, options, runId)
        ? resume(spark, options, runId)
        : begin(spark, options, runId);
  }

  private static boolean isStarted(JavaSparkContext spark, StageOptions options, String runId) {
    requireRunId(runId);
    RunFolder folder = folder(spark, options, runId);
    return folder.exists(RunDescription.FILE) && EndedRun.ofRefused(folder) == null;
  }

  private static StageRun begin(JavaSparkContext spark, StageOptions options, String runId) {
    List<ManifestFile> manifests =
        ManifestFiles.find(options.manifests(), options.ama(), spark.hadoopConfiguration());
    RunFolder folder = folder(spark, options, runId);
    requireFree(folder, runId);
    RunDescription description =
        new RunDescription(
            RunDescription.FORMAT,
            runId,
            manifests,
            options.defaultRoot(),
            options.maxInvalid(),
            options.dryRun(),
            spark.defaultParallelism(),
            options.settings().fingerprint(),
            options.settings().describe(),
            System.currentTimeMillis(),
            UUID.randomUUID().toString(),
            null,
            null,
            options.kept());
    return new StageRun(folder, description, false);
  }

  private static StageRun resume(JavaSparkContext spark, StageOptions options, String runId) {
    requireRunId(runId);
    RunFolder folder = folder(spark, options, runId);
    RunDescription description =
        RunDescription.find(folder)
            .orElseThrow(
                () ->
                    JobFailure.input(
                        "There is no run " + runId + " in " + folder.location(),
                        "Check the run id and ledger.path"));
    requireSameFormat(folder, description);
    requireSameOptions(options, description);
    requireSameSettings(
        folder,
        description,
        options.settings(),
        "Resume with the same settings (only credentials, limits, timeouts and on-finish may"
            + " change), or start a new run by another --run-id");
    requireSameManifests(spark, options, folder, description);
    return new StageRun(folder, description, true);
  }

  /**
   * Makes sure that settings are those of a run, as far as its results depend on them.
   *
   * @throws JobFailure of kind INPUT if they aren't, with the remedy
   */
  public static void requireSameSettings(
      RunFolder folder, RunDescription run, Settings settings, String remedy) {
    if (!run.settingsFingerprint().equals(settings.fingerprint())) {
      throw JobFailure.input(
          "The settings are not those that the run "
              + run.runId()
              + " was started with (its folder, "
              + folder.location()
              + ", has them)",
          remedy);
    }
  }

  private static void requireSameFormat(RunFolder folder, RunDescription description) {
    if (description.format() != RunDescription.FORMAT && EndedRun.ofFinished(folder) == null) {
      throw JobFailure.input(
          "The run " + description.runId() + " was started by another version of this job",
          "Resume it with that version, or start a new run, which finds what this one has staged");
    }
  }

  private static void requireSameOptions(StageOptions options, RunDescription description) {
    if (options.dryRun() != description.dryRun()) {
      throw otherwise(
          description, (description.dryRun() ? "with" : "without") + " --dry-run", "the same way");
    }
    boolean wholeCommand = options.resume() == null;
    requireSame(
        description, "--root", options.defaultRoot(), description.defaultRoot(), wholeCommand);
    requireSame(
        description, "--max-invalid", options.maxInvalid(), description.maxInvalid(), wholeCommand);
    String format = description.settings().get(LEDGER_FORMAT);
    if (!Objects.equals(format, options.settings().describe().get(LEDGER_FORMAT))) {
      String option = "with --ledger-format " + format;
      throw otherwise(description, option, option);
    }
  }

  /** With {@code --resume}, an option that isn't given again is as it was. */
  private static void requireSame(
      RunDescription description,
      String option,
      @Nullable Object now,
      @Nullable Object then,
      boolean wholeCommand) {
    if ((now != null || wholeCommand) && !Objects.equals(now, then)) {
      throw otherwise(
          description,
          then == null ? "without " + option : "with " + option + " " + then,
          wholeCommand ? "in the same way" : "without " + option);
    }
  }

  private static JobFailure otherwise(RunDescription description, String started, String remedy) {
    return JobFailure.input(
        "The run " + description.runId() + " was started " + started, "Resume it " + remedy);
  }

  private static void requireSameManifests(
      JavaSparkContext spark, StageOptions options, RunFolder folder, RunDescription description) {
    var configuration = spark.hadoopConfiguration();
    List<ManifestFile> now =
        options.manifests().isEmpty()
            ? ManifestFiles.lookAgain(description.manifests(), configuration)
            : ManifestFiles.find(options.manifests(), options.ama(), configuration);
    if (!now.equals(description.manifests())) {
      String changed =
          now.stream()
              .filter(file -> !description.manifests().contains(file))
              .map(ManifestFile::path)
              .findFirst()
              .orElse("fewer files");
      throw JobFailure.input(
          "The manifest is not the one that the run "
              + description.runId()
              + " was started with: "
              + changed,
          "Put it back as it was, or start a new run by "
              + (EndedRun.ofRefused(folder) != null
                  ? "--run-id " + description.runId() + ", which is free again"
                  : "another --run-id"));
    }
  }

  private static RunFolder folder(JavaSparkContext spark, StageOptions options, String runId) {
    return new RunFolder(options.settings().ledgerPath(), runId, spark.hadoopConfiguration());
  }

  /** Whether a run may be called so. */
  public static boolean isRunId(String text) {
    return RUN_ID.matcher(text).matches();
  }

  /**
   * Makes sure that a run may be called so.
   *
   * @throws JobFailure of kind INPUT if it may not
   */
  public static void requireRunId(String runId) {
    if (!isRunId(runId)) {
      throw JobFailure.input(
          "'" + runId + "' is not a valid run id",
          "Use 1 to 100 characters of A-Z a-z 0-9 . _ -, beginning with a letter or digit");
    }
  }

  /**
   * Records what a new run is done with, in the place of one that was refused before it did
   * anything; called under the run's lock.
   *
   * @throws OvertakenException if another driver has started a run of this id meanwhile
   */
  public void record() {
    if (!resumed) {
      RunDescription refused = RunDescription.find(folder).orElse(null);
      if (refused != null && EndedRun.ofRefused(folder) == null) {
        throw OvertakenException.atTheStart(folder);
      }
      // The reports stay until the run is under way: while one calls it refused, the id is free.
      if (!RunStart.start(folder, description, refused, List.of(Attempts.FOLDER))) {
        throw OvertakenException.atTheStart(folder);
      }
    }
  }

  /**
   * Returns the report of a run that had ended before it was resumed; null where there is something
   * left to do.
   *
   * @throws OvertakenException if it is that of another run of this id
   */
  @Nullable RunReport ended() {
    RunReport report = resumed ? EndedRun.ofFinished(folder) : null;
    if (report != null && description.format() == RunDescription.FORMAT) {
      new StepCommits(folder, description.nonce()).find(Steps.SCAN);
    }
    return report;
  }

  private static void requireFree(RunFolder folder, String runId) {
    boolean started =
        folder.exists(RunDescription.FILE)
            || folder.exists(StepCommits.FOLDER)
            || folder.exists("ledger");
    if (started && EndedRun.ofRefused(folder) == null) {
      throw JobFailure.input(
          "There is already a run " + runId + " in " + folder.location(),
          "Continue it with --resume " + runId + ", or choose another --run-id");
    }
  }

  /** Prints what the run is called and where it writes. */
  public void print(PrintWriter out) {
    out.println("run id  " + description.runId());
    out.println("ledger  " + Places.path(folder.location()));
  }

  /** Returns the record of the run's open multipart uploads. */
  UploadLog uploadLog() {
    return new UploadLog(folder);
  }
}
