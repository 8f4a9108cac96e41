package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.StageFixture.MIB;
import static org.assetstager.StageFixture.md5;
import static org.assetstager.StageFixture.randomBytes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assetstager.StageFixture.Finished;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.Mutator;
import org.assetstager.testing.Mutator.State;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users and their programs keep writing to the files while the job verifies and uploads them. */
@Tag("server")
@Tag("spark")
class StageMutatorTest {
  private static final int MUTATIONS = 10_000;
  private static final int LEAST_RUNS = 3;
  private static final int SMALL_FILES = 900;
  private static final int LEFT_ALONE = 50;

  @TempDir private Path folder;
  private final Map<String, byte[]> contents = new HashMap<>();
  private final List<ObjectNode> rows = new ArrayList<>();
  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

  private StageFixture fixture(int run) {
    return new StageFixture(folder, "root", "ledgers " + run)
        .settings(
            "upload.split-threshold = 9MiB", "upload.split = " + (run % 2 == 0 ? "auto" : "on"));
  }

  private void add(StageFixture fixture, String path, int size) {
    byte[] content = randomBytes(size, path.hashCode());
    contents.put(path, content);
    ObjectNode row = fixture.add(path, content);
    if (contents.size() % 8 == 0) {
      // Then nothing but equal facts may take it for unchanged.
      row.remove("md5");
    }
    rows.add(row);
  }

  @Test
  void stage_filesMutatedAllTheTime_stagesNothingWrongAndTellsWhatWasTrue() throws Exception {
    long seed = Long.getLong("mutator.seed", System.nanoTime());
    StageFixture files = fixture(0);
    for (int i = 0; i < SMALL_FILES; i++) {
      add(files, i % 20 + "/" + i, 1000 + i * 10);
    }
    for (int i = 0; i < 4; i++) {
      add(files, "parts/" + i, 6 * MIB + 1 + i);
      add(files, "split/" + i, 9 * MIB + 1 + i);
    }
    Mutator mutator = new Mutator(files.root, Map.copyOf(contents), seed);
    for (int i = 0; i < LEFT_ALONE; i++) {
      add(files, "left alone/" + i, 2000 + i);
    }
    String manifest = StageFixture.lines(rows.toArray(ObjectNode[]::new));

    int runs = 0;
    while (mutator.mutations() < MUTATIONS || runs < LEAST_RUNS) {
      StageFixture fixture = fixture(++runs);
      Finished run =
          mutator.during(() -> fixture.stage(fixture.manifest("manifest.jsonl", manifest)));
      assertThat(run.ledger()).hasSameSizeAs(rows);
      for (LedgerRow row : run.ledger()) {
        requireTrue(row, mutator, "run " + runs + " with -Dmutator.seed=" + seed + ": " + row);
        outcomes.merge(row.outcome(), 1, Integer::sum);
      }
      fixture
          .server
          .objects(EmbeddedS3.STAGING, fixture.stagingPrefix)
          .forEach((key, bytes) -> assertThat(key).endsWith("/" + StageFixture.fileId(bytes)));
    }

    String what = outcomes + " after " + mutator.counts() + " in " + runs + " runs, seed " + seed;
    assertThat(mutator.mutations()).as(what).isGreaterThanOrEqualTo(MUTATIONS);
    // Otherwise the files were mutated too much, or too little, to show anything.
    assertThat(outcomes)
        .as(what)
        .containsKeys(Outcome.STAGED, Outcome.MODIFIED, Outcome.DELETED, Outcome.RENAMED);
    assertThat(outcomes.get(Outcome.STAGED)).as(what).isGreaterThan(LEFT_ALONE * runs + 20);
  }

  /** An outcome must have been true at some moment of the run. */
  private void requireTrue(LedgerRow row, Mutator mutator, String what) {
    String path = row.path();
    byte[] content = contents.get(path);
    assertThat(content).as(what).isNotNull();
    if (path.startsWith("left alone/")) {
      assertThat(row.outcome()).as(what).isEqualTo(Outcome.STAGED);
      assertThat(row.md5()).as(what).isEqualTo(md5(content));
      return;
    }
    Set<State> seen = mutator.seen(path);
    String all = what + ", seen " + seen;
    switch (row.outcome()) {
      case STAGED -> {
        assertThat(row.md5()).as(all).isEqualTo(md5(content));
        assertThat(row.bytesUploaded()).as(all).isEqualTo(content.length);
        assertThat(seen).as(all).contains(State.ORIGINAL);
      }
      case MODIFIED -> assertThat(mutator.touched(path)).as(all).isTrue();
      case DELETED -> assertThat(seen).as(all).containsAnyOf(State.DELETED, State.RENAMED);
      case RENAMED -> {
        assertThat(seen).as(all).containsAnyOf(State.DELETED, State.RENAMED);
        // A second link that outlives the path is the file under a new name, too.
        String linked = Mutator.linked(path);
        assertThat(String.valueOf(row.remedy()))
            .as(all)
            .matches(remedy -> remedy.endsWith(linked) || remedy.endsWith(Mutator.renamed(path)));
      }
      default -> throw new AssertionError("Never true: " + all);
    }
  }
}
