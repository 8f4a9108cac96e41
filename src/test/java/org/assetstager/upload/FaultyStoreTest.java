package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.upload.UploadFixture.SMALL;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.s3.RequestCounts;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.StagingSettings;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stores and networks do that the embedded server doesn't. */
@Tag("server")
class FaultyStoreTest {

  private UploadFixture fixture;

  @BeforeEach
  void makeRoot(@TempDir Path folder) {
    fixture = new UploadFixture(folder);
    RequestCounts.drain();
  }

  @AfterEach
  void noUploadStaysOpen() {
    assertThat(fixture.openUploads()).isEmpty();
  }

  private static boolean isComplete(FaultyS3.Request request) {
    return request.line().startsWith("POST") && request.line().contains("uploadId=");
  }

  /** Forwards the first such request, but its answer never arrives. */
  private static FaultyS3.Fault losingTheAnswerTo(String method) {
    AtomicInteger count = new AtomicInteger();
    return request -> {
      Answer answer = request.forward();
      boolean lose =
          (method.equals("COMPLETE") ? isComplete(request) : request.line().startsWith(method))
              && count.getAndIncrement() == 0;
      return lose ? Answer.error(500, "InternalError") : answer;
    };
  }

  @Test
  void put_answerLost_isStagedByThisRun() throws IOException {
    PlannedUpload planned = fixture.small();

    UploadResult result = fixture.upload(planned, losingTheAnswerTo("PUT"));

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 2L, "HEAD", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().bytesUploaded()).isEqualTo(SMALL.length);
    fixture.assertStaged(planned);
  }

  @Test
  void complete_answerLost_isStagedByThisRun() throws IOException {
    PlannedUpload planned = fixture.large();

    UploadResult result = fixture.upload(planned, losingTheAnswerTo("COMPLETE"));

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    fixture.assertStaged(planned);
  }

  @Test
  void complete_neverAnsweredButDone_isStagedByThisRun() throws IOException {
    PlannedUpload planned = fixture.large();
    fixture.patience(Duration.ofSeconds(5), Duration.ofSeconds(5));

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              Answer answer = request.forward();
              return isComplete(request) ? Answer.error(503, "SlowDown") : answer;
            });

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    fixture.assertStaged(planned);
  }

  @Test
  void complete_withoutEtag_isLookedAt() throws IOException {
    PlannedUpload planned = fixture.large();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              Answer answer = request.forward();
              return isComplete(request)
                  ? new Answer(
                      200,
                      answer.headers(),
                      new String(answer.body(), UTF_8)
                          .replaceAll("<ETag>.*</ETag>", "<ETag></ETag>")
                          .getBytes(UTF_8))
                  : answer;
            });

    assertThat(RequestCounts.drain()).containsEntry("HEAD", 1L);
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().etag()).endsWith("-3");
  }

  @ParameterizedTest
  @CsvSource({
    "409,ConditionalRequestConflict",
    "409,OperationAborted",
    "404,NoSuchUpload",
    "400,BadDigest"
  })
  void put_refusedOnce_isSentAgain(int status, String code) throws IOException {
    PlannedUpload planned = fixture.small();
    AtomicInteger count = new AtomicInteger();

    UploadResult result =
        fixture.upload(
            planned,
            request ->
                request.line().startsWith("PUT") && count.getAndIncrement() == 0
                    ? Answer.error(status, code)
                    : request.forward());

    if (code.equals("NoSuchUpload")) {
      assertThat(result.content().outcome()).isEqualTo(Outcome.FAILED);
      assertThat(result.content().errorCode()).isEqualTo("NoSuchUpload");
    } else {
      assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
      fixture.assertStaged(planned);
    }
  }

  @Test
  void put_alwaysInConflict_failsWhenThePatienceIsOver() throws IOException {
    fixture.patience(Duration.ofSeconds(2), Duration.ofSeconds(2));
    long begin = System.nanoTime();

    UploadResult result =
        fixture.upload(
            fixture.small(),
            request ->
                request.line().startsWith("PUT")
                    ? Answer.error(409, "ConditionalRequestConflict")
                    : request.forward());

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(2));
    Map<String, Long> requests = RequestCounts.drain();
    assertThat(requests.get("PUT")).as("waits grow").isBetween(3L, 15L);
    assertThat(requests.get("HEAD")).as("looks").isEqualTo(requests.get("PUT"));
    assertThat(result.content().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.content().errorCode()).isEqualTo("ConditionalRequestConflict");
    assertThat(result.content().error())
        .contains("PUT of '" + fixture.prefix)
        .contains("answered 409");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ConditionalRequestConflict", "OperationAborted"})
  void complete_inConflictForAWhile_isAskedForAgainAndNoPartIsSentAgain(String code)
      throws IOException {
    PlannedUpload planned = fixture.large();
    AtomicInteger count = new AtomicInteger();

    UploadResult result =
        fixture.upload(
            planned,
            request ->
                isComplete(request) && count.getAndIncrement() < 4
                    ? Answer.error(409, code)
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain())
        .isEqualTo(Map.of("CREATE", 1L, "PART", 3L, "COMPLETE", 5L, "HEAD", 4L));
    fixture.assertStaged(planned);
  }

  @Test
  void complete_inConflictWithWhoPutsTheSame_isKnownAndTheUploadAborted() throws IOException {
    PlannedUpload planned = fixture.large();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              if (!isComplete(request)) {
                return request.forward();
              }
              fixture.put(planned, UploadFixture.random(UploadFixture.LARGE_BYTES, 1), Map.of());
              return Answer.error(409, "ConditionalRequestConflict");
            });

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.KNOWN_STAGING);
    assertThat(RequestCounts.drain()).containsEntry("COMPLETE", 1L).containsEntry("ABORT", 1L);
  }

  @Test
  void complete_refusedAsOthersWrite_goesOnWithTheSameParts() throws IOException {
    PlannedUpload planned = fixture.large();
    AtomicInteger count = new AtomicInteger();

    UploadResult result =
        fixture.upload(
            planned,
            request ->
                isComplete(request) && count.getAndIncrement() == 0
                    ? Answer.error(412, "PreconditionFailed")
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).containsEntry("PART", 3L).containsEntry("COMPLETE", 2L);
  }

  /** 409 is waited for whatever the request; here each fails twice. */
  @Test
  void everyRequest_inConflictTwice_isSentAgain() throws IOException {
    PlannedUpload planned = fixture.large();
    Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

    UploadResult result =
        fixture.upload(
            UploadFixture.lookingFirst(planned),
            request ->
                counts
                            .computeIfAbsent(
                                request.line() + UploadFixture.isPart(request),
                                line -> new AtomicInteger())
                            .getAndIncrement()
                        < 2
                    ? Answer.error(409, "OperationAborted")
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(counts.keySet()).hasSizeGreaterThan(5);
    fixture.assertStaged(planned);
  }

  @Test
  void part_alteredOnTheWay_isSentAgain() throws IOException {
    PlannedUpload planned = fixture.large();
    AtomicInteger count = new AtomicInteger();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              if (UploadFixture.isPart(request) && count.getAndIncrement() == 1) {
                request.body()[7] ^= 1;
              }
              return request.forward();
            });

    assertThat(RequestCounts.drain()).containsEntry("PART", 4L);
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    fixture.assertStaged(planned);
  }

  @Test
  void part_alwaysAlteredOnTheWay_failsAndAborts() throws IOException {
    UploadResult result =
        fixture.upload(
            fixture.large(),
            request -> {
              if (UploadFixture.isPart(request)) {
                request.body()[7] ^= 1;
              }
              return request.forward();
            });

    assertThat(result.content().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void upload_abortedBySomebody_isDoneAnew() throws IOException {
    PlannedUpload planned = fixture.large();
    AtomicInteger count = new AtomicInteger();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              if (isComplete(request) && count.getAndIncrement() == 0) {
                fixture.abortUploads();
              }
              return request.forward();
            });

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).containsEntry("CREATE", 2L).containsEntry("PART", 6L);
    fixture.assertStaged(planned);
  }

  /** Under SSE-KMS each sending of a part has an ETag of its own. */
  @Test
  void part_sentAgainByAnotherAttempt_isTakenAsItIsListed() throws IOException {
    PlannedUpload planned = fixture.large();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              Answer answer = request.forward();
              if (!request.line().contains("partNumber=2")) {
                return answer;
              }
              Map<String, List<String>> headers = new HashMap<>(answer.headers());
              headers.put("etag", List.of("\"" + "a".repeat(32) + "\""));
              return new Answer(answer.status(), headers, answer.body());
            });

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain())
        .containsEntry("CREATE", 1L)
        .containsEntry("PART", 3L)
        .containsEntry("COMPLETE", 2L)
        .doesNotContainKey("ABORT");
    fixture.assertStaged(planned);
  }

  /** As of a store that has lost a part and lists it all the same. */
  @Test
  void upload_thatCanNeverBeCompleted_isDoneAnew() throws IOException {
    PlannedUpload planned = fixture.large();
    Set<String> damaged = new HashSet<>();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              if (isComplete(request) && (damaged.isEmpty() || damaged.contains(request.line()))) {
                damaged.add(request.line());
                return Answer.error(400, "InvalidPart");
              }
              return request.forward();
            });

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain())
        .containsEntry("CREATE", 2L)
        .containsEntry("PART", 6L)
        .containsEntry("COMPLETE", 3L);
    fixture.assertStaged(planned);
    // The run aborts at its end what is on record.
    assertThat(fixture.openUploads()).hasSize(1);
    fixture.log.abortAll(fixture.settings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "POST"})
  void store_inTrouble_failsTheFileWithTheCode(String method) throws IOException {
    PlannedUpload planned = method.equals("PUT") ? fixture.small() : fixture.large();
    fixture.patience(Duration.ofSeconds(5), Duration.ofSeconds(5));

    UploadResult result =
        fixture.upload(
            planned,
            request ->
                request.line().startsWith(method)
                    ? Answer.error(503, "SlowDown")
                    : request.forward());

    assertThat(RequestCounts.drain().get(method.equals("PUT") ? "PUT" : "CREATE"))
        .isGreaterThanOrEqualTo(3L);
    assertThat(result.content().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.content().errorCode()).isEqualTo("SlowDown");
    assertThat(result.content().error())
        .contains("503")
        .doesNotContain(fixture.server.userSecret());
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void store_keepingOtherBytes_isNotBelieved() throws IOException {
    PlannedUpload planned = fixture.small();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              if (request.line().startsWith("PUT")) {
                fixture.put(planned, "something else here".getBytes(UTF_8), Map.of());
                return new Answer(200, Map.of("ETag", List.of("\"0\"")), new byte[0]);
              }
              return request.forward();
            });

    assertThat(result.content().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.content().errorCode()).isEqualTo("NotProved");
    assertThat(result.content().error()).contains(fixture.key(planned));
  }

  @Test
  void store_withItsOwnKindOfEtags_isReadBack() throws IOException {
    PlannedUpload planned = fixture.small();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              Answer answer = request.forward();
              Map<String, List<String>> headers = new HashMap<>(answer.headers());
              headers.computeIfPresent("etag", (name, value) -> List.of("\"of-its-own\""));
              return new Answer(answer.status(), headers, answer.body());
            });

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 1L, "HEAD", 1L, "GET", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().etag()).isEqualTo("of-its-own");
  }

  @Test
  void store_underKms_isBelievedByContentMd5() throws IOException {
    PlannedUpload small = fixture.small();

    UploadResult result =
        fixture.upload(
            small,
            request -> {
              assertThat(request.header("Content-MD5")).isNotNull();
              Answer answer = request.forward();
              Map<String, List<String>> headers = new HashMap<>(answer.headers());
              headers.computeIfPresent("etag", (name, value) -> List.of("\"of-its-own\""));
              headers.put("x-amz-server-side-encryption", List.of("aws:kms"));
              return new Answer(answer.status(), headers, answer.body());
            });

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
  }

  /**
   * There an ETag is no MD5, whatever it looks like: whoever wrote the object may have chosen it.
   */
  @ParameterizedTest
  @CsvSource({
    "x-amz-server-side-encryption, aws:kms",
    "x-amz-server-side-encryption, aws:kms:dsse",
    "x-amz-server-side-encryption-customer-algorithm, AES256"
  })
  void objectWhoseEtagIsNoMd5_isReadBackAndReplaced(String header, String value)
      throws IOException {
    PlannedUpload planned = UploadFixture.found(fixture.small(), SMALL.length);
    fixture.put(planned, new byte[SMALL.length], Map.of());
    AtomicBoolean replaced = new AtomicBoolean();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              replaced.compareAndSet(false, request.line().startsWith("PUT"));
              Answer answer = request.forward();
              if (replaced.get()) {
                return answer;
              }
              Map<String, List<String>> headers = new HashMap<>(answer.headers());
              headers.computeIfPresent(
                  "etag", (name, etag) -> List.of("\"" + planned.md5() + "\""));
              headers.put(header, List.of(value));
              return new Answer(answer.status(), headers, answer.body());
            });

    assertThat(RequestCounts.drain()).containsEntry("GET", 1L);
    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isEqualTo(UploadResult.REPLACED);
    fixture.assertStaged(planned);
  }

  @Test
  void store_underKms_isBelievedByTheContentMd5OfAllParts() throws IOException {
    UploadResult result =
        fixture.upload(
            fixture.large(),
            request -> {
              Answer answer = request.forward();
              Map<String, List<String>> headers = new HashMap<>(answer.headers());
              headers.put("x-amz-server-side-encryption", List.of("aws:kms"));
              headers.remove("content-length");
              String body = new String(answer.body(), UTF_8);
              return isComplete(request)
                  ? new Answer(
                      answer.status(),
                      headers,
                      body.replaceAll("[0-9a-f]{32}-3", "own").getBytes(UTF_8))
                  : new Answer(answer.status(), headers, answer.body());
            });

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("CREATE", 1L, "PART", 3L, "COMPLETE", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().etag()).isEqualTo("own");
  }

  @Test
  void replacement_overwrittenBySomebodyAtOnce_isNotBelieved() throws IOException {
    PlannedUpload planned = UploadFixture.found(fixture.small(), 3);
    fixture.put(planned, new byte[3], Map.of());

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              Answer answer = request.forward();
              if (request.line().startsWith("PUT")) {
                fixture.put(planned, new byte[SMALL.length], Map.of());
              }
              return answer;
            });

    assertThat(result.content().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.content().errorCode()).isEqualTo("NotProved");
  }

  @Test
  void replacement_movedOnByTheServerAtOnce_isStaged() throws IOException {
    PlannedUpload planned = UploadFixture.found(fixture.small(), 3);
    fixture.put(planned, new byte[3], Map.of());
    AtomicBoolean moved = new AtomicBoolean();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              if (moved.get() && request.line().startsWith("HEAD")) {
                return Answer.error(404, "NotFound");
              }
              moved.compareAndSet(false, request.line().startsWith("PUT"));
              return request.forward();
            });

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isEqualTo(UploadResult.REPLACED);
    assertThat(result.content().etag()).isEqualTo(planned.md5());
  }

  @Test
  void part_refusedForGood_keepsTheOthersFromBeingSent() throws IOException {
    fixture.write("a/long", UploadFixture.random(40 << 20, 3));
    PlannedUpload planned = fixture.plan("a/long");
    AtomicInteger others = new AtomicInteger();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              if (UploadFixture.isPart(request) && request.line().contains("partNumber=1&")) {
                return Answer.error(400, "InvalidRequest");
              }
              if (UploadFixture.isPart(request)) {
                others.incrementAndGet();
                try {
                  Thread.sleep(1_000);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
              return request.forward();
            });

    assertThat(result.content().outcome()).isEqualTo(Outcome.FAILED);
    // Two are under way at a time, of eight.
    assertThat(others).hasValueLessThan(4);
  }

  /** Under a key of somebody's own, archived, or under a key of KMS that is gone. */
  @ParameterizedTest
  @CsvSource({
    "400, 400, InvalidRequest, -1",
    "200, 400, KMS.DisabledException, 19",
    "200, 403, InvalidObjectState, 19"
  })
  void objectThatOnlyWhoPutItCanRead_isReplaced(
      int headStatus, int getStatus, String code, long listedSize) throws IOException {
    PlannedUpload planned = UploadFixture.found(fixture.small(), listedSize);
    fixture.put(planned, new byte[SMALL.length], Map.of());
    AtomicBoolean replaced = new AtomicBoolean();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              replaced.compareAndSet(false, request.line().startsWith("PUT"));
              if (!replaced.get() && request.line().startsWith("GET")) {
                return Answer.error(getStatus, code);
              }
              return !replaced.get() && headStatus != 200
                  ? Answer.error(headStatus, code)
                  : request.forward();
            });

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isEqualTo(UploadResult.REPLACED);
    fixture.assertStaged(planned);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void replacement_withIfMatchOn_namesWhatItReplaces(boolean ifMatch) throws IOException {
    fixture.staging(
        s ->
            new StagingSettings(
                s.bucket(), true, ifMatch, false, null, s.encryption(), null, s.tags()));
    PlannedUpload planned = UploadFixture.found(fixture.small(), 3);
    fixture.put(planned, new byte[3], Map.of());
    List<String> conditions = new ArrayList<>();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              if (!request.line().startsWith("PUT")) {
                return request.forward();
              }
              conditions.add(request.header("If-Match") + " " + request.header("If-None-Match"));
              fixture.put(planned, SMALL, Map.of());
              return new Answer(200, Map.of(), new byte[0]);
            });

    String etag = "\"" + UploadFixture.md5(new byte[3]).toHex() + "\"";
    assertThat(conditions).containsExactly(ifMatch ? etag + " null" : "null null");
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isEqualTo("REPLACED");
  }

  @ParameterizedTest
  @CsvSource({"PUT, 0", "POST, 3"})
  void replacement_ofAnObjectThatIsGone_isWrittenWithoutSendingAgain(String method, long parts)
      throws IOException {
    fixture.staging(
        s ->
            new StagingSettings(
                s.bucket(), true, true, false, null, s.encryption(), null, s.tags()));
    PlannedUpload planned =
        UploadFixture.found(method.equals("PUT") ? fixture.small() : fixture.large(), 3);
    fixture.put(planned, new byte[3], Map.of());

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              boolean replaces = request.header("If-Match") != null;
              assertThat(!replaces || request.line().startsWith(method)).isTrue();
              if (replaces) {
                fixture.server.delete(EmbeddedS3.STAGING, fixture.key(planned));
                return Answer.error(404, "NoSuchKey");
              }
              return request.forward();
            });

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    Map<String, Long> requests = RequestCounts.drain();
    assertThat(requests.getOrDefault("PART", 0L)).isEqualTo(parts);
    assertThat(requests.getOrDefault("CREATE", 0L)).isEqualTo(parts == 0 ? 0 : 1);
    fixture.assertStaged(planned);
  }

  @Test
  void requests_carryOwnerConditionAndKeyVerbatim() throws IOException {
    PlannedUpload planned = fixture.large();
    fixture.bucket(
        b ->
            new BucketSettings(
                b.bucket(),
                "a//b/",
                b.endpoint(),
                b.region(),
                b.pathStyle(),
                b.credentials(),
                b.listing(),
                "123456789012"));
    List<String> lines = new ArrayList<>();

    assertThatThrownBy(
            () ->
                fixture.upload(
                    planned,
                    request -> {
                      lines.add(request.line());
                      lines.add(request.header("x-amz-expected-bucket-owner"));
                      return Answer.error(403, "AccessDenied");
                    }))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("CREATE of 'a//b/contents/top/")
        .hasMessageContaining("403 AccessDenied")
        .hasMessageContaining("grant s3:PutObject");
    // The SDK writes the second slash so that no proxy on the way drops it.
    assertThat(lines.get(0)).startsWith("POST /staging/a/%2Fb/contents/top/");
    assertThat(lines.get(1)).isEqualTo("123456789012");
  }

  @Test
  void upload_threadInterrupted_isCancelledAndNotFailed() throws IOException {
    PlannedUpload planned = fixture.small();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> fixture.upload(planned)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
