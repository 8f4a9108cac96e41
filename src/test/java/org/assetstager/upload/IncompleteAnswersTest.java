package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.upload.UploadFixture.SMALL;
import static org.assetstager.upload.UploadFixture.found;
import static org.assetstager.upload.UploadFixture.lookingFirst;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.s3.RequestCounts;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores, and proxies before them, that leave out what S3 always sends. */
@Tag("server")
class IncompleteAnswersTest {
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

  private static boolean isCreate(FaultyS3.Request request) {
    return request.line().startsWith("POST") && request.line().endsWith("?uploads");
  }

  private static boolean isListParts(FaultyS3.Request request) {
    return request.line().startsWith("GET") && request.line().contains("uploadId=");
  }

  @Test
  void part_withoutEtag_isAskedFor() throws IOException {
    PlannedUpload planned = fixture.large();

    UploadResult result =
        fixture.upload(
            planned,
            request ->
                UploadFixture.isPart(request)
                    ? request.forward().without("etag")
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(result.content().etag()).endsWith("-3");
    assertThat(RequestCounts.drain())
        .isEqualTo(Map.of("CREATE", 1L, "PART", 3L, "LIST_PARTS", 3L, "COMPLETE", 1L));
    fixture.assertStaged(planned);
  }

  @Test
  void part_withoutEtagAndListedWithout_isNamedByItsMd5() throws IOException {
    PlannedUpload planned = fixture.large();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              Answer answer = request.forward();
              return isListParts(request)
                  ? answer.withBody(body -> body.replaceAll("<ETag>[^<]*</ETag>", ""))
                  : UploadFixture.isPart(request) ? answer.without("etag") : answer;
            });

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    fixture.assertStaged(planned);
  }

  @Test
  void part_withoutEtagAndNotKept_failsTheFileAlone() throws IOException {
    UploadResult result =
        fixture.upload(
            fixture.large(),
            request ->
                UploadFixture.isPart(request)
                    ? new Answer(200, Map.of(), new byte[0])
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.FAILED);
    assertThat(result.content().errorCode()).isEqualTo("IncompleteAnswer");
    assertThat(result.content().error())
        .contains("PART of '" + fixture.prefix)
        .contains("it answered without an ETag, and it does not list the part");
    assertThat(fixture.staged()).isEmpty();
    assertThat(fixture.log.abortAll(fixture.settings())).hasSize(1);
  }

  /** Does what is asked for; of the answers to some requests, sends half of the first. */
  private static FaultyS3.Fault breakingOffTheFirst(Predicate<FaultyS3.Request> some) {
    AtomicInteger seen = new AtomicInteger();
    return request -> {
      Answer answer = request.forward();
      return some.test(request) && seen.incrementAndGet() == 1
          ? answer.brokenOffAfter(answer.body().length / 2)
          : answer;
    };
  }

  @Test
  void create_answerBreaksOff_isSentAgain() throws IOException {
    PlannedUpload planned = fixture.large();

    UploadResult result =
        fixture.upload(planned, breakingOffTheFirst(IncompleteAnswersTest::isCreate));

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("CREATE", 2L, "PART", 3L, "COMPLETE", 1L));
    fixture.assertStaged(planned);
    // Nobody has learnt the id of the first, so the bucket's rule ends it; here, the test.
    assertThat(fixture.openUploads()).hasSize(1);
    fixture.abortUploads();
  }

  @Test
  void complete_answerBreaksOff_isStagedByThisRun() throws IOException {
    PlannedUpload planned = fixture.large();

    UploadResult result =
        fixture.upload(
            planned,
            breakingOffTheFirst(
                request -> request.line().startsWith("POST") && !isCreate(request)));

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).containsEntry("PART", 3L).containsEntry("COMPLETE", 2L);
    fixture.assertStaged(planned);
  }

  /** The first attempt, without the SDK, wants whole answers; the SDK needs no body of these. */
  @Test
  void part_bodyOfTheAnswerBreaksOff_isSentAgainOnce() throws IOException {
    PlannedUpload planned = fixture.large();
    AtomicInteger parts = new AtomicInteger();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              Answer answer = request.forward();
              if (!UploadFixture.isPart(request)) {
                return answer;
              }
              parts.incrementAndGet();
              return new Answer(200, answer.headers(), new byte[100]).brokenOffAfter(10);
            });

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(parts).hasValue(2 * 3);
    fixture.assertStaged(planned);
  }

  /** The status says enough. */
  @Test
  void create_refusalBreaksOff_stopsTheJob() throws IOException {
    PlannedUpload planned = fixture.large();

    assertThatThrownBy(
            () ->
                fixture.upload(
                    planned,
                    request ->
                        isCreate(request)
                            ? Answer.error(403, "AccessDenied").brokenOffAfter(10)
                            : request.forward()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("403");
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("CREATE", 1L));
  }

  @Test
  void create_withoutUploadId_failsTheFileAlone() throws IOException {
    UploadResult result =
        fixture.upload(
            fixture.large(),
            request ->
                isCreate(request)
                    ? new Answer(200, Map.of(), "<InitiateMultipartUploadResult/>".getBytes(UTF_8))
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.FAILED);
    assertThat(result.content().errorCode()).isEqualTo("IncompleteAnswer");
    assertThat(result.content().error())
        .contains("CREATE of '")
        .contains("it answered without an UploadId");
  }

  @Test
  void preflight_createWithoutUploadId_saysWhatIsMissing() throws IOException {
    try (FaultyS3 proxy =
        new FaultyS3(
            fixture.server,
            request ->
                isCreate(request)
                    ? new Answer(200, Map.of(), "<InitiateMultipartUploadResult/>".getBytes(UTF_8))
                    : request.forward())) {
      fixture.endpoint(proxy.endpoint());
      assertThatThrownBy(() -> Preflight.check(fixture.settings()))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("it answered without an UploadId")
          .hasMessageContaining("ask the store's operator");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"content-length", "etag", "last-modified"})
  void head_without_isProvedAllTheSame(String header) throws IOException {
    PlannedUpload planned = lookingFirst(fixture.small());
    fixture.put(planned, SMALL, Map.of());

    UploadResult result =
        fixture.upload(
            planned,
            request ->
                request.line().startsWith("HEAD")
                    ? request.forward().without(header)
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.KNOWN_STAGING);
    assertThat(result.content().etag()).isEqualTo(planned.md5());
  }

  @Test
  void put_andHeadWithoutEtag_isReadBack() throws IOException {
    PlannedUpload planned = fixture.small();

    UploadResult result = fixture.upload(planned, request -> request.forward().without("etag"));

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 1L, "HEAD", 1L, "GET", 1L));
  }

  /** What is missing of a part in staging makes that part be sent again, and nothing else. */
  @ParameterizedTest
  @ValueSource(strings = {"PartNumber", "Size", "ETag", "NextPartNumberMarker"})
  void listedParts_without_areSentAgain(String field) throws IOException {
    PlannedUpload planned = fixture.large();
    AtomicInteger parts = new AtomicInteger();
    try (FaultyS3 proxy =
        new FaultyS3(
            fixture.server,
            request -> {
              // The first part alone arrives.
              boolean stop = UploadFixture.isPart(request) && parts.incrementAndGet() >= 2;
              return stop ? Answer.error(403, "AccessDenied") : request.forward();
            })) {
      fixture.endpoint(proxy.endpoint());
      assertThatThrownBy(() -> fixture.uploader().upload(planned))
          .hasMessageContaining("AccessDenied");
    }
    UploadResult result =
        fixture.upload(
            lookingFirst(planned),
            request ->
                isListParts(request)
                    ? request
                        .forward()
                        .withBody(
                            body -> body.replaceAll("<" + field + ">[^<]*</" + field + ">", ""))
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    fixture.assertStaged(planned);
  }

  @Test
  void replacedObject_withoutSizeInTheListing_isReplaced() throws IOException {
    PlannedUpload planned = found(fixture.small(), SMALL.length);
    fixture.put(planned, new byte[SMALL.length], Map.of());

    UploadResult result =
        fixture.upload(
            planned,
            request ->
                request.line().startsWith("HEAD")
                    ? request.forward().without("content-length")
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isEqualTo(UploadResult.REPLACED);
  }
}
