package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.StageFixture.Finished;
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
    List<ObjectNode> rows = new ArrayList<>(Collections.nCopies(ROWS, row));
    rows.add(fixture.add("another", "another"));
    rows.add(fixture.add("gone", "equal"));
    Files.delete(fixture.path("gone"));

    Finished run = fixture.stage(fixture.manifest(rows.toArray(ObjectNode[]::new)), "--keep-steps");

    assertThat(run.counts())
        .isEqualTo(
            Map.of(
                Outcome.STAGED, 2L,
                Outcome.DUPLICATE, ROWS - 1L,
                Outcome.DELETED, 1L));
    assertThat(run.requests("PUT")).isEqualTo(2);
    assertThat(kinds(run.run.resolve("steps/plan"))).containsEntry("worklater", 1L);
    Finished again = fixture.stage(null, "--resume", run.runId());
    assertThat(again.counts()).isEqualTo(run.counts());
  }

  private static Map<String, Long> kinds(Path step) throws Exception {
    try (Stream<Path> files = Files.list(step)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".parquet"))
          .collect(
              Collectors.groupingBy(name -> name.replaceAll("-.*", ""), Collectors.counting()));
    }
  }
}
