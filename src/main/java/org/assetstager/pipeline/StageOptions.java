package org.assetstager.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.assetstager.progress.ProgressMode;
import org.assetstager.report.JsonLines;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code stage} command was asked for.
 *
 * @param manifests paths, folders and globs; empty where a run is resumed
 * @param ama whether the manifests are AMA's
 * @param defaultRoot root of rows that name none, or null
 * @param maxInvalid most bad rows to go on with, or null for any number
 * @param probeSeconds how long a dry run measures what the executors can do; null for not at all
 * @param runId of a run that is new or was started by this id before; null with {@code resume}
 * @param resume id of the run to go on with, or null
 * @param keepSteps whether the records of the steps stay once the run has ended
 * @param quiet whether only errors, and rows that a person must act on, are printed
 * @param verbose whether the steps are told one by one
 * @param events programs are told here what goes on, or null
 * @param config the words of the command line that name the settings file; none without one
 * @param again the other words of a command line that resumes the run, but for its id
 */
public record StageOptions(
    List<String> manifests,
    boolean ama,
    @Nullable String defaultRoot,
    @Nullable Long maxInvalid,
    boolean dryRun,
    @Nullable Integer probeSeconds,
    @Nullable String runId,
    @Nullable String resume,
    boolean keepSteps,
    ProgressMode progress,
    boolean quiet,
    boolean verbose,
    @Nullable JsonLines events,
    List<String> config,
    List<String> again,
    Settings settings) {
  private static final String SET = "--set";

  /**
   * Settings that may hold a secret: credentials, and the arguments of the {@code on-finish}
   * command.
   */
  private static final Pattern NOT_KEPT =
      Pattern.compile(
          "(?s)(asset-stager\\.)?\"?on-finish.*|[^=]*credentials.*|[^=]*=\\W.*credentials.*");

  /** Returns the command that goes on with a run of these options, to be copied to a shell. */
  public String resumeCommand(String id) {
    return RunCommands.resume(id, config, again);
  }

  /** Returns what of {@link #again} may be kept with the run. */
  List<String> kept() {
    return kept(again);
  }

  static List<String> kept(List<String> again) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < again.size(); i++) {
      if (again.get(i).equals(SET) && NOT_KEPT.matcher(again.get(i + 1)).matches()) {
        i++;
      } else {
        kept.add(again.get(i));
      }
    }
    return kept;
  }
}
