package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.asset.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More rows of one content than one task may have: the others wait for what becomes of it. */
@Tag("server")
@Tag("spark")
class StageEqualRowsTest {
  private static final int ROWS = 100_010;

  @TempDir private Path folder;

  @Test
  void stage_moreEqualRowsThanATaskMayHave_areStagedOnce() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    ObjectNode row = fixture.add("equal", "equal");
    String others =
        StageFixture.lines(fixture.add("another", "another"), fixture.add("gone", "equal"));
    Files.delete(fixture.path("gone"));
    Path manifest = fixture.manifest("manifest.jsonl", (row + "\n").repeat(ROWS) + others);

    Finished run = fixture.stage(manifest, "--keep-steps");

    assertThat(run.counts())
        .isEqualTo(
            Map.of(
                Outcome.STAGED, 2L,
                Outcome.DUPLICATE, ROWS - 1L,
                Outcome.DELETED, 1L));
    assertThat(run.requests("PUT")).isEqualTo(2);
    assertThat(run.filesOf("plan")).containsEntry("worklater", 1L);

    Ran again = fixture.command(List.of("--resume", run.runId()));

    assertThat(again.exitCode()).isEqualTo(3);
    assertThat(again.out()).contains("is done");
    assertThat(StageFixture.readReport(run.run)).isEqualTo(run.report());
    assertThat(StageFixture.readLedger(run.run)).hasSize(ROWS + 2);
  }
}
