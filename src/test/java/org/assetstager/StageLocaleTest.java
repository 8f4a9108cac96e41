package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.StageFixture.MIB;
import static org.assetstager.StageFixture.randomBytes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.testing.EmbeddedS3;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the job writes doesn't depend on the user's language. */
@Tag("server")
@Tag("spark")
class StageLocaleTest {
  private final Locale before = Locale.getDefault();

  @TempDir Path folder;

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(before);
  }

  private static StageFixture fixture(Path folder) throws IOException {
    StageFixture fixture = new StageFixture(Files.createDirectories(folder));
    ObjectNode[] rows = {
      fixture.add("in I parts", randomBytes(11 * MIB, 1)),
      fixture.add("small", "content of small"),
      fixture.add("conflict", "content of conflict")
    };
    fixture.server.put(
        EmbeddedS3.REMOTE,
        fixture.remoteKey("content of conflict"),
        "other size".getBytes(StandardCharsets.UTF_8));
    fixture.manifest("manifest.jsonl", StageFixture.lines(rows) + "{\"root\" 1}\n");
    return fixture;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG-u-nu-arab", "tr-TR"})
  void stage_anyLocale_tellsTheSame(String language) throws IOException {
    StageFixture fixture = fixture(folder);
    Path manifest = folder.resolve("manifest.jsonl");
    Locale.setDefault(Locale.forLanguageTag(language));

    Finished dry = fixture.stage(manifest, "--dry-run");
    Finished run = fixture.stage(manifest);
    Ran audit =
        StageFixture.command(
            "audit", "--config", fixture.settingsPath().toString(), "--run", run.run.toString());

    assertThat(dry.report().get("plan").get("parts").asLong()).isEqualTo(3);
    assertThat(run.row("conflict").detail())
        .isEqualTo("the remote holds 10 bytes under this key, the file has 19");
    assertThat(run.ledger().stream().filter(row -> row.outcome() == Outcome.INVALID))
        .extracting(LedgerRow::detail)
        .singleElement()
        .asString()
        .startsWith("the row is not valid JSON near column 10: ");
    assertThat(audit.err()).isEmpty();
    for (String text : List.of(dry.ran.out(), run.ran.out(), audit.out(), report(run))) {
      assertThat(text.replace("·", "").replace("…", "")).isASCII();
    }
    assertThat(run.ledger().toString()).isASCII();
  }

  private static String report(Finished run) throws IOException {
    return Files.readString(run.run.resolve("report.json"));
  }
}
