package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assetstager.testing.InTask;
import org.assetstager.upload.Probe.Kind;
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
    TransferFixture fixture = new TransferFixture(root, run);
    Files.write(root.resolve("a"), UploadFixture.SMALL);
    ProbeWork work =
        new ProbeWork(
            fixture.tasks(),
            new ProbeSizes(UploadFixture.SMALL.length, 0, 2, true, false),
            System.currentTimeMillis() - AHEAD_MILLIS + 500,
            SECONDS);

    Probe probe =
        InTask.call(
            () ->
                work.measure(
                    List.of(fixture.files.candidate("a", 0)).iterator(), false, AHEAD_MILLIS));

    assertThat(probe.tasks()).isEqualTo(1);
    assertThat(probe.of(Kind.SEND_SMALL).count()).isPositive();
    fixture.requireNothingWrongAndNothingOpen();
  }
}
