package org.assetstager.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsLoader;
import picocli.CommandLine.Option;

/** Where a command's settings come from. */
final class SettingsOptions {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "F",
      description = "settings file (HOCON); conf/stage.conf is a template")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "K=V",
      description = "overrides a setting, such as staging.bucket=b; may be repeated")
  private List<String> overrides = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  SettingsOptions() {}

  /** Returns the words of a command line that name the same settings again. */
  List<String> again() {
    List<String> words = new ArrayList<>(List.of("--config", config.toString()));
    overrides.forEach(setting -> words.addAll(List.of("--set", setting)));
    return words;
  }

  /** Reads the settings. */
  Settings load() {
    return load(List.of());
  }

  /**
   * Reads the settings.
   *
   * @param more of the command's own options, each as for {@code --set}, which they overrule
   */
  Settings load(List<String> more) {
    List<String> all = new ArrayList<>(overrides);
    all.addAll(more);
    return SettingsLoader.load(config, all);
  }
}
