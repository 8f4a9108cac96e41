package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.upload.UploadFixture.LARGE_BYTES;
import static org.assetstager.upload.UploadFixture.SMALL;
import static org.assetstager.upload.UploadFixture.md5;
import static org.assetstager.upload.UploadFixture.random;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerSchema;
import org.assetstager.plan.Exclusion;
import org.assetstager.s3.RequestCounts;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.settings.VerifySettings.Policy;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("server")
@Tag("spark")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransferWorkTest {
  private static final byte[] OTHER = "what the user adde!".getBytes(UTF_8);

  private TransferFixture transfer;
  private UploadFixture files;

  @BeforeEach
  void makeRun(@TempDir Path root, @TempDir Path run) {
    transfer = new TransferFixture(root, run);
    files = transfer.files;
    RequestCounts.drain();
  }

  @AfterEach
  void nothingWrongAndNothingOpen() {
    transfer.requireNothingWrongAndNothingOpen();
  }

  private static List<Outcome> outcomes(List<LedgerRow> rows) {
    return rows.stream().map(LedgerRow::outcome).toList();
  }

  private void alter(String path) throws IOException {
    files.alterUnseen(files.folder.resolve(path), 0);
  }

  @Test
  void call_newContents_areStagedAndReadOnce() throws Exception {
    files.write("small", SMALL);
    files.write("empty", new byte[0]);
    files.write("large", random(LARGE_BYTES, 1));
    for (String path : List.of("small", "empty", "large")) {
      transfer.add(Exclusion.UPLOAD, path);
    }

    List<LedgerRow> rows = transfer.run();

    assertThat(outcomes(rows)).containsOnly(Outcome.STAGED).hasSize(3);
    assertThat(files.staged().values())
        .containsExactlyInAnyOrderElementsOf(rows.stream().map(LedgerRow::md5).toList());
    LedgerRow small = rows.get(0);
    assertThat(small.verdict()).isEqualTo("UNCHANGED");
    assertThat(small.detail()).isNull();
    assertThat(small.state()).isEqualTo("staged");
    assertThat(small.key()).isEqualTo(files.key(md5(SMALL).toHex()));
    assertThat(small.bytesUploaded()).isEqualTo(SMALL.length);
    assertThat(small.stagedAt()).isNotNull();
    long bytes = (long) LARGE_BYTES + SMALL.length;
    assertThat(transfer.progress.bytes()).isEqualTo(bytes);
    assertThat(transfer.progress.done()).isEqualTo(3);
    assertThat(transfer.ledgerFile.kind()).isEqualTo("ledger");
    assertThat(transfer.ledgerFile.number()).isEqualTo(3);
    assertThat(transfer.ledgerFile.outcomes())
        .isEqualTo(Map.of(Outcome.STAGED, new Total(3, bytes)));
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(transfer.ledgerPath().toUri()),
                new Configuration()))) {
      assertThat(reader.getFileMetaData().getKeyValueMetaData())
          .containsEntry("asset-stager.work", transfer.workFile.name())
          .containsEntry(LedgerSchema.KEY, String.valueOf(LedgerSchema.VERSION));
    }
  }

  @ParameterizedTest
  @EnumSource
  void call_equalFiles_areStagedOnceAndReadAsConfigured(DigestMode mode) throws Exception {
    files.verify(Policy.CONTENT, mode);
    for (int i = 0; i < 5; i++) {
      files.write("f" + i, SMALL);
      transfer.add(Exclusion.UPLOAD, "f" + i);
    }

    List<LedgerRow> rows = transfer.run();

    assertThat(transfer.requests.byKind()).isEqualTo(Map.of("PUT", 1L));
    assertThat(rows.get(0).outcome()).isEqualTo(Outcome.STAGED);
    assertThat(outcomes(rows.subList(1, 5))).containsOnly(Outcome.DUPLICATE);
    assertThat(rows.get(4).duplicateOf()).isEqualTo("manifest.jsonl#0");
    assertThat(rows.get(4).key()).isEqualTo(rows.get(0).key());
    assertThat(transfer.progress.bytes())
        .isEqualTo(SMALL.length * (mode == DigestMode.ALWAYS ? 5L : 1L));
  }

  @Test
  void call_trustedAndFactsDiffer_isReadAllTheSame() throws Exception {
    files.verify(Policy.CONTENT, DigestMode.TRUSTED);
    files.write("a", SMALL);
    files.write("b", SMALL);
    transfer.add(Exclusion.UPLOAD, "a");
    alter("b");
    alter("b");
    transfer.add(
        Exclusion.UPLOAD, files.withDetail(files.candidate("b", 1), "change time"), null, null);
    alter("b");

    List<LedgerRow> rows = transfer.run();

    assertThat(outcomes(rows)).containsExactly(Outcome.STAGED, Outcome.MODIFIED);
    assertThat(transfer.progress.bytes()).isEqualTo(2L * SMALL.length);
  }

  @ParameterizedTest
  @CsvSource({
    "altered, MODIFIED",
    "gone, DELETED",
    "grown, MODIFIED",
    "link, OUTSIDE_ROOT",
  })
  void call_firstFileIsNotWhatItWas_theNextStands(String what, Outcome outcome) throws Exception {
    for (String path : List.of("a", "b", "c")) {
      files.write(path, SMALL);
      transfer.add(Exclusion.UPLOAD, path);
    }
    Path first = files.folder.resolve("a");
    switch (what) {
      case "altered" -> alter("a");
      case "grown" -> Files.write(first, new byte[SMALL.length + 1]);
      default -> Files.delete(first);
    }
    if (what.equals("link")) {
      Files.createSymbolicLink(first, Path.of("/etc/passwd"));
    }

    List<LedgerRow> rows = transfer.run();

    assertThat(outcomes(rows)).containsExactly(outcome, Outcome.STAGED, Outcome.DUPLICATE);
    assertThat(rows.get(0).remedy()).isNotNull();
    assertThat(rows.get(2).duplicateOf()).isEqualTo("manifest.jsonl#1");
    files.assertStaged(files.plan("b"));
  }

  @Test
  void call_allFilesAltered_areModifiedAndNothingIsStaged() throws Exception {
    for (int i = 0; i < 40; i++) {
      files.write("f" + i, SMALL);
      transfer.add(Exclusion.UPLOAD, "f" + i);
      alter("f" + i);
    }

    assertThat(outcomes(transfer.run())).containsOnly(Outcome.MODIFIED).hasSize(40);
    assertThat(files.staged()).isEmpty();
  }

  @Test
  void call_storeRefusesAll_eightAreTriedAndTheOthersNotReached() throws Exception {
    for (int i = 0; i < 50; i++) {
      files.write("f" + i, SMALL);
      transfer.add(Exclusion.UPLOAD, "f" + i);
    }
    alter("f20");
    try (FaultyS3 faulty =
        new FaultyS3(
            files.server,
            request ->
                request.line().startsWith("PUT")
                    ? Answer.error(404, "NoSuchUpload")
                    : request.forward())) {
      files.endpoint(faulty.endpoint());

      List<LedgerRow> rows = transfer.run();

      assertThat(transfer.requests.byKind()).containsEntry("PUT", 8L);
      assertThat(rows.get(20).outcome()).isEqualTo(Outcome.MODIFIED);
      assertThat(rows.stream().filter(row -> row.outcome() == Outcome.FAILED)).hasSize(49);
      assertThat(rows.subList(0, 8).stream().map(LedgerRow::errorCode))
          .containsOnly("NoSuchUpload");
      assertThat(rows.get(8).errorCode()).isEqualTo("NOT_REACHED");
      assertThat(rows.get(8).error()).contains("manifest.jsonl#7").contains("FAILED");
      assertThat(rows.get(49).errorCode()).isEqualTo("NOT_REACHED");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void call_firstUploadFailsAndTheNextSucceeds_theFirstIsItsDuplicateIfUnchanged(boolean large)
      throws Exception {
    byte[] content = large ? random(LARGE_BYTES, 1) : SMALL;
    for (int i = 0; i < 3; i++) {
      files.write("f" + i, content);
      transfer.add(Exclusion.UPLOAD, "f" + i);
    }
    AtomicInteger writes = new AtomicInteger();
    try (FaultyS3 faulty =
        new FaultyS3(
            files.server,
            request ->
                request.line().matches("(PUT|POST) .*") && writes.getAndIncrement() == 0
                    ? Answer.error(404, "NoSuchUpload")
                    : request.forward())) {
      files.endpoint(faulty.endpoint());

      List<LedgerRow> rows = transfer.run();

      assertThat(outcomes(rows))
          .containsExactly(Outcome.DUPLICATE, Outcome.STAGED, Outcome.DUPLICATE);
      assertThat(rows.get(0).duplicateOf()).isEqualTo("manifest.jsonl#1");
      assertThat(rows.get(0).errorCode()).isNull();
    }
  }

  @Test
  void call_knownContents_areReadAndEndAsKnownUnlessTheirFilesWereAltered() throws Exception {
    files.write("a", SMALL);
    files.write("b", SMALL);
    files.write("c", OTHER);
    files.write("d", random(300_000, 4));
    transfer.add(Exclusion.KNOWN_REMOTE, files.candidate("a", 0), 19L, "remote-etag");
    transfer.add(Exclusion.KNOWN_REMOTE, files.candidate("b", 1), 19L, "remote-etag");
    transfer.add(Exclusion.KNOWN_STAGING, files.candidate("c", 2), 19L, "staging-etag");
    transfer.add(Exclusion.CONFLICT, files.candidate("d", 3), 7L, "other-etag");
    alter("b");

    List<LedgerRow> rows = transfer.run();

    assertThat(transfer.requests.byKind()).isEmpty();
    assertThat(outcomes(rows))
        .containsExactly(
            Outcome.KNOWN_REMOTE, Outcome.MODIFIED, Outcome.KNOWN_STAGING, Outcome.CONFLICT);
    assertThat(rows.get(0).etag()).isEqualTo("remote-etag");
    assertThat(rows.get(0).bucket()).isEqualTo(EmbeddedS3.REMOTE);
    assertThat(rows.get(0).state()).isEqualTo("committed");
    assertThat(rows.get(1).detail()).startsWith("MD5 " + md5(SMALL));
    assertThat(rows.get(2).etag()).isEqualTo("staging-etag");
    assertThat(rows.get(3).detail()).contains("the remote holds 7 bytes").contains("300000");
    assertThat(transfer.progress.bytes()).isEqualTo(3L * SMALL.length + 300_000);
  }

  @Test
  void call_knownAndTrusted_readsNothing() throws Exception {
    files.verify(Policy.CONTENT, DigestMode.TRUSTED);
    files.write("a", SMALL);
    transfer.add(Exclusion.KNOWN_REMOTE, "a");

    assertThat(outcomes(transfer.run())).containsExactly(Outcome.KNOWN_REMOTE);
    assertThat(transfer.progress.bytes()).isZero();
  }

  @Test
  void call_digestedBeforeThePlan_isNotReadAgainUnlessItIsSent() throws Exception {
    files.write("a", SMALL);
    files.write("b", SMALL);
    String md5 = md5(SMALL).toHex();
    transfer.add(Exclusion.UPLOAD, files.candidate("a", 0, md5, false), null, null);
    transfer.add(Exclusion.UPLOAD, files.candidate("b", 1, md5, false), null, null);

    List<LedgerRow> rows = transfer.run();

    assertThat(outcomes(rows)).containsExactly(Outcome.STAGED, Outcome.DUPLICATE);
    assertThat(transfer.progress.bytes()).isEqualTo(SMALL.length);
  }

  @Test
  void call_forgedObjectInStaging_isReplaced() throws Exception {
    files.write("a", SMALL);
    PlannedUpload planned = files.plan("a");
    files.put(planned, OTHER, Map.of("md5", planned.md5(), "run-id", UploadFixture.RUN));
    transfer.add(Exclusion.PROVE, files.candidate("a", 0), (long) OTHER.length, "etag");

    LedgerRow row = transfer.run().get(0);

    assertThat(row.outcome()).isEqualTo(Outcome.STAGED);
    assertThat(row.detail()).isEqualTo("REPLACED");
    files.assertStaged(planned);
  }

  @ParameterizedTest
  @EnumSource
  void call_objectThatIsProved_isKnownAndTheFileReadAsConfigured(DigestMode mode) throws Exception {
    files.verify(Policy.CONTENT, mode);
    files.write("a", SMALL);
    PlannedUpload planned = files.plan("a");
    files.put(planned, SMALL, Map.of());
    transfer.add(Exclusion.PROVE, files.candidate("a", 0), (long) SMALL.length, "kms");

    LedgerRow row = transfer.run().get(0);

    assertThat(row.outcome()).isEqualTo(Outcome.KNOWN_STAGING);
    assertThat(row.bytesUploaded()).isZero();
    assertThat(transfer.progress.bytes()).isEqualTo(mode == DigestMode.ALWAYS ? 19 : 0);
  }

  /** What lies in staging doesn't make an altered file unchanged. */
  @Test
  void call_objectThatIsProvedAndFirstFileAltered_isModifiedAndTheNextKnown() throws Exception {
    files.write("a", SMALL);
    files.write("b", SMALL);
    files.put(files.plan("a"), SMALL, Map.of());
    transfer.add(Exclusion.PROVE, files.candidate("a", 0), (long) SMALL.length, "kms");
    transfer.add(Exclusion.PROVE, files.candidate("b", 1), (long) SMALL.length, "kms");
    alter("a");

    assertThat(outcomes(transfer.run())).containsExactly(Outcome.MODIFIED, Outcome.KNOWN_STAGING);
  }

  @Test
  void call_resumed_sendsNothingTwiceAndReadsWhatIsThere() throws Exception {
    for (String path : List.of("a", "b", "c")) {
      files.write(path, path.getBytes(UTF_8));
      transfer.add(Exclusion.UPLOAD, path);
    }
    files.upload(files.plan("a"));
    files.upload(files.plan("b"));
    alter("b");
    RequestCounts.drain();
    transfer.resumed = true;

    List<LedgerRow> rows = transfer.run();

    assertThat(transfer.requests.byKind()).containsEntry("PUT", 1L);
    assertThat(outcomes(rows)).containsExactly(Outcome.STAGED, Outcome.MODIFIED, Outcome.STAGED);
    assertThat(transfer.progress.bytes()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void call_thousandEqualRows_endWhicheverOfThemStands(boolean firstAltered) throws Exception {
    int count = 1_000;
    files.write("same", SMALL);
    files.write("first", SMALL);
    transfer.add(Exclusion.UPLOAD, "first");
    for (int i = 1; i < count; i++) {
      transfer.add(Exclusion.UPLOAD, "same");
    }
    if (firstAltered) {
      alter("first");
    }

    List<LedgerRow> rows = transfer.run();

    assertThat(rows.stream().map(LedgerRow::manifestPosition))
        .containsExactlyElementsOf(IntStream.range(0, count).mapToObj(Long::valueOf).toList());
    int stands = firstAltered ? 1 : 0;
    assertThat(rows.get(stands).outcome()).isEqualTo(Outcome.STAGED);
    assertThat(outcomes(rows.subList(stands + 1, count))).containsOnly(Outcome.DUPLICATE);
    assertThat(transfer.progress.bytes())
        .as("read once each, the one that stands in for the first once more")
        .isEqualTo((long) SMALL.length * (count + stands));
    assertThat(transfer.progress.done()).isEqualTo(count);
  }

  /** Rows may claim one MD5 for files of any sizes, the small ones in groups that wait. */
  @Test
  void call_claimsOfOneMd5ForManySizes_endByThemselves() throws Exception {
    String claimed = md5(SMALL).toHex();
    files.write("small", SMALL);
    files.write("large", random(300_000, 1));
    files.write("other", OTHER);
    for (int content = 0; content < 40; content++) {
      for (int i = 0; i < 10; i++) {
        String path = i == 9 ? "small" : i % 2 == 0 ? "large" : "other";
        transfer.add(
            Exclusion.UPLOAD,
            files.candidate(path, transfer.work.size(), claimed, true, "top" + content),
            null,
            null);
      }
    }

    List<LedgerRow> rows = transfer.run();

    for (LedgerRow row : rows) {
      assertThat(row.outcome())
          .isEqualTo(row.manifestPosition() % 10 == 9 ? Outcome.STAGED : Outcome.MODIFIED);
    }
  }

  @Test
  void call_rootLost_stopsAndLeavesNoFile() throws Exception {
    files.write("a", SMALL);
    for (int i = 0; i < 500; i++) {
      transfer.add(Exclusion.UPLOAD, "a");
    }
    CandidateRoots all = transfer.roots;
    transfer.roots =
        candidate -> {
          if (candidate.found().row().manifestPosition() == 0) {
            throw JobFailure.system("The root is lost", "Mount it");
          }
          return all.of(candidate);
        };

    assertThatThrownBy(transfer::run)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The root is lost");
    assertThat(files.staged()).isEmpty();
    assertThat(transfer.ledgerFile).isNull();
  }

  /** Fails the first attempt when all other contents were put. */
  private static final class FailsOnce {
    static final AtomicInteger PUTS = new AtomicInteger();
    static final AtomicInteger FAILURES = new AtomicInteger();

    static AssetRoot root(Candidate candidate) {
      if (candidate.found().row().manifestPosition() == 5 && FAILURES.getAndIncrement() == 0) {
        while (PUTS.get() < 5) {
          Thread.onSpinWait();
        }
        throw new IllegalStateException("a first attempt that fails");
      }
      return AssetRoot.open(candidate.found().row().root());
    }
  }

  @Test
  void call_attemptFailedBefore_looksBeforeItSends() throws Exception {
    for (int i = 0; i < 6; i++) {
      files.write("f" + i, ("content " + i).getBytes(UTF_8));
      transfer.add(Exclusion.UPLOAD, "f" + i);
    }
    FailsOnce.PUTS.set(0);
    FailsOnce.FAILURES.set(0);
    transfer.roots = FailsOnce::root;
    try (FaultyS3 counting =
        new FaultyS3(
            files.server,
            request -> {
              Answer answer = request.forward();
              if (request.line().startsWith("PUT")) {
                FailsOnce.PUTS.incrementAndGet();
              }
              return answer;
            })) {
      files.endpoint(counting.endpoint());

      List<LedgerRow> rows = transfer.runAsJob();

      assertThat(outcomes(rows)).containsOnly(Outcome.STAGED).hasSize(6);
      assertThat(FailsOnce.FAILURES).hasValue(2);
      assertThat(FailsOnce.PUTS).hasValue(6);
      assertThat(files.staged()).hasSize(6);
    }
  }
}
