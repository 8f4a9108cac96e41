package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which file the settings come from, and that messages say so. */
class SettingsFileTest {
  private static final Map<String, String> VARIABLE =
      Map.of("ASSET_STAGER_CONFIG", "/etc/asset-stager.conf");

  @TempDir Path directory;

  private SettingsFile choose(Path named, Map<String, String> variables) {
    return SettingsFile.choose(named, variables, directory);
  }

  private static Settings load(SettingsFile file, String... overrides) {
    return SettingsLoader.load(file, List.of(overrides), SettingsFiles.NONE);
  }

  @Test
  void choose_commandLine_winsOverTheRest() {
    SettingsFiles.write(directory, "");

    SettingsFile chosen = choose(Path.of("my.conf"), VARIABLE);

    assertThat(chosen.path()).isEqualTo(Path.of("my.conf"));
    assertThat(chosen.isFound()).isFalse();
    assertThat(chosen).hasToString("my.conf");
  }

  @Test
  void choose_variable_winsOverTheWorkingDirectory() {
    SettingsFiles.write(directory, "");

    SettingsFile chosen = choose(null, VARIABLE);

    assertThat(chosen.isFound()).isTrue();
    assertThat(chosen).hasToString("/etc/asset-stager.conf, named by $ASSET_STAGER_CONFIG");
  }

  @Test
  void choose_fileInTheWorkingDirectory_isTaken() {
    Path file = SettingsFiles.write(directory, "");

    SettingsFile chosen = choose(null, Map.of("ASSET_STAGER_CONFIG", ""));

    assertThat(chosen.path()).isEqualTo(file);
    assertThat(chosen).hasToString(file + ", found in the working directory");
  }

  @Test
  void choose_nothingThere_isNoFile() {
    SettingsFile chosen = choose(null, Map.of());

    assertThat(chosen.path()).isNull();
    assertThat(chosen.isFound()).isFalse();
    assertThatThrownBy(() -> load(chosen))
        .isInstanceOf(JobFailure.class)
        .hasMessage(
            "There are no settings: no --config is given, ASSET_STAGER_CONFIG is not set, and there"
                + " is no stage.conf in the working directory. Give --config F; conf/stage.conf is"
                + " a template");
  }

  @Test
  void load_noFileButOverrides_takesThem() {
    SettingsFile none = choose(null, Map.of());

    assertThat(
            load(none, "remote.bucket=indexed", "staging.bucket=incoming", "ledger.path=/l")
                .ledgerPath())
        .isEqualTo("/l");
    assertThatThrownBy(() -> load(none, "ledger.path=/l"))
        .hasMessageContaining("asset-stager.remote.bucket (no settings file) is not set");
  }

  @Test
  void load_foundFileMissing_saysWhatNamedIt() {
    assertThatThrownBy(() -> load(choose(null, VARIABLE)))
        .isInstanceOf(JobFailure.class)
        .hasMessageStartingWith(
            "The settings file /etc/asset-stager.conf, named by $ASSET_STAGER_CONFIG can't be read")
        .hasMessageEndingWith("or name another one with --config.");
  }

  @Test
  void load_requiredSettingMissing_saysWhichFileWasTaken() throws IOException {
    Files.createDirectories(directory);
    Path file = SettingsFiles.write(directory, "asset-stager.ledger.path = /l\n");

    assertThatThrownBy(() -> load(choose(null, Map.of()), "remote.bucket=indexed"))
        .hasMessageContaining(
            "asset-stager.staging.bucket ("
                + file
                + ", found in the working directory) is not set");
  }
}
