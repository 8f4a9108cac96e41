package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.Commands.Ran;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ExitCode;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.HeldRequests;
import org.assetstager.testing.StandaloneCluster;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.SubmittedJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that broke off and was resumed tells what all of its attempts did: its summary and {@code
 * report.json} agree with the ledger, and with what the store has seen.
 */
class StageResumedTotalsIT {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final int FILES = 60;

  /** Objects that the store takes before it holds everything. */
  private static final int TAKEN = 20;

  private final String prefix = EmbeddedS3.uniquePrefix();
  private final HeldRequests requests = new HeldRequests();
  private final AtomicInteger putsSeen = new AtomicInteger();

  @TempDir private Path folder;
  private FaultyS3 store;
  private String config;
  private String manifest;

  @BeforeEach
  void prepare() throws IOException {
    SubmittedAsset asset = new SubmittedAsset(folder);
    for (int i = 0; i < FILES; i++) {
      asset.addWithMd5("file " + i, ("content " + i).getBytes(StandardCharsets.UTF_8));
    }
    store = new FaultyS3(SERVER, this::answer);
    manifest = asset.manifestFile();
    config = asset.config(SERVER, prefix, store.endpoint(), asset.ledgerPath(), "");
  }

  @AfterEach
  void close() {
    requests.open();
    store.close();
  }

  @Test
  void resume_afterSigint_countsFilesAndRequestsOfBothAttempts() throws Exception {
    try (SubmittedJob job = startAndHold()) {
      assertThat(new ProcessBuilder("kill", "-INT", "" + job.process().pid()).start().waitFor())
          .isZero();
      assertThat(job.exitCode()).as("%s", job).isEqualTo(ExitCode.INTERRUPTED.value());
    }
    requireTotals(resume());
  }

  @Test
  void resume_afterSigkill_countsFilesAndRequestsOfBothAttempts() throws Exception {
    try (SubmittedJob job = startAndHold()) {
      // A driver records every 15 seconds what it has seen.
      StandaloneCluster.await("the PUTs are recorded", () -> recordedPuts() >= TAKEN);
      job.process().destroyForcibly();
      job.exitCode();
    }
    requireTotals(resume());
  }

  private FaultyS3.Answer answer(FaultyS3.Request request) {
    if (request.line().startsWith("PUT ") && !request.line().contains("partNumber")) {
      putsSeen.incrementAndGet();
    }
    return requests.answer(request);
  }

  private SubmittedJob startAndHold() {
    requests.holdFrom(
        request -> HeldRequests.sendsBytes(request) && requests.taken().size() >= TAKEN);
    SubmittedJob job =
        SubmittedJob.submit()
            .start("stage", "--manifest", manifest, "--config", config, "--run-id", "r");
    requests.awaitHeld();
    return job;
  }

  private Ran resume() {
    requests.open();
    return Commands.run("stage", "--config", config, "--resume", "r");
  }

  private long recordedPuts() {
    try {
      return new ObjectMapper()
          .readTree(Files.readString(run().resolve("attempts/1.json")))
          .at("/requests/PUT")
          .asLong();
    } catch (IOException e) {
      // It isn't there yet, or is being written.
      return 0;
    }
  }

  private Path run() {
    return folder.resolve("ledger/run_id=r");
  }

  private void requireTotals(Ran resumed) {
    assertThat(resumed.exitCode()).as("%s", resumed).isZero();
    List<LedgerRow> rows = StageFixture.readLedger(run());
    assertThat(rows).hasSize(FILES).extracting(LedgerRow::outcome).containsOnly(Outcome.STAGED);
    assertThat(requests.taken()).as("each object once").hasSize(FILES);

    JsonNode report = StageFixture.readReport(run());
    assertThat(report.at("/attempts")).hasSize(2);
    assertThat(report.at("/outcomes/STAGED/rows").asLong()).isEqualTo(FILES);
    assertThat(report.at("/phases/transfer/files").asLong()).isEqualTo(FILES);
    assertThat(report.at("/bytes_uploaded").asLong())
        .isEqualTo(rows.stream().mapToLong(LedgerRow::bytesUploaded).sum());
    long puts = report.at("/requests/PUT").asLong();
    // What was held was sent too; an attempt may end before it has counted these.
    assertThat(puts).isBetween((long) FILES, (long) putsSeen.get());
    assertThat(resumed.out())
        .contains(String.format("STAGED       %13d", FILES))
        .containsPattern("requests .*PUT " + puts + "\\b");
  }
}
