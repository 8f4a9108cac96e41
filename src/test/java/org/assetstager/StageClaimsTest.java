package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.asset.Outcome.CONFLICT;
import static org.assetstager.asset.Outcome.KNOWN_REMOTE;
import static org.assetstager.asset.Outcome.KNOWN_STAGING;
import static org.assetstager.asset.Outcome.MODIFIED;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.testing.EmbeddedS3;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that claim one MD5 and different sizes: each is judged by its own file. */
@Tag("server")
@Tag("spark")
class StageClaimsTest {
  private static final String TRUE = "what the user added";

  @TempDir private Path folder;
  private StageFixture fixture;
  private ObjectNode liar;
  private ObjectNode honest;

  @BeforeEach
  void addFiles() throws Exception {
    fixture = new StageFixture(folder);
    honest = fixture.add("honest", TRUE);
    liar = fixture.add("liar", "other bytes");
    liar.set("md5", honest.get("md5"));
  }

  private Map<String, Outcome> stage(boolean liarFirst, String... more) throws Exception {
    Path manifest = liarFirst ? fixture.manifest(liar, honest) : fixture.manifest(honest, liar);
    return fixture.stage(manifest, more).outcomes();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stage_remoteHoldsTheContent_isKnownForTheRowThatIsRight(boolean liarFirst) throws Exception {
    fixture.server.put(EmbeddedS3.REMOTE, fixture.remoteKey(TRUE), TRUE.getBytes(UTF_8));

    Map<String, Outcome> outcomes = stage(liarFirst);

    assertThat(outcomes).isEqualTo(Map.of("honest", KNOWN_REMOTE, "liar", MODIFIED));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stage_remoteHoldsTheSizeOfTheRowThatIsWrong_isAConflict(boolean liarFirst) throws Exception {
    fixture.server.put(EmbeddedS3.REMOTE, fixture.remoteKey(TRUE), "other bytes".getBytes(UTF_8));

    Map<String, Outcome> outcomes = stage(liarFirst);

    assertThat(outcomes).isEqualTo(Map.of("honest", CONFLICT, "liar", MODIFIED));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stage_stagingHoldsTheContent_isKnownForTheRowThatIsRight(boolean liarFirst)
      throws Exception {
    fixture.stage(fixture.manifest(honest));

    assertThat(stage(liarFirst, "--set", "verify.digest=trusted"))
        .isEqualTo(Map.of("honest", KNOWN_STAGING, "liar", MODIFIED));
    assertThat(stage(liarFirst)).isEqualTo(Map.of("honest", KNOWN_STAGING, "liar", MODIFIED));
  }

  @Test
  void stage_sameSizeAndAnotherMd5InTheRemote_isAConflict() throws Exception {
    byte[] other = TRUE.replace('w', 'W').getBytes(UTF_8);
    fixture.server.put(EmbeddedS3.REMOTE, fixture.remoteKey(TRUE), other);

    assertThat(fixture.stage(fixture.manifest(honest)).outcomes())
        .isEqualTo(Map.of("honest", CONFLICT));
    assertThat(fixture.stage(fixture.manifest(honest), "--dry-run").outcomes())
        .isEqualTo(Map.of("honest", CONFLICT));
  }
}
