package org.assetstager.settings;

import static org.assetstager.settings.SettingNames.ROOT;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Settings by environment variables: {@code ASSET_STAGER_STAGING__KMS_KEY_ID} is {@code
 * staging.kms-key-id}. Two underscores stand for a dot, one for a hyphen.
 */
final class SettingsVariables {
  private static final String PREFIX = "ASSET_STAGER_";

  /** What an origin's description begins with; the variable's name follows. */
  static final String WHERE = "variable ";

  /**
   * Those that are no settings: the file's name, what {@code on-finish.command} is told, what
   * {@code scripts/asset-stager} tells the job, and where {@code conf/clusters/slurm.sbatch} finds
   * it.
   */
  private static final Set<String> OTHERS =
      Set.of(
          SettingsFile.VARIABLE,
          PREFIX + "RUN_ID",
          PREFIX + "EXIT_CODE",
          PREFIX + "PROGRAM",
          PREFIX + "STDERR",
          PREFIX + "HOME");

  /** What Kubernetes sets in every pod for a service whose name begins as the job's. */
  private static final Pattern OF_KUBERNETES =
      Pattern.compile(
          "[A-Z0-9_]+(_SERVICE_HOST|_SERVICE_PORT(_[A-Z0-9_]+)?|_PORT(_[0-9]+_(TCP|UDP|SCTP)(_[A-Z]+)?)?)");

  private SettingsVariables() {}

  /**
   * Reads the settings among the variables; one that names no setting is a problem. Values are as
   * those of {@code --set}.
   *
   * @param names whole names of all settings
   */
  static Config parse(Map<String, String> variables, Set<String> names, SettingsProblems problems) {
    Map<String, String> settings = new TreeMap<>();
    names.forEach(name -> settings.put(variable(name), name));
    Config all = ConfigFactory.empty();
    for (Map.Entry<String, String> variable : new TreeMap<>(variables).entrySet()) {
      String name = variable.getKey();
      String setting = settings.get(name);
      if (setting != null) {
        all = all.withValue(setting, SettingsOverrides.value(variable.getValue(), WHERE + name));
      } else if (name.startsWith(PREFIX)
          && !OTHERS.contains(name)
          && !OF_KUBERNETES.matcher(name).matches()) {
        problems.addUnknownVariable(name, nearest(name, settings.keySet()));
      }
    }
    return all;
  }

  /** Returns the variable that sets a setting of the given whole name. */
  static String variable(String setting) {
    return PREFIX
        + setting
            .substring(ROOT.length() + 1)
            .replace(".", "__")
            .replace('-', '_')
            .toUpperCase(Locale.ROOT);
  }

  private static Optional<String> nearest(String unknown, Set<String> known) {
    int limit = (unknown.length() - PREFIX.length()) / 3;
    LevenshteinDistance letters = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .filter(name -> letters.apply(unknown, name) <= limit)
        .min(Comparator.comparingInt(name -> letters.apply(unknown, name)));
  }
}
