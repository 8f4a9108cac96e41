package org.assetstager.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.assetstager.manifest.ManifestFile;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.report.Program;
import org.assetstager.report.ShellWord;
import org.assetstager.run.RunDescription;

/**
 * The commands that go on with a run, or do it once more, to be copied to a shell: with the options
 * that it was started with.
 */
public final class RunCommands {
  /** Stands for the settings file, which no run records; a shell that lacks it says so. */
  private static final String CONFIG = "\"${CONFIG:?set it to your settings file}\"";

  /** With more manifests, a command would be too long to paste. */
  private static final int MOST_MANIFESTS = 20;

  private static final String DRY_RUN = "--dry-run";

  /** Needs a dry run: without it, the command that does one stages in earnest. */
  private static final String PROBE = "--probe=";

  private RunCommands() {}

  /**
   * Returns the command that goes on with a run.
   *
   * @param config the words that name the settings file; none where there is no file
   * @param again the run's other options
   */
  public static String resume(String id, List<String> config, List<String> again) {
    List<String> words = new ArrayList<>(List.of(Program.name(), "stage", "--resume", id));
    words.addAll(config);
    words.addAll(again);
    return ShellWord.command(words);
  }

  /** As {@link #resume(String, List, List)}, of a run whose settings file isn't known. */
  public static String resume(RunDescription run) {
    return Program.word()
        + " stage --resume "
        + ShellWord.of(run.runId())
        + " --config "
        + CONFIG
        + options(again(run));
  }

  /** Returns the command that stages a run's manifests in a new run, in the same way. */
  static String stage(RunDescription run) {
    List<ManifestFile> manifests =
        run.manifests().stream().filter(file -> file.format().isManifest()).toList();
    boolean ama = manifests.stream().anyMatch(file -> file.format() == Format.AMA);
    String names =
        manifests.size() > MOST_MANIFESTS
            ? "\"${MANIFEST:?set it to the manifests of run.json}\""
            : manifests.stream()
                .map(file -> ShellWord.of(file.path()))
                .collect(Collectors.joining(" "));
    String root = run.defaultRoot();
    Long most = run.maxInvalid();
    return Program.word()
        + " stage --manifest "
        + names
        + (ama ? " --manifest-format ama" : "")
        + (root == null ? "" : " --root " + ShellWord.of(root))
        + (most == null ? "" : " --max-invalid " + most)
        + " --config "
        + CONFIG
        + options(again(run).stream().filter(word -> !word.startsWith(PROBE)).toList());
  }

  private static String options(List<String> words) {
    return words.isEmpty() ? "" : " " + ShellWord.command(words);
  }

  /** Returns the options of a run that a command which goes on with it has, or does it again. */
  static List<String> again(RunDescription run) {
    List<String> recorded = run.options();
    if (recorded != null) {
      return recorded;
    }
    // The record of an earlier version.
    List<String> words = new ArrayList<>(run.dryRun() ? List.of(DRY_RUN) : List.of());
    String format = run.settings().get(StageRun.LEDGER_FORMAT);
    if (format != null && !format.equals("parquet")) {
      words.addAll(List.of("--ledger-format", format));
    }
    return words;
  }
}
