package org.assetstager.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Settings} of a HOCON file and of overrides. Overrides win over the file, the file
 * wins over {@code reference.conf}, which alone holds the defaults and names all settings.
 *
 * <p>Environment variables count where the file asks for them ({@code ${?NAME}}); Java system
 * properties never do, since nobody reading the file would see them.
 */
public final class SettingsLoader {
  private static final String ROOT = "asset-stager";

  /** Where an override stands. */
  static final String OVERRIDE = "--set";

  /** A quoted part may hold anything: a name of a tag. */
  private static final Pattern OVERRIDE_FORM =
      Pattern.compile(
          "(?<name>(?:[\\w-]+|\"[^\"]*\")(?:\\.(?:[\\w-]+|\"[^\"]*\"))*)=(?<value>.*)",
          Pattern.DOTALL);

  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");

  private static final ConfigObject NONE = ConfigFactory.empty().root();

  private final SettingsProblems problems = new SettingsProblems();
  private final Map<String, SettingValue> values = new LinkedHashMap<>();
  private final Map<String, String> unknown = new LinkedHashMap<>();

  private final Path configFile;

  private SettingsLoader(Path configFile) {
    this.configFile = configFile;
  }

  /**
   * Reads and checks all settings.
   *
   * @param configFile HOCON; may include other files and use environment variables
   * @param overrides each {@code name=value}, the name below {@code asset-stager}; a later one
   *     wins. A value that begins with <code>[</code>, <code>{</code> or {@code "} is HOCON if it
   *     can be, {@code null} is null; any other is taken as it stands, so that {@code #}, {@code :}
   *     and {@code //} need no quotes
   * @throws JobFailure for wrong input, if the file can't be read or a setting is unknown, missing,
   *     of the wrong type, out of range or at odds with another: all of them in one message, one a
   *     line. No message shows a secret
   */
  public static Settings load(Path configFile, List<String> overrides) {
    Config reference =
        ConfigFactory.parseResources(SettingsLoader.class.getClassLoader(), "reference.conf")
            .withOnlyPath(ROOT);
    Config written = overridesOf(overrides).withFallback(parse(configFile));
    return new SettingsLoader(configFile).load(resolve(written, reference), reference);
  }

  /**
   * Returns the folder of the ledgers with its scheme, as Hadoop's {@code Path} takes it: not
   * percent-encoded.
   *
   * @param path {@link Settings#ledgerPath}
   * @param localMaster whether the executors run inside the driver
   * @throws JobFailure for wrong input, if a path without a scheme meets a cluster, whose executors
   *     would each write to a disk of their own
   */
  public static String resolveLedgerPath(String path, boolean localMaster) {
    if (path.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      return path;
    }
    if (!localMaster) {
      throw JobFailure.input(
          fullName("ledger.path")
              + " is "
              + SettingsDescription.quoted(path)
              + ", without a scheme: another folder on every machine of the cluster",
          "Write a folder that all of them share with its scheme, such as hdfs://namenode/ledger,"
              + " s3a://bucket/ledger or file:///shared/ledger.");
    }
    return "file://" + Path.of(path).toAbsolutePath().normalize();
  }

  /** Returns a setting's name as the file has it. */
  static String fullName(String name) {
    return ROOT + "." + name;
  }

  /**
   * Returns the bytes of a size such as {@code 16MiB}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static long sizeBytes(String text) {
    try {
      return ConfigValueFactory.fromAnyRef(text).atKey(ROOT).getBytes(ROOT);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * Returns the duration of a text such as {@code 5s}.
   *
   * @throws IllegalArgumentException if it is none, or has no unit
   */
  static Duration duration(String text) {
    if (!text.matches("[0-9.]+ *[a-z]+")) {
      throw new IllegalArgumentException("no number with a unit");
    }
    try {
      return ConfigValueFactory.fromAnyRef(text).atKey(ROOT).getDuration(ROOT);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private Settings load(Config written, Config reference) {
    collect("", reference.root(), written.root());
    unknown.forEach(
        (name, where) ->
            problems.add(
                name,
                where,
                KnownNames.nearest(name, values.keySet())
                    .map(known -> "is no setting; did you mean " + known + "?")
                    .orElse("is no setting; remove it")));
    Settings settings = new SettingsReader(values, problems).read();
    new SettingsChecks(settings, values, problems).run();
    problems.throwIfAny();
    return settings;
  }

  private static Config parse(Path file) {
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setAllowMissing(false).setSyntax(ConfigSyntax.CONF);
    try {
      return ConfigFactory.parseFile(file.toFile(), options);
    } catch (ConfigException.IO e) {
      throw JobFailure.input(
          "The settings file " + file + " can't be read: " + e.getMessage(),
          "Correct --config, the file's rights or its includes.");
    } catch (ConfigException e) {
      throw syntaxFailure(file.toString(), e);
    }
  }

  /**
   * The library's message and exception quote what was written, be it a secret: neither is used.
   */
  private static JobFailure syntaxFailure(String source, ConfigException e) {
    return JobFailure.input(
        (e.origin() == null ? source : where(e.origin())) + " is not valid HOCON",
        "Look there, and just before, for a missing quote, brace, bracket or comma, or for text"
            + " that needs quotes because it holds one of $\"{}[]:=,+#`^?!@*&\\ or //.");
  }

  private static Config resolve(Config written, Config reference) {
    try {
      return written.resolveWith(written.withFallback(reference));
    } catch (ConfigException.UnresolvedSubstitution e) {
      Matcher substitution = SUBSTITUTION.matcher(String.valueOf(e.getMessage()));
      throw JobFailure.input(
          (e.origin() == null ? "A substitution" : where(e.origin()))
              + (substitution.find() ? ": " + substitution.group() : "")
              + " has no value",
          "Set the environment variable or the setting of that name, without a circle of"
              + " references, or write ${?...} if it may be missing.");
    } catch (ConfigException e) {
      throw syntaxFailure("The settings file", e);
    }
  }

  private static Config overridesOf(List<String> overrides) {
    Config all = ConfigFactory.empty();
    for (int i = 0; i < overrides.size(); i++) {
      Matcher override = OVERRIDE_FORM.matcher(overrides.get(i));
      if (!override.matches()) {
        // Not shown: a secret may stand in it.
        throw JobFailure.input(
            OVERRIDE + " number " + (i + 1) + " is not of the form name=value",
            "Write it like " + OVERRIDE + " staging.bucket=incoming.");
      }
      String name = override.group("name");
      String path = name.startsWith(ROOT + ".") ? name : fullName(name);
      all = all.withValue(path, overrideValue(override.group("value")));
    }
    return all;
  }

  private static ConfigValue overrideValue(String text) {
    if (text.startsWith("[") || text.startsWith("{") || text.startsWith("\"")) {
      try {
        ConfigParseOptions options = ConfigParseOptions.defaults().setOriginDescription(OVERRIDE);
        ConfigObject parsed = ConfigFactory.parseString("value = " + text, options).root();
        if (parsed.size() == 1) {
          return parsed.values().iterator().next();
        }
      } catch (ConfigException notHocon) {
        // Plain text that only begins like HOCON.
      }
    }
    return ConfigValueFactory.fromAnyRef(text.equals("null") ? null : text, OVERRIDE);
  }

  /**
   * Fills {@code values} with every setting below a group of the reference, as written or else by
   * default, and {@code unknown} with names that the reference hasn't. An empty group in the
   * reference is a setting itself: a map with names of its own.
   */
  private void collect(String group, ConfigObject reference, ConfigObject written) {
    for (String key : new TreeSet<>(written.keySet())) {
      if (!reference.containsKey(key)) {
        unknown.put(join(group, key), where(written.getOrDefault(key, written), written));
      }
    }
    for (Map.Entry<String, ConfigValue> known : new TreeMap<>(reference).entrySet()) {
      String name = join(group, known.getKey());
      ConfigValue own = written.get(known.getKey());
      if (known.getValue() instanceof ConfigObject inner && !inner.isEmpty()) {
        collectGroup(name, inner, own, written);
      } else {
        values.put(name, own == null ? unwritten(known.getValue()) : setting(own, written));
      }
    }
  }

  private void collectGroup(
      String name, ConfigObject reference, @Nullable ConfigValue own, ConfigObject parent) {
    if (own == null || own instanceof ConfigObject) {
      collect(name, reference, own instanceof ConfigObject object ? object : NONE);
    } else {
      problems.addUnexpected(
          name, setting(own, parent), "a group of settings in braces, " + name + " { ... }");
      collect(name, reference, NONE);
    }
  }

  private static String join(String group, String key) {
    String part = ConfigUtil.joinPath(key);
    return group.isEmpty() ? part : group + "." + part;
  }

  private static SettingValue setting(ConfigValue value, ConfigObject parent) {
    return new SettingValue(plain(value), where(value, parent));
  }

  private SettingValue unwritten(ConfigValue value) {
    boolean hasDefault = value.valueType() != ConfigValueType.NULL;
    return new SettingValue(plain(value), hasDefault ? "default" : configFile.toString());
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

  /** A value from the environment has no line: its group's is near. */
  private static String where(ConfigValue value, ConfigObject parent) {
    String where = where(value.origin());
    return where.equals("env variables")
        ? "environment variable named near " + where(parent.origin())
        : where;
  }

  private static String where(ConfigOrigin origin) {
    if (origin.filename() != null && origin.lineNumber() > 0) {
      return origin.filename() + ":" + origin.lineNumber();
    }
    return origin.description();
  }
}
