package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.asset.Outcome.DELETED;
import static org.assetstager.asset.Outcome.DUPLICATE;
import static org.assetstager.asset.Outcome.INVALID;
import static org.assetstager.asset.Outcome.MODIFIED;
import static org.assetstager.asset.Outcome.NOT_ADDED;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assetstager.StageFixture.Finished;
import org.assetstager.asset.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages assets from the repos in which AMA keeps them. */
@Tag("server")
@Tag("spark")
class StageAmaTest {
  private static final double NANO = 1e-9;

  @TempDir private Path folder;
  private StageFixture fixture;
  private final ObjectNode stats = new ObjectMapper().createObjectNode();

  @BeforeEach
  void makeFixture() {
    fixture = new StageFixture(folder);
  }

  /** Makes a file and its stats, as AMA stores them when a user adds it. */
  private ObjectNode add(String path, String content) {
    ObjectNode row = fixture.add(path, content);
    stats
        .putObject(path)
        .put("content_time", seconds(row.get("st_mtime_ns").asLong()))
        .put("metadata_time", seconds(row.get("st_ctime_ns").asLong()))
        .put("num_links", row.get("st_nlink").asLong())
        .put("size", row.get("st_size").asLong())
        .set("inode", row.get("st_ino"));
    return row;
  }

  /** As Python has it. */
  private static double seconds(long nanos) {
    long whole = nanos / 1_000_000_000;
    return whole + NANO * (nanos % 1_000_000_000);
  }

  private static String contentId(ObjectNode row) {
    byte[] md5 = HexFormat.of().parseHex(row.get("md5").asText());
    return "s3:md5_" + Base64.getEncoder().encodeToString(md5);
  }

  /** A version of an asset: its objects, and the states of some of their paths and contents. */
  private final class Version {
    private final Path repo = fixture.path(".asset");
    private final String name;
    private final ObjectNode manifest = new ObjectMapper().createObjectNode();
    private final ObjectNode states = new ObjectMapper().createObjectNode();

    Version(String name) {
      this.name = name;
      manifest.put("id", "asset").put("top_hash", StageFixture.TOP).putArray("objects");
      states.putObject("content_states");
      states.putObject("object_states");
    }

    Version with(ObjectNode row) {
      manifest
          .withArray("objects")
          .addObject()
          .put("id", contentId(row) + "::" + row.get("path").asText())
          .putObject("content")
          .put("id", contentId(row))
          .put("size", row.get("st_size").asLong());
      return this;
    }

    Version withContentState(ObjectNode row, String state) {
      states.withObject("/content_states").put(contentId(row), state);
      return with(row);
    }

    Version withObjectState(ObjectNode row, String state) {
      states.withObject("/object_states").put(row.get("path").asText(), state);
      return with(row);
    }

    Path write() throws IOException {
      Files.createDirectories(repo.resolve("states/asset"));
      Files.createDirectories(repo.resolve("manifests/asset"));
      Files.writeString(repo.resolve("file_stats.json"), "{\"stats\": " + stats + "}");
      Files.writeString(repo.resolve("states/asset/" + name), states.toString());
      return Files.writeString(repo.resolve("manifests/asset/" + name), manifest.toString());
    }
  }

  private Finished stage(String manifests) {
    return fixture.finished(
        fixture.command(List.of("--manifest", manifests, "--manifest-format", "ama")));
  }

  private static Map<String, Outcome> outcomes(Finished run) {
    return run.ledger().stream()
        .collect(
            Collectors.toMap(
                row -> row.manifestFile().replaceFirst(".*/", "") + " " + row.path(),
                row -> row.outcome(),
                (one, other) -> {
                  throw new AssertionError("Two rows of one path");
                },
                TreeMap::new));
  }

  @Test
  void stage_twoVersionsOfAnAsset_takesTheStatesOfEachAndTheirStats() throws IOException {
    ObjectNode both = add("both", "in both versions");
    ObjectNode given = add("données/given", "in both, added to the second alone");
    ObjectNode committed = add("committed", "committed before");
    ObjectNode modified = add("modified", "before");
    ObjectNode deleted = add("deleted", "gone");
    ObjectNode plain = add("plain", "its path has a state");
    ObjectNode twice = add("twice", "its content is committed, whatever its path says");
    ObjectNode noStats = fixture.add("no stats", "nobody stored its stats");
    fixture.file("modified", "after it");
    Files.delete(fixture.path("deleted"));
    new Version("0.json").withContentState(both, "pending").with(given).write();
    new Version("1.json")
        .withContentState(both, "pending")
        .withContentState(given, "pending")
        .withContentState(committed, "committed")
        .withContentState(modified, "pending")
        .withContentState(deleted, "pending")
        .withObjectState(plain, "pending")
        .withContentState(noStats, "pending")
        .withContentState(twice, "committed")
        .write();

    Finished run = stage(fixture.path(".asset/manifests/asset") + "/*.json");

    Map<String, Outcome> outcomes = outcomes(run);
    assertThat(List.of(outcomes.remove("0.json both"), outcomes.remove("1.json both")))
        .containsExactlyInAnyOrder(STAGED, DUPLICATE);
    assertThat(outcomes)
        .isEqualTo(
            Map.of(
                "0.json données/given", NOT_ADDED,
                "1.json données/given", STAGED,
                "1.json committed", NOT_ADDED,
                "1.json modified", MODIFIED,
                "1.json deleted", DELETED,
                "1.json plain", STAGED,
                "1.json no stats", INVALID,
                "1.json twice", NOT_ADDED));
    assertThat(fixture.stagingKeys())
        .containsExactlyInAnyOrder(
            key("in both versions"),
            key("in both, added to the second alone"),
            key("its path has a state"));
  }

  private String key(String content) {
    return fixture.stagingKey(StageFixture.TOP, content.getBytes(StandardCharsets.UTF_8));
  }
}
