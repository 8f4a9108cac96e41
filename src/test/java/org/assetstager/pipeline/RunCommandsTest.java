package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assetstager.run.RunDescription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunCommandsTest {
  private static final String CONFIG = " --config \"${CONFIG:?set it to your settings file}\"";

  private static RunDescription run(
      boolean dryRun, Map<String, String> settings, @Nullable List<String> options) {
    return new RunDescription(
        RunDescription.FORMAT,
        "run 1",
        List.of(),
        "/a b",
        3L,
        dryRun,
        2,
        "f",
        settings,
        0,
        "nonce",
        null,
        null,
        options);
  }

  @Test
  void both_recordedOptions_areGivenAgain() {
    RunDescription run =
        run(true, Map.of(), List.of("--set", "staging.prefix=o'ne/", "--dry-run", "--probe=9"));
    String options = " --set $'staging.prefix=o\\047ne/' --dry-run";

    assertThat(RunCommands.resume(run))
        .isEqualTo("asset-stager stage --resume 'run 1'" + CONFIG + options + " '--probe=9'");
    assertThat(RunCommands.stage(run))
        .isEqualTo(
            "asset-stager stage --manifest  --root '/a b' --max-invalid 3" + CONFIG + options);
  }

  @Test
  void kept_whatMayHoldASecret_isLeftOut() {
    List<String> secret =
        List.of(
            "on-finish.command=[curl, token]",
            "asset-stager.on-finish.webhook=https://x",
            "staging.credentials.secret-key=S",
            "asset-stager.remote.credentials={profile=p}",
            "staging={bucket=b, credentials{secret-key=S}}");
    List<String> plain = List.of("staging.bucket=credentials-of-sheep", "upload.split=on");

    List<String> words = new ArrayList<>();
    Stream.concat(secret.stream(), plain.stream())
        .forEach(setting -> words.addAll(List.of("--set", setting)));
    words.add("--dry-run");

    assertThat(StageOptions.kept(words))
        .containsExactly("--set", plain.get(0), "--set", plain.get(1), "--dry-run");
  }

  @Test
  void resume_recordOfAnEarlierVersion_hasWhatItTells() {
    assertThat(RunCommands.resume(run(true, Map.of("ledger.format", "iceberg"), null)))
        .endsWith(CONFIG + " --dry-run --ledger-format iceberg");
    assertThat(RunCommands.resume(run(false, Map.of("ledger.format", "parquet"), null)))
        .endsWith(CONFIG);
  }
}
