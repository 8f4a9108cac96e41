package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
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
  void resume_recordOfAnEarlierVersion_hasWhatItTells() {
    assertThat(RunCommands.resume(run(true, Map.of("ledger.format", "iceberg"), null)))
        .endsWith(CONFIG + " --dry-run --ledger-format iceberg");
    assertThat(RunCommands.resume(run(false, Map.of("ledger.format", "parquet"), null)))
        .endsWith(CONFIG);
  }
}
