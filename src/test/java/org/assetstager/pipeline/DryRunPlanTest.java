package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.pipeline.DryRunPlan.Counted;
import org.assetstager.pipeline.DryRunPlan.Planned;
import org.assetstager.report.KnownFiles;
import org.assetstager.report.Uploads;
import org.junit.jupiter.api.Test;

class DryRunPlanTest {
  private static Planned row(long size, Outcome outcome, String duplicateOf, boolean computed) {
    return new Planned(size, outcome, null, duplicateOf, computed);
  }

  @Test
  void count_filesOfKnownContent_areThoseThatTheDryRunHasNotReadBySize() {
    Counted counted =
        new DryRunPlan.Count(100, 40)
            .of(
                List.of(
                        row(100, Outcome.PLANNED, null, false),
                        row(101, Outcome.PLANNED, null, true),
                        row(100, Outcome.PLANNED, "m#0", false),
                        row(101, Outcome.PLANNED, "m#1", true),
                        row(7, Outcome.KNOWN_REMOTE, null, false),
                        row(8, Outcome.KNOWN_REMOTE, null, true),
                        row(1_000, Outcome.KNOWN_STAGING, null, false),
                        row(2_000, Outcome.CONFLICT, null, false),
                        row(9, Outcome.MODIFIED, null, false))
                    .iterator());

    assertThat(counted)
        .isEqualTo(
            new Counted(
                new Uploads(1, 1, 1, 0, 201, 101),
                new KnownFiles(new Total(2, 107), new Total(2, 3_000))));
  }
}
