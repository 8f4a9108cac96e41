package org.assetstager.settings;

import com.typesafe.config.ConfigUtil;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/** Collects the problems of the settings, so that the user sees all of them at once. */
final class SettingsProblems {
  /** What may stand before the {@code @} of a URL is a password. */
  private static final String USER_INFO = "//.*@";

  private static final int MAX_SHOWN_LENGTH = 200;

  private final Map<String, String> byName = new LinkedHashMap<>();

  /**
   * Notes a problem; the first one of a setting stays.
   *
   * @param name as the file has it, with {@code asset-stager}
   * @param problem with its remedy, to stand after the name and the place
   */
  void add(String name, String where, String problem) {
    byName.putIfAbsent(name, name + " (" + where + ") " + problem);
  }

  /** Notes a value that is not what it should be; a secret is not shown. */
  void addUnexpected(String name, SettingValue setting, String expected) {
    String shown =
        setting.value() != null && mayBeSecret(name)
            ? "not usable (not shown)"
            : shown(setting.value());
    add(name, setting.where(), "is " + shown + "; expected " + expected);
  }

  /**
   * Notes a name that no setting has. It is not shown where it may be a part of a secret: one that
   * stands without quotes ends at a comma or a brace, and what follows on its line is a name then.
   *
   * @param settings all of them, by their names
   */
  void addUnknown(String name, String where, Map<String, SettingValue> settings) {
    Optional<String> nearest = SettingNames.nearest(name, settings.keySet());
    if (nearest.isPresent()) {
      add(name, where, "is not a setting; did you mean " + nearest.get() + "?");
    } else if (isBesideASecret(where, settings)) {
      byName.putIfAbsent(
          name,
          "A name ("
              + where
              + ") is not a setting, and isn't shown, because a secret is there too;"
              + " put the secret in double quotes, or remove the name");
    } else {
      add(name, where, "is not a setting; remove it");
    }
  }

  /** Notes a variable that is named as those of settings are, and is none; it may hold a secret. */
  void addUnknownVariable(String variable, Optional<String> nearest) {
    byName.putIfAbsent(
        variable,
        "The variable "
            + variable
            + " sets no setting; "
            + nearest.map(name -> "did you mean " + name + "?").orElse("unset it"));
  }

  private static boolean isBesideASecret(String where, Map<String, SettingValue> settings) {
    return settings.entrySet().stream()
        .anyMatch(
            setting -> mayBeSecret(setting.getKey()) && setting.getValue().where().equals(where));
  }

  /** Whether one of these settings has a problem; names as the file has them. */
  boolean anyOf(String... names) {
    return Stream.of(names).anyMatch(byName::containsKey);
  }

  /**
   * Stops the job where there are problems.
   *
   * @throws JobFailure naming all of them, one a line
   */
  void throwIfAny() {
    if (!byName.isEmpty()) {
      throw JobFailure.input(
          byName.size() == 1 ? "A setting is wrong" : byName.size() + " settings are wrong",
          "Correct:",
          List.copyOf(byName.values()));
    }
  }

  /** Whether a setting may hold a secret, or part of one. */
  private static boolean mayBeSecret(String name) {
    return name.contains("credentials") || name.matches(".*\\.on-finish\\.(command|webhook).*");
  }

  private static String shown(@Nullable Object value) {
    if (!(value instanceof String text)) {
      return value == null ? "not set" : value instanceof Iterable ? "a list" : "a group";
    }
    String whole = text.replaceAll("(?s)" + USER_INFO, "//***@");
    return ConfigUtil.quoteString(
        whole.length() <= MAX_SHOWN_LENGTH ? whole : whole.substring(0, MAX_SHOWN_LENGTH) + "...");
  }
}
