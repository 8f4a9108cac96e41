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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.plan.Content;
import org.assetstager.plan.PlannedContent;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepRecords;
import org.assetstager.s3.RequestCounts;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.UploadSettings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.assetstager.testing.FaultyS3.Request;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.ExecutorChecks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.reflect.ClassTag;

/**
 * Contents that many tasks upload, with the real server, real tasks and real crashes of the job.
 */
class LargeUploadsTest {
  private static final int LARGE_BYTES = 13 * MIB;
  private static final int CORES = 2;
  private static final Pattern PART = Pattern.compile("PUT .*/([^/?]+)\\?.*partNumber=(\\d+).*");

  private final SparkSession spark = TestSpark.session();
  private final ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();
  private UploadFixture fixture;
  private RunFolder folder;
  private RequestTotals requests;

  @BeforeEach
  void makeRun(@TempDir Path root, @TempDir Path run) {
    // Parts of 5 MiB, one request above 6 MiB, many tasks above 12 MiB.
    fixture =
        new UploadFixture(root).limits(new UploadSettings(5 * MIB, 6 * MIB, 12 * MIB, null, null));
    folder = new RunFolder(run.toUri().toString(), spark.sparkContext().hadoopConfiguration());
    folder.writeJson(
        RunDescription.FILE,
        new RunDescription(
            1, UploadFixture.RUN, List.of(), null, null, false, CORES, "", Map.of(), 0, nonce()));
    RequestCounts.drain();
  }

  /** Executors check a run once, so each test is a run of its own. */
  private String nonce() {
    return fixture.prefix;
  }

  @AfterEach
  void nothingWrongAndNothingOpen() {
    fixture
        .staged()
        .forEach((key, md5) -> assertThat(key).endsWith("/" + new FileId(Md5.parse(md5))));
    assertThat(fixture.openUploads()).isEmpty();
    assertThat(log().open()).isEmpty();
  }

  private UploadLog log() {
    return new UploadLog(folder);
  }

  private PlannedContent content(String path, byte[] bytes, boolean digested) throws IOException {
    fixture.write(path, bytes);
    PlannedUpload p = fixture.plan(path);
    PartPlan plan = PartPlan.of(p.size(), 5 * MIB);
    List<Md5> parts = new ArrayList<>();
    for (int i = 0; i < plan.count(); i++) {
      int from = (int) plan.offset(i);
      parts.add(UploadFixture.md5(Arrays.copyOfRange(bytes, from, from + (int) plan.length(i))));
    }
    boolean inParts = digested && plan.count() > 1;
    return new PlannedContent(
        new Content(
            p.topHash(),
            p.md5(),
            path,
            1,
            p.root(),
            p.path(),
            p.size(),
            p.modifiedAtNanos(),
            p.inode(),
            digested,
            inParts ? plan.partSize() : null,
            inParts ? PartMd5s.join(parts) : null),
        null,
        null,
        null,
        null);
  }

  private PlannedContent large(String path, long seed) throws IOException {
    return content(path, random(LARGE_BYTES + (int) seed, seed), true);
  }

  private UploadTasks tasks(boolean resumed) {
    requests = new RequestTotals(spark.sparkContext());
    Map<String, AssetRoot.Seen> seen =
        Map.of(fixture.folder.toString(), AssetRoot.open(fixture.folder.toString()).seen());
    return new UploadTasks(
        fixture.settings(),
        UploadFixture.RUN,
        false,
        resumed,
        new ExecutorChecks(
            folder,
            nonce(),
            spark.sparkContext().broadcast(seen, ClassTag.apply(Map.class)),
            List.of()),
        requests,
        new TaskProgress(spark.sparkContext(), "test"),
        log());
  }

  /** Does what a driver does: all rounds, then what is left open is aborted. */
  private Map<String, UploadResult> run(boolean resumed, PlannedContent... contents) {
    return run(resumed, List.of(), contents);
  }

  private Map<String, UploadResult> run(
      boolean resumed, List<Content> others, PlannedContent... contents) {
    UploadTasks tasks = tasks(resumed);
    StepRecords records = new StepRecords(spark, folder, new StepCommits(folder, "nonce"));
    Dataset<Row> plan =
        spark.createDataset(
            Stream.of(contents).map(UploadPlanner.PLAN::toRow).toList(),
            UploadPlanner.PLAN.encoder());
    Dataset<Row> candidates =
        spark.createDataset(
            Stream.concat(Stream.of(contents).map(PlannedContent::content), others.stream())
                .map(UploadPlanner.CONTENTS::toRow)
                .toList(),
            UploadPlanner.CONTENTS.encoder());
    List<UploadRounds.Round> rounds =
        new UploadRounds(records)
            .run(plan, candidates, new UploadContents(spark, records, "same", CORES, tasks));
    LeftoverUploads.abort(log(), fixture.settings());
    Map<String, UploadResult> results = new TreeMap<>();
    for (UploadRounds.Round round : rounds) {
      for (Row row : round.results().collectAsList()) {
        UploadResult result = UploadRounds.RESULTS.fromRow(row);
        assertThat(results.put(result.manifestFile(), result)).isNull();
      }
    }
    return results;
  }

  private FaultyS3 proxy(FaultyS3.Fault fault) throws IOException {
    FaultyS3 proxy =
        new FaultyS3(
            fixture.server,
            request -> {
              Answer answer = fault.answer(request);
              Matcher part = PART.matcher(request.line());
              if (answer.status() == 200 && part.matches()) {
                accepted.add(part.group(1) + "#" + part.group(2));
              }
              return answer;
            });
    fixture.endpoint(proxy.endpoint());
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

  @Test
  void run_contentsOfAllSizes_areStagedOnce() throws IOException {
    PlannedContent[] contents = {
      large("large-1", 1),
      large("large-2", 2),
      large("large-3", 3),
      content("middle", random(7 * MIB, 4), true),
      content("small", random(1000, 5), true),
      content("empty", new byte[0], true)
    };

    Map<String, UploadResult> results = run(false, contents);

    assertThat(results).hasSize(6);
    assertThat(results.values())
        .allSatisfy(
            result -> {
              assertThat(result.outcome()).isEqualTo(Outcome.STAGED);
              assertThat(result.detail()).isNull();
            });
    assertThat(results.get("large-1").bytesUploaded()).isEqualTo(LARGE_BYTES + 1);
    assertThat(results.get("large-1").etag()).endsWith("-3");
    assertThat(fixture.staged()).hasSize(6);
    Map<String, UploadResult> again = run(true, contents);
    assertThat(again).isEqualTo(results);
  }

  @Test
  void run_partsOfOneContent_areSentFromSeveralTasks() throws IOException {
    // More bytes than a task takes, so that the parts are dealt out.
    PlannedContent content = content("large", random(160 * MIB, 6), true);

    Map<String, UploadResult> results = run(false, content);

    assertThat(results.get("large").outcome()).isEqualTo(Outcome.STAGED);
    String parts =
        folder.list("steps").stream()
            // The step's commit lies beside it.
            .filter(FileStatus::isDirectory)
            .map(file -> file.getPath().getName())
            .filter(name -> name.startsWith("upload-parts-0-"))
            .findFirst()
            .orElseThrow();
    assertThat(folder.list("steps/" + parts))
        .filteredOn(file -> file.getPath().getName().endsWith(".parquet"))
        .hasSizeGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void resume_afterCrashBetweenParts_sendsNoPartTwice(int partsBeforeTheCrash) throws IOException {
    PlannedContent[] contents = {large("a", 1), large("b", 2)};
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
      assertThatThrownBy(() -> run(false, contents)).hasStackTraceContaining("AccessDenied");
      assertThat(log().open()).hasSize(2);
      assertThat(fixture.openUploads()).hasSize(2);
      assertThat(accepted).hasSize(partsBeforeTheCrash);
      up[0] = true;

      Map<String, UploadResult> results = run(true, contents);

      assertThat(results.values())
          .extracting(UploadResult::outcome)
          .containsExactly(Outcome.STAGED, Outcome.STAGED);
    }
    assertThat(creates).hasValue(2);
    assertThat(accepted).hasSize(6).doesNotHaveDuplicates();
    assertThat(fixture.staged()).hasSize(2);
  }

  @Test
  void resume_afterCrashBetweenCompletes_looksBeforeItSends() throws IOException {
    PlannedContent[] contents = {large("a", 1), large("b", 2)};
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
      assertThatThrownBy(() -> run(false, contents)).hasStackTraceContaining("AccessDenied");
      assertThat(fixture.staged()).hasSize(1);
      up[0] = true;

      Map<String, UploadResult> results = run(true, contents);

      assertThat(results.values())
          .extracting(UploadResult::outcome)
          .containsExactly(Outcome.STAGED, Outcome.STAGED);
    }
    assertThat(accepted).hasSize(6).doesNotHaveDuplicates();
  }

  @Test
  void resume_uploadAbortedMeanwhile_startsAnew() throws IOException {
    PlannedContent content = large("a", 1);
    AtomicInteger parts = new AtomicInteger();
    boolean[] up = {false};
    FaultyS3.Fault fault =
        request ->
            !up[0] && isPart(request) && parts.incrementAndGet() > 2
                ? Answer.error(403, "AccessDenied")
                : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThatThrownBy(() -> run(false, content)).hasStackTraceContaining("AccessDenied");
      up[0] = true;
      assertThat(LeftoverUploads.abort(log(), fixture.settings())).hasSize(1);
      assertThat(fixture.openUploads()).isEmpty();
      assertThat(LeftoverUploads.abort(log(), fixture.settings())).isEmpty();

      assertThat(run(true, content).get("a").outcome()).isEqualTo(Outcome.STAGED);
    }
    assertThat(accepted).hasSize(5);
  }

  @Test
  void resume_uploadExpiredInTheStore_startsAnew() throws IOException {
    PlannedContent content = large("a", 1);
    boolean[] up = {false};
    FaultyS3.Fault fault =
        request ->
            !up[0] && isPart(request) ? Answer.error(403, "AccessDenied") : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThatThrownBy(() -> run(false, content)).hasStackTraceContaining("AccessDenied");
      up[0] = true;
      UploadLog elsewhere =
          new UploadLog(
              new RunFolder(folder.location() + "/x", spark.sparkContext().hadoopConfiguration()));
      log().open().forEach(elsewhere::opened);
      LeftoverUploads.abort(elsewhere, fixture.settings());
      assertThat(log().open()).hasSize(1);

      assertThat(run(true, content).get("a").outcome()).isEqualTo(Outcome.STAGED);
    }
  }

  @Test
  void resume_movedToTheRemoteMeanwhile_isKnownThere() throws IOException {
    byte[] bytes = random(LARGE_BYTES, 1);
    byte[] small = random(1000, 2);
    PlannedContent[] contents = {content("a", bytes, true), content("s", small, true)};
    fixture.server.put(EmbeddedS3.REMOTE, fixture.key(fixture.plan("a")), bytes);
    fixture.server.put(EmbeddedS3.REMOTE, fixture.key(fixture.plan("s")), small);

    Map<String, UploadResult> results = run(true, contents);

    assertThat(results.values())
        .extracting(UploadResult::outcome)
        .containsExactly(Outcome.KNOWN_REMOTE, Outcome.KNOWN_REMOTE);
    assertThat(results.get("a").bytesUploaded()).isZero();
    assertThat(requests.byKind()).containsKey("HEAD").doesNotContainKeys("PUT", "CREATE");
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void resume_otherSizeInTheRemote_isAConflict() throws IOException {
    PlannedContent content = large("a", 1);
    fixture.server.put(EmbeddedS3.REMOTE, fixture.key(fixture.plan("a")), new byte[7]);

    UploadResult result = run(true, content).get("a");

    assertThat(result.outcome()).isEqualTo(Outcome.CONFLICT);
    assertThat(result.detail())
        .isEqualTo("the remote holds 7 bytes under this key, the file has " + (LARGE_BYTES + 1));
    assertThat(fixture.staged()).isEmpty();
  }

  /** Two attempts at opening ran side by side: one's record won, the parts went to the other's. */
  @Test
  void finish_partsSentToAnotherUpload_areTakenFromThere() throws Exception {
    PlannedContent content = large("a", 1);
    List<Row> rows = new ArrayList<>();
    try (FaultyS3 proxy = proxy(Request::forward)) {
      UploadTasks tasks = tasks(false);
      InTask.run(
          () -> {
            SplitUploader split = tasks.uploader().split();
            StartedUpload recorded = split.start(tasks.planned(content, 0, false));
            StartedUpload other = split.start(tasks.planned(content, 0, false));
            other.missing().forEach(part -> assertThat(split.send(part).ending()).isNull());
            List<Object> columns = new ArrayList<>();
            Row started = LargeUploads.STARTED.toRow(recorded);
            for (int i = 0; i < started.length(); i++) {
              columns.add(started.get(i));
            }
            columns.add(null);
            columns.add(null);
            rows.add(RowFactory.create(columns.toArray()));
            return null;
          });
      assertThat(log().open()).hasSize(2);
      assertThat(accepted).hasSize(3);

      InTask.run(
          () -> {
            rows.add(new FinishUploads(tasks).call(List.of(rows.get(0)).iterator()).next());
            return null;
          });
      assertThat(LeftoverUploads.abort(log(), fixture.settings())).hasSize(1);
    }
    assertThat(UploadRounds.RESULTS.fromRow(rows.get(1)).outcome()).isEqualTo(Outcome.STAGED);
    assertThat(accepted).as("no part is sent again").hasSize(3);
    assertThat(fixture.staged()).hasSize(1);
  }

  @Test
  void run_fileAlteredBetweenParts_isModifiedAndAborted() throws IOException {
    PlannedContent content = large("a", 1);
    FaultyS3.Fault fault =
        request -> {
          if (isCreate(request)) {
            alter("a");
          }
          return request.forward();
        };
    try (FaultyS3 proxy = proxy(fault)) {
      UploadResult result = run(false, content).get("a");

      assertThat(result.outcome()).isEqualTo(Outcome.MODIFIED);
      assertThat(result.detail()).contains("part 3 has another MD5");
    }
    assertThat(fixture.staged()).isEmpty();
  }

  private void alter(String path) {
    try {
      fixture.alterUnseen(fixture.folder.resolve(path), LARGE_BYTES - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void run_fileAlteredAfterTheParts_isNotCompleted() throws IOException {
    PlannedContent content = large("a", 1);
    AtomicInteger parts = new AtomicInteger();
    FaultyS3.Fault fault =
        request -> {
          Answer answer = request.forward();
          if (isPart(request) && parts.incrementAndGet() == 3) {
            fixture.writeUnchecked("a", random(10, 9));
          }
          return answer;
        };
    try (FaultyS3 proxy = proxy(fault)) {
      UploadResult result = run(false, content).get("a");

      assertThat(result.outcome()).isEqualTo(Outcome.MODIFIED);
      assertThat(result.detail()).contains("size " + (LARGE_BYTES + 1) + " is now 10");
    }
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void run_firstFileOfTheContentAltered_stagesTheNext() throws IOException {
    PlannedContent first = large("a", 1);
    PlannedContent second = large("b", 1);
    Files.write(fixture.folder.resolve("a"), random(LARGE_BYTES, 7));

    Map<String, UploadResult> results = run(false, List.of(second.content()), first);

    assertThat(results.get("a").outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(results.get("b").outcome()).isEqualTo(Outcome.STAGED);
    assertThat(fixture.staged()).hasSize(1);
  }

  @Test
  void run_storeInTroubleDuringTheParts_failsAndTheNextFileGoesOn() throws IOException {
    PlannedContent first = large("a", 1);
    PlannedContent second = large("b", 1);
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
      Map<String, UploadResult> results = run(false, List.of(second.content()), first);

      assertThat(results.get("a").outcome()).isEqualTo(Outcome.FAILED);
      assertThat(results.get("a").errorCode()).isEqualTo("RequestTimeout");
      assertThat(results.get("b").outcome()).isEqualTo(Outcome.STAGED);
    }
    assertThat(accepted).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void run_otherBytesPutBeforeComplete_areReplacedByThePartsThatAreThere() throws IOException {
    PlannedContent content = large("a", 1);
    PlannedUpload planned = fixture.plan("a");
    AtomicInteger completes = new AtomicInteger();
    FaultyS3.Fault fault =
        request -> {
          if (isComplete(request) && completes.incrementAndGet() == 1) {
            fixture.put(planned, new byte[7], Map.of());
          }
          return request.forward();
        };
    try (FaultyS3 proxy = proxy(fault)) {
      UploadResult result = run(false, content).get("a");

      assertThat(result.outcome()).isEqualTo(Outcome.STAGED);
      assertThat(result.detail()).isEqualTo("REPLACED");
    }
    assertThat(completes).hasValue(2);
    assertThat(accepted).hasSize(3).doesNotHaveDuplicates();
    assertThat(fixture.staged()).isEqualTo(Map.of(fixture.key(planned), planned.md5()));
  }

  @Test
  void run_partsThatTheStoreNoLongerKnows_areSentAnew() throws IOException {
    AtomicInteger completes = new AtomicInteger();
    FaultyS3.Fault fault =
        request ->
            isComplete(request) && completes.incrementAndGet() == 1
                ? Answer.error(400, "InvalidPart")
                : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThat(run(false, large("a", 1)).get("a").outcome()).isEqualTo(Outcome.STAGED);
    }
    assertThat(completes).hasValue(2);
  }

  @Test
  void resume_storeWithoutTimeForTheListOfParts_isAskedAgain() throws IOException {
    PlannedContent content = large("a", 1);
    AtomicInteger looks = new AtomicInteger();
    boolean[] up = {false};
    FaultyS3.Fault fault =
        request -> {
          if (!up[0] && isPart(request) && request.line().contains("partNumber=3")) {
            return Answer.error(403, "AccessDenied");
          }
          boolean look = request.line().startsWith("GET") && request.line().contains("uploadId=");
          return up[0] && look && looks.incrementAndGet() <= UploadFixture.S3.maxAttempts()
              ? Answer.error(503, "SlowDown")
              : request.forward();
        };
    try (FaultyS3 proxy = proxy(fault)) {
      assertThatThrownBy(() -> run(false, content)).hasStackTraceContaining("AccessDenied");
      up[0] = true;

      assertThat(run(true, content).get("a").outcome()).isEqualTo(Outcome.STAGED);
    }
    assertThat(looks).hasValue(UploadFixture.S3.maxAttempts() + 1);
    assertThat(accepted).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void run_storeInTroubleForGood_failsAndLeavesNothingOpen() throws IOException {
    fixture.patience(Duration.ofSeconds(5), Duration.ofSeconds(5));
    try (FaultyS3 proxy =
        proxy(request -> isComplete(request) ? Answer.error(503, "SlowDown") : request.forward())) {
      UploadResult result = run(false, large("a", 1)).get("a");

      assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(result.errorCode()).isEqualTo("SlowDown");
    }
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void run_trustedDigests_areProvedBeforeTheUploadIsOpened() throws IOException {
    PlannedContent right = content("right", random(LARGE_BYTES, 1), false);
    PlannedContent wrong = content("wrong", random(LARGE_BYTES, 2), false);
    fixture.alterUnseen(fixture.folder.resolve("wrong"), 0);

    Map<String, UploadResult> results = run(false, right, wrong);

    assertThat(results.get("right").outcome()).isEqualTo(Outcome.STAGED);
    assertThat(results.get("wrong").outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(requests.byKind()).containsEntry("CREATE", 1L);
  }

  @Test
  void task_runAgain_sendsOnlyWhatIsMissing() throws IOException {
    PlannedContent content = large("a", 1);
    AtomicInteger parts = new AtomicInteger();
    // One refusal kills the task's attempt; the next attempt finds what was sent.
    Predicate<Request> refused = request -> isPart(request) && parts.incrementAndGet() == 3;
    try (FaultyS3 proxy =
        proxy(
            request ->
                refused.test(request) ? Answer.error(403, "AccessDenied") : request.forward())) {
      assertThat(run(false, content).get("a").outcome()).isEqualTo(Outcome.STAGED);
    }
    assertThat(parts.get()).isEqualTo(4);
    assertThat(accepted).hasSize(3).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void resume_uploadOfOneTaskLeftOpen_sendsOnlyWhatIsMissing(boolean digested) throws IOException {
    PlannedContent content = content("middle", random(11 * MIB, 1), digested);
    AtomicInteger parts = new AtomicInteger();
    boolean[] up = {false};
    // After two parts nothing is allowed any more, aborting neither.
    FaultyS3.Fault fault =
        request ->
            !up[0] && (parts.get() == 2 || (isPart(request) && parts.incrementAndGet() > 2))
                ? Answer.error(403, "AccessDenied")
                : request.forward();
    try (FaultyS3 proxy = proxy(fault)) {
      assertThatThrownBy(() -> run(false, content)).hasStackTraceContaining("403");
      assertThat(fixture.openUploads()).hasSize(1);
      int sent = accepted.size();
      up[0] = true;

      assertThat(run(true, content).get("middle").outcome()).isEqualTo(Outcome.STAGED);
      assertThat(sent).isPositive();
    }
    assertThat(accepted).hasSize(3).doesNotHaveDuplicates();
  }
}
