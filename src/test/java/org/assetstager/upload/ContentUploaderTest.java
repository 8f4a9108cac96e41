package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.upload.UploadFixture.LARGE_BYTES;
import static org.assetstager.upload.UploadFixture.MIB;
import static org.assetstager.upload.UploadFixture.SMALL;
import static org.assetstager.upload.UploadFixture.found;
import static org.assetstager.upload.UploadFixture.lookingFirst;
import static org.assetstager.upload.UploadFixture.md5;
import static org.assetstager.upload.UploadFixture.random;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.RequestCounts;
import org.assetstager.s3.S3Clients;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.StagingSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.settings.VerifySettings.Policy;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

@Tag("server")
class ContentUploaderTest {
  private static final byte[] OTHER = "what somebody wrote".getBytes(UTF_8);

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

  private HeadObjectResponse head(PlannedUpload planned) {
    return fixture
        .server
        .serverClient()
        .headObject(
            r ->
                r.bucket(fixture.server.serverBucket(EmbeddedS3.STAGING))
                    .key(fixture.key(planned)));
  }

  @Test
  void upload_freshSmallFile_isPutOnceWithItsMetadata() throws IOException {
    PlannedUpload planned = fixture.small();

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isNull();
    assertThat(result.content().etag()).isEqualTo(planned.md5());
    assertThat(result.content().bytesUploaded()).isEqualTo(SMALL.length);
    assertThat(result.verified().row().manifestPosition()).isEqualTo(7);
    fixture.assertStaged(planned);
    assertThat(head(planned).metadata())
        .isEqualTo(Map.of("md5", planned.md5(), "run-id", UploadFixture.RUN));
  }

  @Test
  void upload_emptyFile_isStaged() throws IOException {
    fixture.write("empty", new byte[0]);
    PlannedUpload planned = fixture.plan("empty");

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.STAGED);
    fixture.assertStaged(planned);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "ä/ö", "#?%2F&+", "line\nbreak", "'\"", "-", "..a"})
  void upload_oddFileName_isStaged(String name) throws IOException {
    fixture.write(name, SMALL);
    PlannedUpload planned = fixture.plan(name);

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.STAGED);
    fixture.assertStaged(planned);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b/", "c+/", "%2F/", "#/", "?x=1/", "\u00e4\u6f22/", "=&'()*!~/"})
  void upload_oddPrefix_isStagedUnderIt(String odd) throws IOException {
    fixture.bucket(
        b ->
            new BucketSettings(
                b.bucket(),
                b.prefix() + odd,
                b.endpoint(),
                b.region(),
                b.pathStyle(),
                b.credentials(),
                b.listing(),
                b.expectedOwner()));
    PlannedUpload planned = fixture.small();

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(fixture.staged())
        .isEqualTo(
            Map.of(
                fixture.prefix + odd + fixture.key(planned).substring(fixture.prefix.length()),
                planned.md5()));
  }

  @Test
  void upload_largeFile_isPutInParts() throws IOException {
    PlannedUpload planned = fixture.large();

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("CREATE", 1L, "PART", 3L, "COMPLETE", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().etag()).endsWith("-3");
    fixture.assertStaged(planned);
    assertThat(head(planned).metadata())
        .isEqualTo(
            Map.of(
                "md5",
                planned.md5(),
                "part-size",
                Integer.toString(5 * MIB),
                "run-id",
                UploadFixture.RUN));
    assertThat(fixture.log.open()).isEmpty();
  }

  @Test
  void upload_largerThanABufferButUnderTheThreshold_isStreamed() throws IOException {
    fixture.limits(new UploadSettings(5 * MIB, 32 * MIB, 64 * MIB, false, null, null));
    PlannedUpload planned = fixture.large();

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 1L));
    fixture.assertStaged(planned);
  }

  /** One that has a work file of its own takes the memory of the whole task. */
  @ParameterizedTest
  @CsvSource({"20, 0, 2", "41, 1, 8"})
  void upload_inParts_sendsSoManyAtATime(int thresholdMib, int moreThanThreshold, int together)
      throws IOException {
    int threshold = thresholdMib * MIB;
    fixture.limits(new UploadSettings(5 * MIB, 6 * MIB, threshold, false, null, null));
    fixture.write("f", UploadFixture.random(threshold + moreThanThreshold, 1));
    PlannedUpload planned = fixture.plan("f");
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    UploadResult result =
        fixture.upload(
            planned,
            request -> {
              if (UploadFixture.isPart(request)) {
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                long begin = System.nanoTime();
                // One too many has time to arrive.
                while (System.nanoTime() - begin
                    < (most.get() < together ? 20_000_000_000L : 300_000_000L)) {
                  LockSupport.parkNanos(1_000_000);
                }
                // Before the store answers: the next part may arrive at once then.
                underWay.decrementAndGet();
              }
              return request.forward();
            });

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(most).hasValue(together);
    fixture.assertStaged(planned);
  }

  @Test
  void upload_withClassAndSdkChecksums_isStaged() throws IOException {
    fixture.staging(
        s ->
            new StagingSettings(
                s.bucket(),
                true,
                false,
                true,
                "STANDARD",
                StagingSettings.Encryption.NONE,
                null,
                Map.of()));
    PlannedUpload planned = fixture.small();
    PlannedUpload large = fixture.large();

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(fixture.upload(large).content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(fixture.staged().values()).containsExactlyInAnyOrder(planned.md5(), large.md5());
  }

  @Test
  void upload_largeFileThatCantBePutOnRecord_isAborted() throws IOException {
    PlannedUpload planned = fixture.large();
    Files.createDirectories(fixture.folder.resolve(".run"));
    // Where the record's folder would be.
    Files.createFile(fixture.folder.resolve(".run/uploads"));

    assertThatThrownBy(() -> fixture.upload(planned))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("Can't write to the run's folder");
    assertThat(fixture.openUploads()).isEmpty();
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("CREATE", 1L, "ABORT", 1L));
  }

  @Test
  void upload_twoUploadsLeftOpen_goesOnWithTheOneThatHasMoreParts() throws IOException {
    PlannedUpload planned = lookingFirst(fixture.large());
    byte[] bytes = random(LARGE_BYTES, 1);
    S3Client client = S3Clients.staging(fixture.settings()).client();
    String key = fixture.key(planned);
    List<String> uploadIds = new ArrayList<>();
    for (int parts : new int[] {0, 2, 1}) {
      String uploadId =
          client.createMultipartUpload(r -> r.bucket(EmbeddedS3.STAGING).key(key)).uploadId();
      uploadIds.add(uploadId);
      for (int i = 0; i < parts; i++) {
        int number = i + 1;
        client.uploadPart(
            r -> r.bucket(EmbeddedS3.STAGING).key(key).uploadId(uploadId).partNumber(number),
            RequestBody.fromBytes(Arrays.copyOfRange(bytes, i * 5 * MIB, number * 5 * MIB)));
      }
      fixture.log.opened(new OpenUpload(key, uploadId, 5 * MIB, null, "earlier"));
    }
    RequestCounts.drain();

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).containsEntry("PART", 1L).doesNotContainKey("CREATE");
    fixture.assertStaged(planned);
    for (String left : List.of(uploadIds.get(0), uploadIds.get(2))) {
      client.abortMultipartUpload(r -> r.bucket(EmbeddedS3.STAGING).key(key).uploadId(left));
    }
  }

  @Test
  void upload_storeInTroubleDuringTheParts_leavesItOpenForTheNextAttempt() throws IOException {
    PlannedUpload planned = fixture.large();
    fixture.patience(Duration.ofSeconds(2), Duration.ofSeconds(2));
    try (FaultyS3 faulty =
        new FaultyS3(
            fixture.server,
            request ->
                request.line().contains("partNumber=3")
                    ? Answer.error(503, "ServiceUnavailable")
                    : request.forward())) {
      String own = fixture.settings().staging().bucket().endpoint();
      assertThat(fixture.endpoint(faulty.endpoint()).upload(planned).content().outcome())
          .isEqualTo(Outcome.FAILED);
      fixture.endpoint(own);
    }
    assertThat(fixture.openUploads()).hasSize(1);
    RequestCounts.drain();

    UploadResult result = fixture.upload(lookingFirst(planned));

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).containsEntry("PART", 1L).doesNotContainKey("CREATE");
    assertThat(fixture.log.open()).isEmpty();
    fixture.assertStaged(planned);
  }

  /** As where a thread can't have the memory for a part. */
  @Test
  void upload_jobFailsUnexpectedlyDuringTheParts_leavesItOpenForTheNextAttempt()
      throws IOException {
    PlannedUpload planned = fixture.large();
    fixture.before(
        3,
        () -> {
          throw new OutOfMemoryError("made by a test");
        });
    assertThatThrownBy(() -> fixture.upload(planned))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("made by a test");
    assertThat(fixture.openUploads()).hasSize(1);
    fixture.before(0, () -> {});
    RequestCounts.drain();

    UploadResult result = fixture.upload(lookingFirst(planned));

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).doesNotContainKey("CREATE");
    fixture.assertStaged(planned);
  }

  @Test
  void upload_completionTakesLongerThanAnAttempt_isAskedForOnce() throws IOException {
    requireCompletedOnce(
        Duration.ofSeconds(60),
        request -> {
          LockSupport.parkNanos(5_000_000_000L);
          return request.forward();
        });
  }

  /** S3 sends white space while it joins parts. */
  @Test
  void upload_completionSaysThatItGoesOn_isWaitedForAsLongAsACallTakes() throws IOException {
    requireCompletedOnce(
        Duration.ofSeconds(30), request -> request.forward().within(Duration.ofSeconds(12)));
  }

  /** With two seconds for an attempt of other requests. */
  private void requireCompletedOnce(Duration call, FaultyS3.Fault completion) throws IOException {
    PlannedUpload planned = fixture.large();
    fixture.patience(Duration.ofSeconds(2), call);

    UploadResult result =
        fixture.upload(
            planned,
            request ->
                request.line().startsWith("POST") && request.line().contains("uploadId=")
                    ? completion.answer(request)
                    : request.forward());

    assertThat(result.content().outcome()).as("%s", result).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("CREATE", 1L, "PART", 3L, "COMPLETE", 1L));
  }

  /** The JDK keeps what a thread has read with until that ends. */
  @Test
  void upload_largeBody_leavesLittleMemoryOutsideTheHeap() throws Exception {
    fixture.limits(new UploadSettings(24 * MIB, 24 * MIB, 64 * MIB, false, null, null));
    fixture.write("f", random(24 * MIB, 1));
    PlannedUpload planned = fixture.plan("f");
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    FutureTask<Long> kept =
        new FutureTask<>(
            () -> {
              long before = direct.getMemoryUsed();
              fixture.upload(planned);
              return direct.getMemoryUsed() - before;
            });

    new Thread(kept).start();

    assertThat(kept.get()).isLessThan(4 * MIB);
    fixture.assertStaged(planned);
  }

  @Test
  void upload_fileAlteredBetweenTwoAttempts_completesNothing() throws IOException {
    PlannedUpload planned = lookingFirst(fixture.large());
    S3Client client = S3Clients.staging(fixture.settings()).client();
    String key = fixture.key(planned);
    String uploadId =
        client.createMultipartUpload(r -> r.bucket(EmbeddedS3.STAGING).key(key)).uploadId();
    client.uploadPart(
        r -> r.bucket(EmbeddedS3.STAGING).key(key).uploadId(uploadId).partNumber(1),
        RequestBody.fromBytes(Arrays.copyOfRange(random(LARGE_BYTES, 1), 0, 5 * MIB)));
    fixture.log.opened(new OpenUpload(key, uploadId, 5 * MIB, null, "earlier"));
    fixture.alterUnseen(fixture.folder.resolve("a/large"), 7);

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(RequestCounts.drain()).doesNotContainKey("COMPLETE");
    assertThat(fixture.staged()).isEmpty();
    assertThat(fixture.log.open()).isEmpty();
  }

  /** As a run with larger parts has left it: no buffer holds one, so each is read twice. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void upload_partsThatNoBufferHolds_areSentAndTheWholeIsProved(boolean altered)
      throws IOException {
    PlannedUpload planned = lookingFirst(fixture.large());
    S3Client client = S3Clients.staging(fixture.settings()).client();
    String key = fixture.key(planned);
    String uploadId =
        client.createMultipartUpload(r -> r.bucket(EmbeddedS3.STAGING).key(key)).uploadId();
    fixture.log.opened(new OpenUpload(key, uploadId, 8 * MIB, null, "earlier"));
    if (altered) {
      fixture.alterUnseen(fixture.folder.resolve("a/large"), 9 * MIB);
    }
    RequestCounts.drain();

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(altered ? Outcome.MODIFIED : Outcome.STAGED);
    Map<String, Long> requests = RequestCounts.drain();
    assertThat(requests).doesNotContainKey("CREATE");
    assertThat(fixture.log.open()).isEmpty();
    if (altered) {
      assertThat(requests).doesNotContainKey("COMPLETE");
      assertThat(fixture.staged()).isEmpty();
    } else {
      assertThat(requests).containsEntry("PART", 2L);
      fixture.assertStaged(planned);
    }
  }

  @Test
  void upload_alreadyThere_isKnownWithoutSending() throws IOException {
    PlannedUpload planned = lookingFirst(fixture.small());
    fixture.put(planned, SMALL, Map.of());

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("HEAD", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.KNOWN_STAGING);
    assertThat(result.content().bytesUploaded()).isZero();
    assertThat(result.content().etag()).isEqualTo(planned.md5());
  }

  @Test
  void upload_putByThisRunBefore_isStagedWithoutSending() throws IOException {
    PlannedUpload planned = lookingFirst(fixture.small());
    fixture.upload(planned);
    RequestCounts.drain();

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("HEAD", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().bytesUploaded()).isEqualTo(SMALL.length);
  }

  @Test
  void upload_otherBytesOfThisLengthUnderTheKey_areReplaced() throws IOException {
    PlannedUpload planned = found(fixture.small(), OTHER.length);
    fixture.put(planned, OTHER, Map.of("md5", planned.md5(), "run-id", UploadFixture.RUN));

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isEqualTo("REPLACED");
    fixture.assertStaged(planned);
  }

  @Test
  void upload_movedToTheRemoteSinceTheListing_isKnownThere() throws IOException {
    PlannedUpload planned = found(fixture.small(), SMALL.length);
    fixture.server.put(EmbeddedS3.REMOTE, fixture.key(planned), SMALL);

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("HEAD", 2L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.KNOWN_REMOTE);
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void upload_truncatedObjectUnderTheKey_isReplaced() throws IOException {
    PlannedUpload planned = found(fixture.small(), 3);
    fixture.put(planned, new byte[] {1, 2, 3}, Map.of("md5", planned.md5()));

    assertThat(fixture.upload(planned).content().detail()).isEqualTo("REPLACED");
    fixture.assertStaged(planned);
  }

  @Test
  void upload_otherBytesThatNobodyKnewOf_areReplaced() throws IOException {
    PlannedUpload planned = fixture.small();
    fixture.put(planned, OTHER, Map.of());

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 2L, "HEAD", 2L, "GET", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isEqualTo("REPLACED");
    fixture.assertStaged(planned);
  }

  @Test
  void upload_otherBytesUnderTheKeyOfALargeFile_areReplaced() throws IOException {
    PlannedUpload planned = fixture.large();
    fixture.put(planned, OTHER, Map.of());

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isEqualTo("REPLACED");
    fixture.assertStaged(planned);
  }

  @Test
  void upload_sameContentPutMeanwhile_isKnown() throws IOException {
    PlannedUpload planned = fixture.small();
    fixture.before(1, () -> fixture.put(planned, SMALL, Map.of()));

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.KNOWN_STAGING);
    assertThat(result.content().bytesUploaded()).isZero();
  }

  @Test
  void upload_ownAnswerLost_isStaged() throws IOException {
    PlannedUpload planned = fixture.small();
    fixture.before(1, () -> fixture.put(planned, SMALL, Map.of("run-id", UploadFixture.RUN)));

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().bytesUploaded()).isEqualTo(SMALL.length);
  }

  @Test
  void upload_sameContentPutBeforeComplete_isKnownAndTheUploadAborted() throws IOException {
    PlannedUpload planned = fixture.large();
    // Create, three parts, Complete.
    fixture.before(5, () -> fixture.put(planned, random(LARGE_BYTES, 1), Map.of()));

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.KNOWN_STAGING);
    assertThat(fixture.log.open()).isEmpty();
  }

  @Test
  void upload_unconditional_isStagedOverWhatIsThere() throws IOException {
    fixture.staging(
        s ->
            new StagingSettings(
                s.bucket(), false, false, false, null, s.encryption(), null, s.tags()));
    PlannedUpload planned = fixture.small();
    fixture.put(planned, OTHER, Map.of());

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.STAGED);
    fixture.assertStaged(planned);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "8388608", "1", "-5", "x", "99999999999999999999", "5242880"})
  void upload_foreignMultipartWithUsualParts_isProvedByItsEtag(String hint) throws IOException {
    PlannedUpload planned = lookingFirst(fixture.large());
    fixture.server.putMultipart(
        EmbeddedS3.STAGING,
        fixture.key(planned),
        random(LARGE_BYTES, 1),
        8 * MIB,
        hint.equals("none") ? Map.of() : Map.of("part-size", hint));
    RequestCounts.drain();

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("HEAD", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.KNOWN_STAGING);
  }

  @Test
  void upload_foreignMultipartWithOddParts_isProvedByReadingItBack() throws IOException {
    PlannedUpload planned = lookingFirst(fixture.large());
    fixture.server.putMultipart(
        EmbeddedS3.STAGING, fixture.key(planned), random(LARGE_BYTES, 1), 9 * MIB + 17, Map.of());
    RequestCounts.drain();

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).isEqualTo(Map.of("HEAD", 1L, "GET", 1L));
    assertThat(result.content().outcome()).isEqualTo(Outcome.KNOWN_STAGING);
  }

  @Test
  void upload_foreignMultipartOfOnePart_isProvedByItsEtag() throws IOException {
    PlannedUpload planned = lookingFirst(fixture.small());
    fixture.server.putMultipart(EmbeddedS3.STAGING, fixture.key(planned), SMALL, 5 * MIB, Map.of());
    RequestCounts.drain();

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.KNOWN_STAGING);
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("HEAD", 1L));
  }

  @Test
  void upload_foreignMultipartOfOtherBytes_isReplaced() throws IOException {
    PlannedUpload planned = lookingFirst(fixture.large());
    fixture.server.putMultipart(
        EmbeddedS3.STAGING,
        fixture.key(planned),
        random(LARGE_BYTES, 2),
        5 * MIB,
        Map.of("part-size", Integer.toString(5 * MIB), "md5", planned.md5()));

    assertThat(fixture.upload(planned).content().detail()).isEqualTo("REPLACED");
    fixture.assertStaged(planned);
  }

  @Test
  void upload_fileGrownSinceVerified_isModified() throws IOException {
    PlannedUpload planned = fixture.small();
    Files.write(fixture.folder.resolve("a/small"), new byte[] {1}, StandardOpenOption.APPEND);

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(result.content().detail())
        .isEqualTo(result.verified().detail())
        .startsWith("size 19 bytes, now 20");
    assertThat(fixture.staged()).isEmpty();
    assertThat(RequestCounts.drain()).doesNotContainKeys("PUT", "CREATE");
  }

  @Test
  void upload_fileTouchedSinceTheScan_isStagedByItsMd5() throws IOException {
    PlannedUpload planned = fixture.small();
    Files.setLastModifiedTime(fixture.folder.resolve("a/small"), FileTime.fromMillis(1));

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isNull();
    assertThat(result.verified().verdict()).isEqualTo(Verdict.UNCHANGED);
    assertThat(result.verified().detail()).startsWith("METADATA_ONLY: modification time");
    assertThat(result.verified().seen().modifiedAtNanos()).isEqualTo(BigInteger.valueOf(1_000_000));
    fixture.assertStaged(planned);
  }

  @Test
  void upload_strictAndTouchedSinceTheScan_isModifiedUnread() throws IOException {
    PlannedUpload planned = fixture.small();
    fixture.verify(Policy.STRICT, DigestMode.TRUSTED);
    Files.setLastModifiedTime(fixture.folder.resolve("a/small"), FileTime.fromMillis(1));

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(result.verified().detail()).startsWith("modification time");
    assertThat(fixture.staged()).isEmpty();
    assertThat(fixture.bytesRead).hasValue(0);
  }

  /** The digest step has computed it; nothing else could tell the content. */
  @Test
  void upload_noMd5StoredAndTouchedSince_isStagedByTheComputedOne() throws IOException {
    PlannedUpload planned = fixture.small();
    Candidate candidate = fixture.candidate("a/small", 7, planned.md5(), false);
    Files.setLastModifiedTime(fixture.folder.resolve("a/small"), FileTime.fromMillis(1));

    UploadResult result = fixture.upload(new PlannedUpload(candidate, null, false));

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(fixture.bytesRead).as("hashed as it is sent").hasValue(SMALL.length);
    fixture.assertStaged(planned);
  }

  @Test
  void upload_sameContentInAnotherFileSinceTheScan_isStaged() throws IOException {
    PlannedUpload planned = fixture.small();
    Path file = fixture.folder.resolve("a/small");
    FileTime modified = Files.getLastModifiedTime(file);
    Path copy = fixture.write("a/copy", SMALL);
    Files.setLastModifiedTime(copy, modified);
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.verified().detail()).startsWith("METADATA_ONLY").contains("inode");
  }

  @Test
  void upload_fileLargerThanAnyObject_isUnreadableUnread() throws IOException {
    Path file = fixture.write("sparse", new byte[0]);
    Assumptions.assumeTrue(becomesTooLarge(file));
    PlannedUpload planned =
        new PlannedUpload(fixture.candidate("sparse", 7, "0".repeat(32), true), null, false);

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.UNREADABLE);
    assertThat(result.content().error()).contains("an object of S3 at most");
    assertThat(fixture.bytesRead).hasValue(0);
    assertThat(RequestCounts.drain()).isEmpty();
  }

  /** Not every file system lets a file have so many bytes. */
  private static boolean becomesTooLarge(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[1]), PartPlan.MOST_OBJECT_BYTES);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void upload_smallFileAlteredUnseen_isModifiedAndNotSent() throws IOException {
    PlannedUpload planned = fixture.small();
    fixture.alterUnseen(fixture.folder.resolve("a/small"), 3);

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).isEmpty();
    assertThat(result.content().outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(result.content().detail()).startsWith("MD5 " + planned.md5() + ", now ");
    assertThat(result.verified().md5()).isNotEqualTo(planned.md5());
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void upload_partAlteredUnseen_isNotCompletedAndModified() throws IOException {
    PlannedUpload planned = fixture.large();
    fixture.before(
        1, () -> fixture.alterUnseen(fixture.folder.resolve("a/large"), LARGE_BYTES - 1));

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).doesNotContainKey("COMPLETE");
    assertThat(result.content().outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(result.content().detail()).startsWith("MD5 " + planned.md5() + ", now ");
    assertThat(fixture.staged()).isEmpty();
    assertThat(fixture.log.open()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void upload_leftOpenByAnEarlierAttempt_readsTheFileOnceAndSendsWhatIsMissing(boolean recorded)
      throws IOException {
    PlannedUpload planned = lookingFirst(fixture.large());
    byte[] bytes = random(LARGE_BYTES, 1);
    S3Client client = S3Clients.staging(fixture.settings()).client();
    String key = fixture.key(planned);
    String uploadId =
        client.createMultipartUpload(r -> r.bucket(EmbeddedS3.STAGING).key(key)).uploadId();
    for (int i = 0; i < 2; i++) {
      int number = i + 1;
      byte[] part = Arrays.copyOfRange(bytes, i * 5 * MIB, number * 5 * MIB);
      part[0] ^= (byte) (recorded ? 0 : i);
      client.uploadPart(
          r -> r.bucket(EmbeddedS3.STAGING).key(key).uploadId(uploadId).partNumber(number),
          RequestBody.fromBytes(part));
    }
    fixture.log.opened(new OpenUpload(key, uploadId, 5 * MIB, null, "earlier"));
    RequestCounts.drain();

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(RequestCounts.drain())
        .containsEntry("PART", recorded ? 1L : 2L)
        .doesNotContainKey("CREATE");
    assertThat(fixture.bytesRead).hasValue(LARGE_BYTES);
    fixture.assertStaged(planned);
  }

  @Test
  void upload_fileTouchedDuringTheParts_isNotCompleted() throws IOException {
    PlannedUpload planned = fixture.large();
    fixture.before(
        4,
        () -> Files.setLastModifiedTime(fixture.folder.resolve("a/large"), FileTime.fromMillis(1)));

    UploadResult result = fixture.upload(planned);

    assertThat(RequestCounts.drain()).containsEntry("PART", 3L).doesNotContainKey("COMPLETE");
    assertThat(result.content().outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void upload_fileTruncatedWhileStreamed_isModified() throws IOException {
    fixture.limits(new UploadSettings(5 * MIB, 32 * MIB, 64 * MIB, false, null, null));
    PlannedUpload planned = fixture.large();
    fixture.before(1, () -> Files.write(fixture.folder.resolve("a/large"), new byte[] {1}));

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void upload_fileDeletedDuringTheParts_isDeleted() throws IOException {
    PlannedUpload planned = fixture.large();
    fixture.before(3, () -> Files.delete(fixture.folder.resolve("a/large")));

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.DELETED);
    assertThat(fixture.staged()).isEmpty();
  }

  @Test
  void upload_fileChangedAfterItWasRead_isStagedWithADetail() throws IOException {
    PlannedUpload planned = fixture.small();
    fixture.before(1, () -> Files.write(fixture.folder.resolve("a/small"), OTHER));

    UploadResult result = fixture.upload(planned);

    assertThat(result.content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(result.content().detail()).isEqualTo("CHANGED_AFTER");
    fixture.assertStaged(planned);
  }

  @Test
  void upload_freshFile_isReadOnce() throws IOException {
    assertThat(fixture.upload(fixture.small()).verified().digested()).isTrue();
    assertThat(fixture.bytesRead.getAndSet(0)).isEqualTo(SMALL.length);
    assertThat(fixture.upload(fixture.large()).verified().digested()).isTrue();
    assertThat(fixture.bytesRead).hasValue(LARGE_BYTES);
  }

  @Test
  void upload_claimIsWrong_isModifiedBeforeAnythingIsStaged() throws IOException {
    String wrong = "0123456789abcdef0123456789abcdef";

    UploadResult small = fixture.upload(fixture.claiming(fixture.small(), wrong));
    assertThat(small.content().outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(small.content().detail()).isEqualTo("MD5 " + wrong + ", now " + md5(SMALL));
    assertThat(small.verified().md5()).isEqualTo(md5(SMALL).toHex());
    assertThat(RequestCounts.drain()).isEmpty();

    UploadResult large = fixture.upload(fixture.claiming(fixture.large(), wrong));
    assertThat(large.content().outcome()).isEqualTo(Outcome.MODIFIED);
    assertThat(large.content().detail()).startsWith("MD5 " + wrong);
    assertThat(fixture.staged()).isEmpty();
    assertThat(RequestCounts.drain()).doesNotContainKey("COMPLETE");
  }

  @Test
  void upload_fileGone_isDeleted() throws IOException {
    PlannedUpload planned = fixture.small();
    Files.delete(fixture.folder.resolve("a/small"));

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.DELETED);
  }

  @Test
  void upload_linkToOutside_isOutsideRoot(@TempDir Path elsewhere) throws IOException {
    PlannedUpload planned = fixture.small();
    Path secret = Files.write(elsewhere.resolve("secret"), SMALL);
    Files.delete(fixture.folder.resolve("a/small"));
    Files.createSymbolicLink(fixture.folder.resolve("a/small"), secret);

    assertThat(fixture.upload(planned).content().outcome()).isEqualTo(Outcome.OUTSIDE_ROOT);
    assertThat(fixture.staged()).isEmpty();
  }
}
