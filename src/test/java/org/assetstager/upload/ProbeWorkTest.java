package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assetstager.testing.InTask;
import org.assetstager.upload.Probe.Kind;
import org.assetstager.verify.Candidate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
@Tag("spark")
class ProbeWorkTest {
  private static final long AHEAD_MILLIS = 60_000;
  private static final int SECONDS = 4;

  @TempDir Path root;
  @TempDir Path run;

  @Test
  void measure_hostWhoseClockIsAhead_measuresWithTheOthers() throws Exception {
    Probe probe = measure(500 - AHEAD_MILLIS, AHEAD_MILLIS);

    assertThat(probe.tasks()).isEqualTo(1);
    assertThat(probe.of(Kind.SEND_SMALL).count()).isPositive();
  }

  /** As where the driver can't be asked for the time. */
  @Test
  void measure_hostWhoseClockIsFarBehind_doesNotWait() throws Exception {
    Probe probe = measure(TimeUnit.DAYS.toMillis(1), 0);

    assertThat(probe.tasks()).isEqualTo(1);
  }

  /** Measures in a task; the start is taken there, since Spark may need long to begin it. */
  private Probe measure(long startInMillis, long aheadMillis) throws Exception {
    TransferFixture fixture = new TransferFixture(root, run);
    Files.write(root.resolve("a"), UploadFixture.SMALL);
    UploadTasks tasks = fixture.tasks();
    ProbeSizes sizes = new ProbeSizes(UploadFixture.SMALL.length, 0, 2, 1, true, false);
    List<Candidate> candidates = List.of(fixture.files.candidate("a", 0));

    Probe probe =
        InTask.call(
            () ->
                new ProbeWork(tasks, sizes, System.currentTimeMillis() + startInMillis, SECONDS)
                    .measure(candidates.iterator(), false, true, aheadMillis));

    fixture.requireNothingWrongAndNothingOpen();
    return probe;
  }
}
