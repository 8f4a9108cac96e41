package org.assetstager.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.OpenedNames;
import org.assetstager.testing.StartedAt;
import org.assetstager.testing.SubmittedAsset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
@Tag("server")
@Tag("spark")
class SnapshotCommandTest {
  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();
  private @TempDir Path folder;
  private SubmittedAsset asset;
  private String config;

  @BeforeEach
  void makeAsset() {
    asset =
        new SubmittedAsset(folder)
            .add("a", "first".getBytes(UTF_8))
            .add("same", "first".getBytes(UTF_8))
            .add("b", "second".getBytes(UTF_8));
    config = asset.config(server, prefix, server.endpoint(), asset.ledgerPath(), "");
  }

  private Ran snapshot(String out, String... more) {
    String[] words = {
      "snapshot",
      asset.file("a").getParent().toString(),
      "--top-hash",
      "h1",
      "--out",
      folder.resolve(out).toString()
    };
    return Commands.run(Stream.of(words, more).flatMap(Arrays::stream).toArray(String[]::new));
  }

  /** The manifest has no MD5s: the run computes them, and the next snapshot takes them over. */
  @Test
  void snapshot_sinceARunByItsIdOrItsFolder_opensNoFile() throws Exception {
    assertThat(snapshot("week 1", "--no-hash").exitCode()).isZero();
    Ran staged =
        Commands.run(
            "stage",
            "--config",
            config,
            "--manifest",
            folder.resolve("week 1").toString(),
            "--run-id",
            "nightly-1");
    assertThat(staged.exitCode()).as(staged.err()).isZero();
    StartedAt.later(folder.resolve("ledger/run_id=nightly-1"));

    Ran byId;
    Ran byFolder;
    Set<String> opened;
    try (OpenedNames names = OpenedNames.in(asset.file("a").getParent())) {
      byId = snapshot("week 2", "--since", "nightly-1", "--config", config, "--json");
      byFolder = snapshot("week 3", "--since", asset.ledgerPath() + "/run_id=nightly-1/ledger");
      opened = names.soFar();
    }

    assertThat(byId.exitCode()).as(byId.err()).isZero();
    assertThat(byFolder.exitCode()).as(byFolder.err()).isZero();
    assertThat(opened).isEmpty();
    JsonNode result = new ObjectMapper().readTree(lastLine(byId.out()));
    assertThat(result.get("kept_md5s").asLong()).isEqualTo(3);
    assertThat(byFolder.out()).contains("unchanged  3 files kept their MD5 from --since");
  }

  private static String lastLine(String text) {
    return text.lines().reduce("", (before, line) -> line);
  }

  @Test
  void snapshot_sinceAnIdWithoutThatRun_exits2() {
    Ran ran = snapshot("out", "--since", "nightly-9", "--config", config);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("run_id=nightly-9 does not exist");
  }
}
