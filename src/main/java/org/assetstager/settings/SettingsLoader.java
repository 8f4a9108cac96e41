package org.assetstager.settings;

import static org.assetstager.settings.SettingNames.ROOT;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.LocalPaths;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Settings} of overrides, environment variables and a HOCON file, of which the first
 * wins. All of them win over {@code reference.conf}, which alone holds the defaults and names all
 * settings.
 *
 * <p>A variable named as {@link SettingsVariables} says sets a setting; others count where the file
 * asks for them ({@code ${?NAME}}). Java system properties never count, since nobody reading the
 * file would see them.
 */
public final class SettingsLoader {

  private static final String ENVIRONMENT = "env variables"; // what the library calls it

  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");

  private final SettingsProblems problems = new SettingsProblems();
  private final Map<String, SettingValue> values = new LinkedHashMap<>();
  private final Map<String, String> unknown = new LinkedHashMap<>();
  private final SettingsFile file;
  private final SettingsEnvironment environment;

  /** Overrides, variables and file, before substitution. */
  private Config written = ConfigFactory.empty();

  private SettingsLoader(SettingsFile file, SettingsEnvironment environment) {
    this.file = file;
    this.environment = environment;
  }

  /**
   * Reads and checks all settings.
   *
   * @param file HOCON; may include other files and use environment variables
   * @param overrides each {@code name=value}, the name below {@code asset-stager}; a later one
   *     wins. A value that begins with <code>[</code>, <code>{</code> or {@code "} is HOCON if it
   *     can be, {@code null} is null; any other is used unchanged
   * @throws JobFailure for wrong input, if the file can't be read or if settings are unknown,
   *     missing, of the wrong type, out of range or contradictory: all of them in one message,
   *     without secrets
   */
  public static Settings load(
      SettingsFile file, List<String> overrides, SettingsEnvironment environment) {
    return new SettingsLoader(file, environment).load(overrides);
  }

  private Settings load(List<String> overrides) {
    Config reference =
        ConfigFactory.parseResources(
                SettingsLoader.class.getClassLoader(),
                "reference.conf",
                ConfigParseOptions.defaults().setOriginDescription(SettingValue.DEFAULT))
            .withOnlyPath(ROOT);
    // Of the reference alone, for the names of all settings.
    collect("", reference.root(), reference.root());
    Config variables = SettingsVariables.parse(environment.variables(), values.keySet(), problems);
    if (file.path() == null && variables.isEmpty() && overrides.isEmpty()) {
      problems.throwIfAny();
      throw SettingsFile.none();
    }
    written = SettingsOverrides.parse(overrides).withFallback(variables).withFallback(parse(file));
    return load(reference);
  }

  /**
   * Returns the folder of the ledgers with its scheme, as Hadoop's {@code Path} takes it: not
   * percent-encoded.
   *
   * @param path {@link Settings#ledgerPath}
   * @param localMaster whether the executors run inside the driver
   * @throws JobFailure for wrong input, if a path without a scheme meets a cluster, whose executors
   *     would each write to a disk of their own, or if no absolute path follows a scheme
   */
  public static String resolveLedgerPath(String path, boolean localMaster) {
    String name = SettingNames.full("ledger.path");
    if (path.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:/.*")) {
      return LocalPaths.forHadoop(name, path, localMaster);
    }
    if (path.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      throw JobFailure.input(
          name
              + " is "
              + ConfigUtil.quoteString(path)
              + ", which begins like a URL, but has no path that begins with /",
          "Write it like file:///shared/ledger, or begin a local folder with ./ instead.");
    }
    if (!localMaster) {
      throw JobFailure.input(
          name
              + " is "
              + ConfigUtil.quoteString(path)
              + ", without a scheme: another folder on every machine of the cluster",
          "Name a folder that all of them share, with its scheme, such as hdfs://namenode/ledger,"
              + " s3a://bucket/ledger or file:///shared/ledger.");
    }
    return "file://" + LocalPaths.absolute(name, path);
  }

  private Settings load(Config reference) {
    collect("", reference.root(), resolve(written.withFallback(reference)).root());
    // One group may be a copy of another, with defaults that only the other has: they do nothing.
    unknown.values().removeIf(SettingValue.DEFAULT::equals);
    unknown.forEach((name, where) -> problems.addUnknown(name, where, values));
    Settings settings = new SettingsReader(values, environment, problems).read();
    new SettingsChecks(settings, values, problems).run();
    problems.throwIfAny();
    return settings;
  }

  private static Config parse(SettingsFile chosen) {
    Path file = chosen.path();
    if (file == null) {
      return ConfigFactory.empty();
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setAllowMissing(false).setSyntax(ConfigSyntax.CONF);
    try {
      return ConfigFactory.parseFile(file.toFile(), options);
    } catch (ConfigException.IO e) {
      throw JobFailure.input(
          "The settings file "
              + chosen
              + " can't be read: "
              + Objects.requireNonNullElse(e.getCause(), e).getMessage(),
          chosen.isFound()
              ? "Correct the file's name, rights or includes, or name another one with --config."
              : "Correct --config, the file's rights or its includes.");
    } catch (ConfigException e) {
      throw syntaxFailure(file.toString(), e);
    }
  }

  /**
   * The library's message and exception quote what was written, be it a secret: neither is used.
   */
  private static JobFailure syntaxFailure(String source, ConfigException e) {
    return JobFailure.input(
        (e.origin() == null ? source : Origins.where(e.origin())) + " is not valid HOCON",
        "Look there, and just before, for a missing quote, brace, bracket or comma, or for text"
            + " that needs quotes because it holds one of $\"{}[]:=,+#`^?!@*&\\ or //.");
  }

  private static Config resolve(Config settings) {
    try {
      return settings.resolve();
    } catch (ConfigException.UnresolvedSubstitution e) {
      Matcher substitution = SUBSTITUTION.matcher(String.valueOf(e.getMessage()));
      throw JobFailure.input(
          (e.origin() == null ? "A substitution" : Origins.where(e.origin()))
              + (substitution.find() ? ": " + substitution.group() : "")
              + " has no value",
          "Set the environment variable or the setting of that name, without circular references,"
              + " or write ${?...} if it may be missing.");
    } catch (ConfigException e) {
      throw syntaxFailure("The settings file", e);
    }
  }

  /**
   * Fills {@code values} with every setting below a group of the reference, and {@code unknown}
   * with names that the reference hasn't. An empty group in the reference is a setting itself: a
   * map with names of its own.
   */
  private void collect(String group, ConfigObject reference, ConfigObject settings) {
    for (Map.Entry<String, ConfigValue> setting : new TreeMap<>(settings).entrySet()) {
      if (!reference.containsKey(setting.getKey())) {
        String name = join(group, setting.getKey());
        unknown.put(name, where(name, setting.getValue()));
      }
    }
    for (Map.Entry<String, ConfigValue> known : new TreeMap<>(reference).entrySet()) {
      String name = join(group, known.getKey());
      ConfigValue value = settings.getOrDefault(known.getKey(), known.getValue());
      if (!(known.getValue() instanceof ConfigObject inner) || inner.isEmpty()) {
        values.put(name, setting(name, value));
      } else if (value instanceof ConfigObject object) {
        collect(name, inner, object);
      } else {
        String expected = "a group of settings in braces, " + name + " { ... }";
        problems.addUnexpected(name, setting(name, value), expected);
        collect(name, inner, inner);
      }
    }
  }

  private static String join(String group, String key) {
    String part = ConfigUtil.joinPath(key);
    return group.isEmpty() ? part : group + "." + part;
  }

  private SettingValue setting(String name, ConfigValue value) {
    Object plain = plain(value);
    String where = where(name, value);
    boolean missing = plain == null && where.equals(SettingValue.DEFAULT);
    return new SettingValue(plain, missing ? file.toString() : where);
  }

  private static @Nullable Object plain(ConfigValue value) {
    if (value instanceof ConfigList list) {
      return list.stream().map(SettingsLoader::plain).toList();
    }
    if (value instanceof ConfigObject object) {
      Map<String, @Nullable Object> plain = new TreeMap<>();
      object.forEach((key, inner) -> plain.put(key, plain(inner)));
      return plain;
    }
    // As written: a number keeps its leading zeros.
    return value.valueType() == ConfigValueType.NULL ? null : value.atKey(ROOT).getString(ROOT);
  }

  private String where(String name, ConfigValue value) {
    String where = Origins.where(value.origin());
    return where.equals(ENVIRONMENT) ? whereWritten(name) : where;
  }

  /** What comes from the environment has no line: that of the substitution is meant. */
  private String whereWritten(String name) {
    ConfigValue raw = written.root();
    try {
      for (String part : ConfigUtil.splitPath(name)) {
        raw = raw instanceof ConfigObject object ? object.get(part) : null;
      }
    } catch (ConfigException.NotResolved e) {
      return ENVIRONMENT;
    }
    return raw == null ? ENVIRONMENT : Origins.where(raw.origin());
  }
}
