package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.upload.UploadFixture.MIB;
import static org.assetstager.upload.UploadFixture.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.WorkRow;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.s3.RequestCounts;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.settings.VerifySettings.Policy;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.assetstager.testing.FaultyS3.Request;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.VerifiedRow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Contents that many tasks upload, with the real server, real tasks and real crashes of the job.
 */
@Tag("server")
@Tag("spark")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SplitTransferTest {
  private static final int LARGE_BYTES = 11 * MIB;
  private static final Pattern PART = Pattern.compile("PUT .*/([^/?]+)\\?.*partNumber=(\\d+).*");

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private final ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();
  private final List<StepFile> workFiles = new ArrayList<>();
  private TransferFixture transfer;
  private UploadFixture files;
  private long pieceBytes = 1;

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

  /** Makes a work file of rows that all have one content. */
  private void work(WorkRow... rows) {
    workFiles.add(transfer.write(workFiles.size(), List.of(rows)));
  }

  private WorkRow row(String path, byte[] bytes) throws IOException {
    files.write(path, bytes);
    return transfer.add(Exclusion.UPLOAD, path);
  }

  private WorkRow large(String path, int seed) throws IOException {
    return row(path, random(LARGE_BYTES + seed, seed));
  }

  /** Does what a driver does, which splits contents above 10 MiB, and returns rows by position. */
  private List<LedgerRow> run(boolean resumed) throws Exception {
    transfer.resumed = resumed;
    SplitTransfer split = new SplitTransfer(spark, transfer.transfer(), 10 * MIB, pieceBytes);
    StepFiles there = new StepFiles(spark, transfer.folder, "nonce");
    List<StepFile> wholes =
        resumed ? there.ofOpen(TransferWork.STEP, TransferWork.WHOLE) : List.of();
    List<StepFile> ledger = split.run(workFiles, wholes);
    files.log.abortAll(files.settings());
    assertThat(ledger)
        .extracting(StepFile::number)
        .containsExactlyInAnyOrderElementsOf(workFiles.stream().map(StepFile::number).toList());
    return InTask.call(() -> transfer.ledger(ledger));
  }

  private FaultyS3 proxy(FaultyS3.Fault fault) throws IOException {
    FaultyS3 proxy =
        new FaultyS3(
            files.server,
            request -> {
              Answer answer = fault.answer(request);
              Matcher part = PART.matcher(request.line());
              if (answer.status() == 200 && part.matches()) {
                accepted.add(part.group(1) + "#" + part.group(2));
              }
              return answer;
            });
    files.endpoint(proxy.endpoint());
    return proxy;
  }

  private static boolean isComplete(Request request) {
    return request.line().startsWith("POST") && request.line().contains("uploadId=");
  }

  private static boolean isCreate(Request request) {
    return request.line().startsWith("POST") && request.line().contains("?uploads");
  }

  private static boolean isPart(Request request) {
    return request.line().contains("partNumber=");
  }

  private static List<Outcome> outcomes(List<LedgerRow> rows) {
    return rows.stream().map(LedgerRow::outcome).toList();
  }

  @Test
  void run_contentsOfAllSizes_areStagedOnce() throws Exception {
    work(large("large-1", 1));
    work(large("large-2", 2));
    work(row("middle", random(7 * MIB, 4)));
    work(row("small", random(1000, 5)));
    work(row("empty", new byte[0]));

    List<LedgerRow> rows = run(false);

    assertThat(outcomes(rows)).hasSize(5).containsOnly(Outcome.STAGED);
    assertThat(rows).extracting(LedgerRow::detail).containsOnlyNulls();
    assertThat(rows.get(0).bytesUploaded()).isEqualTo(LARGE_BYTES + 1);
    assertThat(rows.get(0).etag()).endsWith("-3");
    assertThat(files.staged().values())
        .containsExactlyInAnyOrderElementsOf(rows.stream().map(LedgerRow::md5).toList());
    assertThat(transfer.requests.byKind())
        .containsEntry("CREATE", 3L)
        .containsEntry("PART", 8L)
        .containsEntry("COMPLETE", 3L)
        .containsEntry("PUT", 2L);
    assertThat(transfer.progress.done()).isEqualTo(5);
    assertThat(transfer.progress.bytes())
        .as("each file once, though a split one is read twice")
        .isEqualTo(2L * LARGE_BYTES + 3 + 7 * MIB + 1000);
  }

  /** One task reads the whole while others send; each of these tasks leaves a file. */
  @ParameterizedTest
  @ValueSource(longs = {1, 10 * MIB, 1L << 40})
  void run_partsOfOneContent_areSentBySeveralTasks(long bytesOfATask) throws Exception {
    pieceBytes = bytesOfATask;
    work(large("large", 6));

    assertThat(outcomes(run(false))).containsExactly(Outcome.STAGED);

    assertThat(transfer.folder.list("steps/" + TransferWork.STEP))
        .extracting(file -> file.getPath().getName().replaceAll("-.*", ""))
        .filteredOn(kind -> kind.equals("parts"))
        .hasSize(bytesOfATask == 1 ? 3 : bytesOfATask == 10 * MIB ? 2 : 1);
  }

  @Test
  void run_contentSmallerThanWhatOneTaskDoes_isNotSplit() throws Exception {
    work(row("middle", random(10 * MIB, 4)));

    assertThat(outcomes(run(false))).containsExactly(Outcome.STAGED);

    assertThat(transfer.folder.list("steps/" + TransferWork.STEP))
        .extracting(file -> file.getPath().getName())
        .noneMatch(name -> name.startsWith("parts") || name.startsWith("whole"));
  }

  @Test
  void run_digestedBefore_isReadOnce() throws Exception {
    byte[] bytes = random(LARGE_BYTES, 3);
    files.write("large", bytes);
    Candidate unread = files.candidate("large", 0);
    work(transfer.add(Exclusion.UPLOAD, digested(unread, bytes), null, null));

    assertThat(outcomes(run(false))).containsExactly(Outcome.STAGED);

    assertThat(transfer.folder.list("steps/" + TransferWork.STEP))
        .extracting(file -> file.getPath().getName())
        .noneMatch(name -> name.startsWith("whole"));
  }

  private static Candidate digested(Candidate candidate, byte[] bytes) {
    return digested(candidate, bytes, 5 * MIB);
  }

  private static Candidate digested(Candidate candidate, byte[] bytes, int partSize) {
    PartPlan plan = PartPlan.of(bytes.length, partSize);
    List<Md5> parts = new ArrayList<>();
    for (int i = 0; i < plan.count(); i++) {
      int from = (int) plan.offset(i);
      int to = from + (int) plan.length(i);
      parts.add(UploadFixture.md5(Arrays.copyOfRange(bytes, from, to)));
    }
    VerifiedRow found = candidate.found();
    return new Candidate(
        new VerifiedRow(
            found.row(),
            found.verdict(),
            null,
            null,
            found.seen(),
            found.md5(),
            true,
            plan.partSize(),
            PartMd5s.join(parts),
            null,
            1),
        candidate.rootRealPath(),
        candidate.rootInode());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void resume_afterCrashBetweenParts_sendsNoPartTwice(int partsBeforeTheCrash) throws Exception {
    work(large("a", 1));
    work(large("b", 2));
    AtomicInteger parts = new AtomicInteger();
    AtomicInteger creates = new AtomicInteger();
    boolean[] up = {false};
    FaultyS3.Fault fault =
        request -> {
          boolean refused =
              !up[0] && isPart(request) && parts.incrementAndGet() > partsBeforeTheCrash;
          if (isCreate(request)) {
            creates.incrementAndGet();
          }
          return refused ? Answer.error(403, "AccessDenied") : request.forward();
        };
    try (FaultyS3 proxy = proxy(fault)) {
      assertThatThrownBy(() -> run(false)).hasStackTraceContaining("AccessDenied");
      assertThat(files.log.open()).hasSize(2);
      assertThat(files.openUploads()).hasSize(2);
      assertThat(accepted).hasSize(partsBeforeTheCrash);
      up[0] = true;

      assertThat(outcomes(run(true))).containsExactly(Outcome.STAGED, Outcome.STAGED);
    }
    assertThat(creates).hasValue(2);
    assertThat(accepted).hasSize(6).doesNotHaveDuplicates();
    assertThat(files.staged()).hasSize(2);
  }

  @Test
  void resume_wholeWasRead_isNotReadAgain() throws Exception {
    work(large("a", 1));
    boolean[] up = {false};
    FaultyS3.Fault fault =
        request ->
            !up[0] && isComplete(request) ? Answer.error(403, "AccessDenied") : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThatThrownBy(() -> run(false)).hasStackTraceContaining("AccessDenied");
      up[0] = true;

      assertThat(outcomes(run(true))).containsExactly(Outcome.STAGED);
    }
    assertThat(transfer.folder.list("steps/" + TransferWork.STEP))
        .extracting(file -> file.getPath().getName())
        .filteredOn(name -> name.startsWith("whole"))
        .hasSize(1);
    assertThat(accepted).hasSize(3).doesNotHaveDuplicates();
  }

  /** Else the MD5 of then would be in the ledger with the facts of now. */
  @Test
  void resume_fileAlteredUnseenSinceTheWholeWasRead_isReadAgain() throws Exception {
    work(large("a", 1));
    boolean[] up = {false};
    FaultyS3.Fault fault =
        request ->
            !up[0] && isComplete(request) ? Answer.error(403, "AccessDenied") : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThatThrownBy(() -> run(false)).hasStackTraceContaining("AccessDenied");
      up[0] = true;
      alter("a");

      assertThat(outcomes(run(true))).containsExactly(Outcome.MODIFIED);
    }
    assertThat(files.staged()).isEmpty();
  }

  @Test
  void resume_afterCrashBetweenCompletes_looksBeforeItSends() throws Exception {
    work(large("a", 1));
    work(large("b", 2));
    AtomicInteger completes = new AtomicInteger();
    boolean[] up = {false};
    FaultyS3.Fault fault =
        request -> {
          if (!up[0] && isComplete(request)) {
            // The first is made, but nobody hears of it.
            if (completes.getAndIncrement() == 0) {
              request.forward();
            }
            return Answer.error(403, "AccessDenied");
          }
          return request.forward();
        };
    try (FaultyS3 proxy = proxy(fault)) {
      assertThatThrownBy(() -> run(false)).hasStackTraceContaining("AccessDenied");
      assertThat(files.staged()).hasSize(1);
      up[0] = true;

      assertThat(outcomes(run(true))).containsExactly(Outcome.STAGED, Outcome.STAGED);
    }
    assertThat(accepted).hasSize(6).doesNotHaveDuplicates();
  }

  @Test
  void resume_uploadAbortedMeanwhile_startsAnew() throws Exception {
    work(large("a", 1));
    boolean[] up = {false};
    FaultyS3.Fault fault =
        request ->
            !up[0] && isPart(request) && request.line().contains("partNumber=3")
                ? Answer.error(403, "AccessDenied")
                : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThatThrownBy(() -> run(false)).hasStackTraceContaining("AccessDenied");
      up[0] = true;
      assertThat(files.log.abortAll(files.settings())).hasSize(1);

      assertThat(outcomes(run(true))).containsExactly(Outcome.STAGED);
    }
  }

  @Test
  void resume_movedToTheRemoteMeanwhile_isKnownThere() throws Exception {
    WorkRow row = large("a", 1);
    work(row);
    String key = files.key(row.candidate().found().md5());
    files.server.put(EmbeddedS3.REMOTE, key, random(LARGE_BYTES + 1, 1));

    List<LedgerRow> rows = run(true);

    assertThat(outcomes(rows)).containsExactly(Outcome.KNOWN_REMOTE);
    assertThat(rows.get(0).bytesUploaded()).isZero();
    assertThat(transfer.requests.byKind()).containsKey("HEAD").doesNotContainKeys("PUT", "CREATE");
    assertThat(files.staged()).isEmpty();
  }

  @Test
  void resume_otherSizeInTheRemote_isAConflict() throws Exception {
    WorkRow row = large("a", 1);
    work(row);
    files.server.put(EmbeddedS3.REMOTE, files.key(row.candidate().found().md5()), new byte[7]);

    List<LedgerRow> rows = run(true);

    assertThat(outcomes(rows)).containsExactly(Outcome.CONFLICT);
    assertThat(rows.get(0).detail())
        .contains("the remote holds 7 bytes under this key, the file has " + (LARGE_BYTES + 1));
    assertThat(files.staged()).isEmpty();
  }

  /** The bytes were altered unseen, before any was read. */
  @Test
  void run_fileHasAnotherMd5_isModifiedAndAborted() throws Exception {
    work(large("a", 1));
    alter("a");

    List<LedgerRow> rows = run(false);

    assertThat(outcomes(rows)).containsExactly(Outcome.MODIFIED);
    assertThat(transfer.requests.byKind()).containsEntry("ABORT", 1L).doesNotContainKey("COMPLETE");
    assertThat(files.staged()).isEmpty();
  }

  /** The first part is read before and the whole after, or the other way round. */
  @Test
  void run_fileAlteredBetweenParts_isNeverStaged() throws Exception {
    work(large("a", 1));
    AtomicInteger parts = new AtomicInteger();
    FaultyS3.Fault fault =
        request -> {
          if (isPart(request) && parts.incrementAndGet() == 1) {
            alter("a");
          }
          return request.forward();
        };
    try (FaultyS3 proxy = proxy(fault)) {
      List<LedgerRow> rows = run(false);

      // Where all of it was read before, the right bytes are staged.
      assertThat(rows.get(0).outcome()).isIn(Outcome.MODIFIED, Outcome.STAGED);
      assertThat(files.staged()).hasSize(rows.get(0).outcome() == Outcome.STAGED ? 1 : 0);
    }
  }

  private void alter(String path) {
    try {
      files.alterUnseen(files.folder.resolve(path), LARGE_BYTES - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void run_fileReplacedAfterTheParts_isNotCompleted() throws Exception {
    work(large("a", 1));
    AtomicInteger parts = new AtomicInteger();
    FaultyS3.Fault fault =
        request -> {
          Answer answer = request.forward();
          if (isPart(request) && parts.incrementAndGet() == 3) {
            files.writeUnchecked("a", random(10, 9));
          }
          return answer;
        };
    try (FaultyS3 proxy = proxy(fault)) {
      List<LedgerRow> rows = run(false);

      assertThat(outcomes(rows)).containsExactly(Outcome.MODIFIED);
      assertThat(rows.get(0).detail()).contains("size");
    }
    assertThat(files.staged()).isEmpty();
  }

  @Test
  void run_firstFileOfTheContentAltered_stagesTheNext() throws Exception {
    WorkRow first = large("a", 1);
    WorkRow second = large("b", 1);
    work(first, second);
    Files.write(files.folder.resolve("a"), random(LARGE_BYTES + 1, 7));

    assertThat(outcomes(run(false))).containsExactly(Outcome.MODIFIED, Outcome.STAGED);

    assertThat(files.staged()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ALWAYS", "TRUSTED"})
  void run_equalGiants_areStagedOnce(DigestMode mode) throws Exception {
    files.verify(Policy.CONTENT, mode);
    work(large("a", 1), large("b", 1));

    assertThat(outcomes(run(false))).containsExactly(Outcome.STAGED, Outcome.DUPLICATE);

    assertThat(transfer.requests.byKind()).containsEntry("PART", 3L);
  }

  @Test
  void run_contentThatTheRemoteHolds_isReadByOneTaskAndNotSent() throws Exception {
    large("known", 1);
    transfer.work.clear();
    Candidate known = files.candidate("known", 0);
    work(transfer.add(Exclusion.KNOWN_REMOTE, known, (long) LARGE_BYTES + 1, "etag"));

    assertThat(outcomes(run(false))).containsExactly(Outcome.KNOWN_REMOTE);

    assertThat(transfer.requests.byKind()).isEmpty();
  }

  /** A known giant is the first row of a work file of many contents. */
  @Test
  void run_modifiedGiantThatIsKnownBeforeNewContents_leavesTheseAlone() throws Exception {
    large("known", 1);
    transfer.work.clear();
    Candidate known = files.candidate("known", 0);
    WorkRow giant = transfer.add(Exclusion.KNOWN_REMOTE, known, (long) LARGE_BYTES + 1, "etag");
    work(giant, row("new", random(1000, 2)), large("new giant", 3));
    alter("known");

    List<LedgerRow> rows = run(false);

    assertThat(rows).extracting(LedgerRow::path).containsExactly("known", "new", "new giant");
    assertThat(outcomes(rows)).containsExactly(Outcome.MODIFIED, Outcome.STAGED, Outcome.STAGED);
  }

  /** As those of a file of more than 10,000 parts of the configured size. */
  @Test
  void send_partsThatNoBufferHolds_areSentFromTheFile() throws Exception {
    byte[] bytes = random(LARGE_BYTES, 3);
    files.write("large", bytes);
    PlannedUpload planned = files.plan("large");
    SplitUploader split = files.uploader().split();
    SplitUpload opened = split.open(transfer.write(0, List.of()), planned).orElseThrow();
    SplitUpload larger =
        new SplitUpload(opened.work(), opened.uploadId(), LARGE_BYTES, 8 * MIB, false);

    List<SentPart> parts = split.send(larger, planned, 0, 2);

    VerifiedRow whole = digested(planned.candidate(), bytes, 8 * MIB).found();
    UploadResult result = split.finish(larger, planned, whole, parts);
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().etag()).endsWith("-2");
    files.assertStaged(planned);
  }

  @Test
  void finish_partsOfOtherBytes_areSentAgain() throws Exception {
    byte[] bytes = random(LARGE_BYTES, 3);
    files.write("large", bytes);
    PlannedUpload planned = files.plan("large");
    SplitUploader split = files.uploader().split();
    SplitUpload opened = split.open(transfer.write(0, List.of()), planned).orElseThrow();
    alter("large");
    List<SentPart> parts = split.send(opened, planned, 0, 3);
    alter("large");

    VerifiedRow whole = digested(planned.candidate(), bytes, 5 * MIB).found();
    UploadResult result = split.finish(opened, planned, whole, parts);

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    files.assertStaged(planned);
  }

  @Test
  void run_storeInTroubleDuringTheParts_goesOnWithThoseThatAreThere() throws Exception {
    work(large("a", 1));
    AtomicInteger parts = new AtomicInteger();
    FaultyS3.Fault fault =
        request -> {
          // The last of three parts, with all of its attempts.
          boolean third = isPart(request) && request.line().contains("partNumber=3");
          return third && parts.incrementAndGet() <= UploadFixture.S3.maxAttempts()
              ? Answer.error(400, "RequestTimeout")
              : request.forward();
        };
    try (FaultyS3 proxy = proxy(fault)) {
      assertThat(outcomes(run(false))).containsExactly(Outcome.STAGED);
    }
    assertThat(accepted).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void run_otherBytesPutBeforeComplete_areReplacedByThePartsThatAreThere() throws Exception {
    WorkRow row = large("a", 1);
    work(row);
    String key = files.key(row.candidate().found().md5());
    AtomicInteger completes = new AtomicInteger();
    FaultyS3.Fault fault =
        request -> {
          if (isComplete(request) && completes.incrementAndGet() == 1) {
            files.server.put(EmbeddedS3.STAGING, key, new byte[7], Map.of());
          }
          return request.forward();
        };
    try (FaultyS3 proxy = proxy(fault)) {
      List<LedgerRow> rows = run(false);

      assertThat(outcomes(rows)).containsExactly(Outcome.STAGED);
      assertThat(rows.get(0).detail()).isEqualTo("REPLACED");
    }
    assertThat(completes).hasValue(2);
    assertThat(accepted).hasSize(3).doesNotHaveDuplicates();
    assertThat(files.staged()).isEqualTo(Map.of(key, row.candidate().found().md5()));
  }

  @Test
  void run_partsThatTheStoreNoLongerKnows_areSentAnew() throws Exception {
    work(large("a", 1));
    AtomicInteger completes = new AtomicInteger();
    FaultyS3.Fault fault =
        request ->
            isComplete(request) && completes.incrementAndGet() == 1
                ? Answer.error(400, "InvalidPart")
                : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThat(outcomes(run(false))).containsExactly(Outcome.STAGED);
    }
    assertThat(completes).hasValue(2);
  }

  @Test
  void run_completeInConflictForAWhile_isAskedForAgain() throws Exception {
    work(large("a", 1));
    AtomicInteger count = new AtomicInteger();
    FaultyS3.Fault fault =
        request ->
            isComplete(request) && count.getAndIncrement() < 4
                ? Answer.error(409, "ConditionalRequestConflict")
                : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThat(outcomes(run(false))).containsExactly(Outcome.STAGED);
    }
    assertThat(transfer.requests.byKind()).containsEntry("COMPLETE", 5L).containsEntry("PART", 3L);
  }

  @Test
  void run_storeInTroubleForGood_failsAndLeavesNothingOpen() throws Exception {
    files.patience(Duration.ofSeconds(5), Duration.ofSeconds(5));
    work(large("a", 1));
    try (FaultyS3 proxy =
        proxy(request -> isComplete(request) ? Answer.error(503, "SlowDown") : request.forward())) {
      List<LedgerRow> rows = run(false);

      assertThat(outcomes(rows)).containsExactly(Outcome.FAILED);
      assertThat(rows.get(0).errorCode()).isEqualTo("SlowDown");
    }
    assertThat(files.staged()).isEmpty();
  }

  /** One refusal kills the task's attempt; the next attempt finds what was sent. */
  @Test
  void task_runAgain_sendsOnlyWhatIsMissing() throws Exception {
    pieceBytes = 1L << 40;
    work(large("a", 1));
    AtomicInteger parts = new AtomicInteger();
    FaultyS3.Fault fault =
        request ->
            isPart(request) && parts.incrementAndGet() == 3
                ? Answer.error(403, "AccessDenied")
                : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThat(outcomes(run(false))).containsExactly(Outcome.STAGED);
    }
    assertThat(accepted).hasSize(3).doesNotHaveDuplicates();
  }
}
