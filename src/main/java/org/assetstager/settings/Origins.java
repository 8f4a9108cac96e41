package org.assetstager.settings;

import com.typesafe.config.ConfigOrigin;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where settings stand, in words. */
final class Origins {
  /** A HOCON value in a variable has lines, which nobody sees. */
  private static final Pattern VARIABLE =
      Pattern.compile(Pattern.quote(SettingsVariables.WHERE) + "\\w+");

  private Origins() {}

  /** Returns the file and line, or what else set the value. */
  static String where(ConfigOrigin origin) {
    String description = origin.description();
    if (origin.filename() != null && origin.lineNumber() > 0) {
      return origin.filename() + ":" + origin.lineNumber();
    }
    Matcher variable = VARIABLE.matcher(description);
    if (variable.find()) {
      return variable.group();
    }
    // The groups that Config.withValue makes on the way to an override.
    if (description.contains(SettingsOverrides.WHERE) || description.startsWith("withValue(")) {
      return SettingsOverrides.WHERE;
    }
    return description.startsWith(SettingValue.DEFAULT) ? SettingValue.DEFAULT : description;
  }
}
