package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.assetstager.StageFixture.Finished;
import org.assetstager.testing.FaultyS3;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dry run that measures. How well it estimates is a benchmark's to say. */
@Tag("server")
@Tag("spark")
class StageProbeTest {
  @TempDir Path folder;

  private static ObjectNode[] smallFiles(StageFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> fixture.add("small/" + i, "content " + i))
        .toArray(ObjectNode[]::new);
  }

  private static ObjectNode[] largeFiles(StageFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                fixture.add("large/" + i, StageFixture.randomBytes(7 * StageFixture.MIB, i)))
        .toArray(ObjectNode[]::new);
  }

  private static Path manifest(StageFixture fixture, ObjectNode[]... rows) {
    return fixture.manifest(
        java.util.Arrays.stream(rows).flatMap(java.util.Arrays::stream).toArray(ObjectNode[]::new));
  }

  private static JsonNode probe(Finished run) {
    return run.report().get("estimate").get("probe");
  }

  @Test
  void probe_smallAndLargeFiles_areMeasuredAndNothingStays() throws Exception {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = manifest(fixture, smallFiles(fixture, 200), largeFiles(fixture, 4));

    Finished run = fixture.stage(manifest, "--dry-run", "--probe=8");

    JsonNode figures = probe(run).get("figures");
    assertThat(figures.fieldNames())
        .toIterable()
        .containsExactly(
            "LIST",
            "HEAD",
            "READ_SMALL",
            "READ_LARGE",
            "SEND_SMALL",
            "SEND_PARTS",
            "TRANSFER_SMALL",
            "TRANSFER_PARTS");
    System.err.println(run.ran.out());
    System.err.println(run.report().get("estimate").toPrettyString());
    assertThat(run.requests("PUT")).isZero();
    assertThat(fixture.stagingKeys()).isEmpty();
    assertThat(Files.exists(run.run.resolve("uploads")) && Files.list(run.run.resolve("uploads")).findAny().isPresent()).isFalse();
  }
}
