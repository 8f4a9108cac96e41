package org.assetstager.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * The file that a command takes its settings from.
 *
 * @param path null where there is none: then all settings come from elsewhere
 * @param found says in messages, after the file's name, where the name comes from; empty if the
 *     command line names the file
 */
public record SettingsFile(@Nullable Path path, String found) {
  /** The variable that names the file where the command line doesn't. */
  static final String VARIABLE = "ASSET_STAGER_CONFIG";

  /** What the file is called in the working directory. */
  private static final String NAME = "stage.conf";

  /**
   * Chooses the file: the one of the command line, else the variable's, else {@code stage.conf} in
   * the working directory if it is there, else none. Nothing is read.
   *
   * @param named by the command line, or null
   * @param variables of the environment; one that is empty counts as unset
   */
  public static SettingsFile choose(@Nullable Path named, Map<String, String> variables) {
    return choose(named, variables, Path.of(""));
  }

  static SettingsFile choose(
      @Nullable Path named, Map<String, String> variables, Path workingDirectory) {
    String variable = variables.getOrDefault(VARIABLE, "");
    Path here = workingDirectory.resolve(NAME).toAbsolutePath();
    if (named != null) {
      return new SettingsFile(named, "");
    } else if (!variable.isEmpty()) {
      return new SettingsFile(Path.of(variable), ", named by $" + VARIABLE);
    } else if (Files.exists(here)) {
      return new SettingsFile(here, ", found in the working directory");
    }
    return new SettingsFile(null, "");
  }

  /** Whether the command line doesn't name it, so that nobody may have it in mind. */
  public boolean isFound() {
    return !found.isEmpty();
  }

  /** Returns the path and, where it isn't on the command line, how it was found. */
  @Override
  public String toString() {
    return path == null ? "no settings file" : path + found;
  }

  /** Makes a failure of a command that has no settings at all. */
  static JobFailure none() {
    return JobFailure.input(
        "There are no settings: no --config is given, "
            + VARIABLE
            + " is not set, and there is no "
            + NAME
            + " in the working directory",
        "Give --config F; conf/stage.conf is a template");
  }
}
