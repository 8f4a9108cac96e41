package org.assetstager.settings;

import static org.assetstager.settings.SettingNames.ROOT;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.JobFailure;

/** Settings on the command line, each {@code name=value}; {@link SettingsLoader#load} says how. */
final class SettingsOverrides {
  /** Where an override stands. */
  static final String WHERE = "--set";

  /** A quoted part may hold anything: a name of a tag. */
  private static final Pattern FORM =
      Pattern.compile(
          "(?<name>(?:[\\w-]+|\"[^\"]*\")(?:\\.(?:[\\w-]+|\"[^\"]*\"))*)=(?<value>.*)",
          Pattern.DOTALL);

  private SettingsOverrides() {}

  /**
   * Reads overrides.
   *
   * @throws JobFailure for wrong input, if one has another form; none is shown, be it a secret
   */
  static Config parse(List<String> overrides) {
    Config all = ConfigFactory.empty();
    for (int i = 0; i < overrides.size(); i++) {
      Matcher override = FORM.matcher(overrides.get(i));
      if (!override.matches()) {
        // Not shown: a secret may stand in it.
        throw JobFailure.input(
            WHERE + " number " + (i + 1) + " is not of the form name=value",
            "Write it like " + WHERE + " staging.bucket=incoming.");
      }
      String name = override.group("name");
      String path = name.startsWith(ROOT + ".") ? name : SettingNames.full(name);
      all = all.withValue(path, value(override.group("value"), WHERE));
    }
    return all;
  }

  /**
   * Makes a value of text: one that begins with <code>[</code>, <code>{</code> or {@code "} is
   * HOCON if it can be, {@code null} is null; any other is taken as it stands.
   *
   * @param where it stands
   */
  static ConfigValue value(String text, String where) {
    if (text.startsWith("[") || text.startsWith("{") || text.startsWith("\"")) {
      try {
        ConfigParseOptions options = ConfigParseOptions.defaults().setOriginDescription(where);
        ConfigObject parsed = ConfigFactory.parseString("value = " + text, options).root();
        if (parsed.size() == 1) {
          return parsed.values().iterator().next();
        }
      } catch (ConfigException notHocon) {
        // Plain text that only begins like HOCON.
      }
    }
    return ConfigValueFactory.fromAnyRef(text.equals("null") ? null : text, where);
  }
}
