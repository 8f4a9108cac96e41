package org.assetstager.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the page of all settings from {@code reference.conf}: names, defaults and comments. */
final class SettingsReference {
  private static final String HEAD =
      """
      # Settings

      <!-- Made from reference.conf: change it there, then run
           mvn test -Dtest=SettingsReferenceTest -Dreference.write=true -->

      What differs from the defaults goes into a file in HOCON, of which `conf/stage.conf` is a template,
      with `asset-stager { ... }` around it; onto the command line as `--set name=value`; or into a
      variable of the environment, `ASSET_STAGER_STAGING__KMS_KEY_ID` for `staging.kms-key-id`: two
      underscores stand for a dot, one for a hyphen. The command line wins over variables, these over the
      file. An unknown or ill-typed setting stops the job with its name, its line and the nearest known
      name.

      The file is the one that `--config` names, else the one that `ASSET_STAGER_CONFIG` names, else
      `stage.conf` in the working directory; a run says which in its first lines.

      Sizes are bytes, or have a unit (`16MiB`, `16MB`); durations always have one (`500ms`, `5s`, `15m`,
      `2h`). Switches are `on` or `off`. Words may be of any case. Secrets come from the environment, by
      such a variable or by `secret-key = ${?SECRET_KEY}` in the file; they are refused on the command
      line.
      """;

  private final StringBuilder page = new StringBuilder(HEAD);

  private SettingsReference() {}

  /** Returns the page. */
  static String of(Path reference) {
    Config config = ConfigFactory.parseFile(reference.toFile(), ConfigParseOptions.defaults());
    SettingsReference made = new SettingsReference();
    made.addGroup("", config.getObject(SettingNames.ROOT));
    return made.page.toString();
  }

  /** Its own settings come first, so that each stands below the heading of its group. */
  private void addGroup(String group, ConfigObject settings) {
    for (Map.Entry<String, ConfigValue> entry : inOrder(settings)) {
      if (!isGroup(entry.getValue())) {
        addSetting(name(group, entry.getKey()), entry.getValue());
      }
    }
    for (Map.Entry<String, ConfigValue> entry : inOrder(settings)) {
      if (isGroup(entry.getValue())) {
        String name = name(group, entry.getKey());
        ConfigObject inner = (ConfigObject) entry.getValue();
        // Written as `group.name = value`, the comment is the setting's.
        boolean isPath = inner.size() == 1;
        page.append("\n## ").append(name).append('\n').append(isPath ? "" : paragraph(inner));
        addGroup(name, inner);
      }
    }
  }

  private static String name(String group, String key) {
    return group.isEmpty() ? key : group + "." + key;
  }

  /** An empty group in the reference is a setting itself: a map with names of its own. */
  private static boolean isGroup(ConfigValue value) {
    return value instanceof ConfigObject group && !group.isEmpty();
  }

  private static List<Map.Entry<String, ConfigValue>> inOrder(ConfigObject settings) {
    return settings.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()))
        .toList();
  }

  private void addSetting(String name, ConfigValue value) {
    page.append("\n### `")
        .append(name)
        .append("`\n\nDefault: `")
        .append(value.render(ConfigRenderOptions.concise()))
        .append("`\n")
        .append(paragraph(value));
  }

  private static String paragraph(ConfigValue value) {
    String text =
        value.origin().comments().stream().map(String::strip).collect(Collectors.joining("\n"));
    return text.isEmpty() ? "" : "\n" + text + "\n";
  }
}
