package org.assetstager.settings;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.asset.JobFailure;

/** Settings files for tests. */
public final class SettingsFiles {
  /** The least that a file must say; one line. */
  static final String REQUIRED =
      "asset-stager { remote.bucket = indexed, staging.bucket = incoming, "
          + "ledger.path = \"file:///ledger\" }\n";

  /** A machine that says nothing. */
  static final SettingsEnvironment NONE = new SettingsEnvironment(Map.of(), name -> null);

  private SettingsFiles() {}

  /** Writes a file named stage.conf. */
  static Path write(Path directory, String hocon) {
    try {
      return Files.writeString(directory.resolve("stage.conf"), hocon);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loads a file. */
  public static Settings load(Path file, List<String> overrides) {
    return SettingsLoader.load(new SettingsFile(file, ""), overrides, NONE);
  }

  /** Loads what is required, and then lines from line 2 on. */
  static Settings load(Path directory, String lines, String... overrides) {
    return load(write(directory, REQUIRED + lines), List.of(overrides));
  }

  /** Returns why the settings are refused; null if they aren't. */
  static JobFailure failure(Path directory, String lines, String... overrides) {
    return catchThrowableOfType(JobFailure.class, () -> load(directory, lines, overrides));
  }

  /** Returns the whole names of all settings, as the reference has them. */
  static Set<String> names() {
    return names(
            SettingNames.ROOT,
            ConfigFactory.parseResources("reference.conf").getValue(SettingNames.ROOT))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> names(String name, ConfigValue value) {
    return value instanceof ConfigObject group && !group.isEmpty()
        ? group.entrySet().stream()
            .flatMap(inner -> names(name + "." + inner.getKey(), inner.getValue()))
        : Stream.of(name);
  }
}
