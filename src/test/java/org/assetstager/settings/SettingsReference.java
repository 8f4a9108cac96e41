package org.assetstager.settings;

import static java.util.Objects.requireNonNull;

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

      A settings file contains what differs from the defaults, in HOCON. `conf/stage.conf` is a
      template:

          asset-stager {
            remote.bucket = indexed
            staging.bucket = incoming
            ledger.path = "hdfs:///ledger"
          }

      You can set the same settings in three places. If two of them differ, the first one in this
      list wins:

      1. on the command line: `--set staging.bucket=incoming`
      2. in a variable: `ASSET_STAGER_STAGING__KMS_KEY_ID` is `staging.kms-key-id`. Two underscores
         stand for a dot, one for a hyphen.
      3. in the settings file: the one that `--config` names, else the one that `ASSET_STAGER_CONFIG`
         names, else `stage.conf` in the working directory. A run prints which one it uses.

      Sizes are bytes, or have a unit (`16MiB`, `16MB`). Durations always have a unit (`500ms`, `5s`,
      `15m`, `2h`). Switches are `on` or `off`. Words may be in upper or lower case.

      Secrets come from the environment: from such a variable, or with `secret-key = ${?SECRET_KEY}`
      in the file. The command line doesn't accept them, because everybody can see it in the list of
      processes.

      If a setting is unknown or has the wrong type, the job stops and prints its name, its line and
      the most similar name.
      """;

  /** What everybody has to know of, in the order in which one fills it in. */
  static final List<String> FIRST =
      List.of(
          "remote.bucket",
          "remote.endpoint",
          "staging.bucket",
          "staging.endpoint",
          "staging.credentials.access-key",
          "staging.credentials.secret-key",
          "ledger.path",
          "manifest.allowed-roots");

  private final StringBuilder page = new StringBuilder(HEAD);

  private SettingsReference() {}

  /** Returns the page. */
  static String of(Path reference) {
    Config config = ConfigFactory.parseFile(reference.toFile(), ConfigParseOptions.defaults());
    SettingsReference made = new SettingsReference();
    made.addFirst(config.getObject(SettingNames.ROOT));
    made.addGroup("", config.getObject(SettingNames.ROOT));
    return made.page.toString();
  }

  private void addFirst(ConfigObject settings) {
    page.append(
        """

        ## The eight that everybody needs

        Most files need no others. The remote has the same settings for credentials.

        | setting | default | meaning |
        |---|---|---|
        """);
    for (String name : FIRST) {
      ConfigValue value = find(settings, name);
      page.append(
          "| [`%s`](#%s) | `%s` | %s |\n"
              .formatted(
                  name, name.replace(".", ""), rendered(value), comment(value).replace('\n', ' ')));
    }
  }

  private static ConfigValue find(ConfigObject settings, String name) {
    ConfigValue value = settings;
    for (String part : name.split("\\.", -1)) {
      value = requireNonNull(((ConfigObject) value).get(part), name);
    }
    return value;
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
        .append(rendered(value))
        .append("`\n")
        .append(paragraph(value));
  }

  private static String rendered(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise());
  }

  private static String paragraph(ConfigValue value) {
    String text = comment(value);
    return text.isEmpty() ? "" : "\n" + text + "\n";
  }

  private static String comment(ConfigValue value) {
    return value.origin().comments().stream().map(String::strip).collect(Collectors.joining("\n"));
  }
}
