package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.asset.Outcome.KNOWN_REMOTE;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assetstager.StageFixture.Finished;
import org.assetstager.testing.EmbeddedS3;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The remote's inventory is older than the remote. */
@Tag("server")
@Tag("spark")
class StageInventoryTest {
  @TempDir private Path folder;
  private StageFixture fixture;
  private final List<String> named = new ArrayList<>();

  @BeforeEach
  void makeFixture() throws Exception {
    fixture = new StageFixture(folder);
  }

  private void nameInInventory(String content) {
    named.add(
        "\"%s\",\"%d\",\"%s\""
            .formatted(
                fixture.remoteKey(content).replace("=", "%3D"),
                content.length(),
                StageFixture.md5(content.getBytes(UTF_8))));
  }

  private void put(String content) {
    fixture.server.put(EmbeddedS3.REMOTE, fixture.remoteKey(content), content.getBytes(UTF_8));
  }

  private void writeInventory() throws Exception {
    Path inventory = Files.createDirectories(folder.resolve("inventory"));
    Files.write(inventory.resolve("data.csv"), named);
    Path manifest =
        Files.writeString(
            inventory.resolve("manifest.json"),
            """
            {"sourceBucket": "%s", "creationTimestamp": "%d", "fileFormat": "CSV",
             "fileSchema": "Key, Size, ETag", "files": [{"key": "data.csv"}]}
            """
                .formatted(EmbeddedS3.REMOTE, System.currentTimeMillis()));
    fixture.settings("remote.inventory = \"" + manifest.toUri() + '"');
  }

  @Test
  void stage_inventoryNamesManyContents_asksForThoseOfTheManifest() throws Exception {
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String content = "content " + i;
      nameInInventory(content);
      put(content);
      rows.add(fixture.add("file " + i, content));
      rows.add(fixture.add("copy " + i, content));
      nameInInventory("of another manifest " + i);
    }
    nameInInventory("gone");
    rows.add(fixture.add("gone", "gone"));
    rows.add(fixture.add("new", "new"));
    put("since the inventory");
    rows.add(fixture.add("since", "since the inventory"));
    writeInventory();

    Finished run = fixture.stage(fixture.manifest(rows.toArray(ObjectNode[]::new)));

    assertThat(run.outcomes())
        .hasSize(203)
        .containsEntry("file 0", KNOWN_REMOTE)
        .containsEntry("copy 99", KNOWN_REMOTE)
        .containsEntry("gone", STAGED)
        .containsEntry("new", STAGED)
        .containsEntry("since", STAGED);
    assertThat(run.counts()).containsEntry(KNOWN_REMOTE, 200L).containsEntry(STAGED, 3L);
    assertThat(run.requests("HEAD")).as("once for each content that both name").isEqualTo(101);
  }

  @Test
  void stage_inventoryThatIsTrusted_asksForNothing() throws Exception {
    nameInInventory("known");
    put("known");
    ObjectNode row = fixture.add("known", "known");
    writeInventory();

    Finished run = fixture.stage(fixture.manifest(row), "--set", "remote.confirm-inventory=off");

    assertThat(run.counts()).containsEntry(KNOWN_REMOTE, 1L);
    assertThat(run.requests("HEAD")).isZero();
  }
}
