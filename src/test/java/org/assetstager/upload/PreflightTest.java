package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Credentials;
import org.assetstager.settings.Settings;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class PreflightTest {
  private final EmbeddedS3 server = EmbeddedS3.shared();
  private UploadFixture fixture;

  @BeforeEach
  void makeFixture(@TempDir Path folder) {
    fixture = new UploadFixture(folder);
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(fixture.openUploads()).isEmpty();
    assertThat(fixture.staged()).isEmpty();
  }

  private static Credentials credentials(String key, String secret) {
    return new Credentials(key, secret, null, null, null, null);
  }

  private BucketSettings bucket(
      String bucket, String prefix, String endpoint, Credentials credentials) {
    return new BucketSettings(
        bucket,
        prefix,
        endpoint,
        "us-east-1",
        true,
        credentials,
        BucketSettings.Listing.AUTO,
        null);
  }

  private void expect(JobFailure.Kind kind, String... words) {
    assertThatThrownBy(() -> Preflight.check(fixture.settings()))
        .isInstanceOfSatisfying(
            JobFailure.class,
            e -> {
              assertThat(e.getMessage()).contains(words).doesNotContain(server.userSecret());
              assertThat(e.kind()).isEqualTo(kind);
            });
  }

  @Test
  void check_rightSettings_leavesNothingBehind() {
    assertThatCode(() -> Preflight.check(fixture.settings())).doesNotThrowAnyException();
  }

  @Test
  void check_openUploadInABucketWithoutPrefix_isNoFault() {
    // Something has to follow the upload for the page to be empty and yet not the last.
    server.put(EmbeddedS3.STAGING, "contents/after", new byte[1], Map.of());
    String bucket = server.serverBucket(EmbeddedS3.STAGING);
    String uploadId =
        server
            .serverClient()
            .createMultipartUpload(r -> r.bucket(bucket).key("contents/open"))
            .uploadId();
    fixture.bucket(b -> bucket(b.bucket(), "", b.endpoint(), b.credentials()));

    try {
      assertThatCode(() -> Preflight.check(fixture.settings())).doesNotThrowAnyException();
    } finally {
      server
          .serverClient()
          .abortMultipartUpload(r -> r.bucket(bucket).key("contents/open").uploadId(uploadId));
      server.serverClient().deleteObject(r -> r.bucket(bucket).key("contents/after"));
    }
  }

  @Test
  void check_wrongSecret_isAnInputFault() {
    fixture.bucket(
        b ->
            bucket(
                b.bucket(), b.prefix(), b.endpoint(), credentials(server.userKey(), "wrong-one")));

    expect(
        JobFailure.Kind.INPUT, "SignatureDoesNotMatch", "bucket 'staging'", "staging.credentials");
  }

  @Test
  void check_unknownKey_isAnInputFault() {
    fixture.bucket(
        b -> bucket(b.bucket(), b.prefix(), b.endpoint(), credentials("nobody", "wrong-one")));

    expect(JobFailure.Kind.INPUT, "InvalidAccessKeyId", "staging.credentials");
  }

  @Test
  void check_missingBucket_isAnInputFault() {
    fixture.bucket(
        b ->
            bucket(
                "no-such-bucket",
                b.prefix(),
                b.endpoint(),
                credentials(server.userKey(), server.userSecret())));

    expect(JobFailure.Kind.INPUT, "NoSuchBucket", "'no-such-bucket'", "staging.bucket");
  }

  @Test
  void check_stagingThatTakesNoWrites_isAnInputFault() {
    // The user may only read the remote.
    fixture.bucket(b -> bucket(EmbeddedS3.REMOTE, "elsewhere/", b.endpoint(), b.credentials()));

    expect(JobFailure.Kind.INPUT, "CREATE of 'elsewhere/contents/", "501", "staging.bucket");
  }

  @Test
  void check_sidesThatOverlap_isAnInputFault() {
    fixture.bucket(
        b -> bucket(EmbeddedS3.REMOTE, fixture.prefix + "x/", b.endpoint(), b.credentials()));

    expect(JobFailure.Kind.INPUT, "same place", fixture.prefix + "x/", "staging.bucket");
  }

  @Test
  @Timeout(60)
  void check_endpointThatRefuses_isASystemFault() {
    fixture.endpoint("http://127.0.0.1:" + EmbeddedS3.freePort());

    expect(JobFailure.Kind.SYSTEM, "could not be reached", "staging.endpoint");
  }

  @Test
  @Timeout(60)
  void check_unknownHost_isASystemFault() {
    fixture.endpoint("http://no-such-host.invalid:9000");

    expect(JobFailure.Kind.SYSTEM, "no-such-host.invalid", "staging.endpoint");
  }

  @Test
  @Timeout(60)
  void check_endpointThatHangs_isASystemFaultWithinAMinute() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      fixture.endpoint("http://127.0.0.1:" + silent.getLocalPort());

      expect(JobFailure.Kind.SYSTEM, "LIST of '" + fixture.prefix, "staging.endpoint");
    }
  }

  @Test
  @Timeout(60)
  void check_httpsWhereHttpIsSpoken_isASystemFault() {
    fixture.endpoint(server.endpoint().replace("http:", "https:"));

    expect(JobFailure.Kind.SYSTEM, "http or https");
  }

  @Test
  void check_wrongRegion_isAnInputFault() throws IOException {
    try (FaultyS3 proxy =
        new FaultyS3(server, request -> Answer.error(400, "AuthorizationHeaderMalformed"))) {
      fixture.endpoint(proxy.endpoint());
      expect(JobFailure.Kind.INPUT, "AuthorizationHeaderMalformed", "staging.region");
    }
  }

  @Test
  void check_storeInTrouble_isASystemFault() throws IOException {
    try (FaultyS3 proxy = new FaultyS3(server, request -> Answer.error(503, "SlowDown"))) {
      fixture.endpoint(proxy.endpoint());
      expect(JobFailure.Kind.SYSTEM, "503 SlowDown");
    }
  }

  @Test
  void check_storeThatIgnoresContentMd5_isAnInputFault() throws IOException {
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request ->
                request.line().contains("partNumber=")
                    ? new Answer(200, Map.of("ETag", List.of("\"0\"")), new byte[0])
                    : request.forward())) {
      fixture.endpoint(proxy.endpoint());
      expect(JobFailure.Kind.INPUT, "Content-MD5", "use a store");
    }
  }

  @Test
  void check_noCredentialsAnywhere_saysSo() {
    Settings settings = fixture.settings();
    BucketSettings b = settings.staging().bucket();
    fixture.bucket(
        x ->
            bucket(
                b.bucket(),
                b.prefix(),
                b.endpoint(),
                new Credentials(null, null, null, "no-such-profile", null, null)));

    expect(JobFailure.Kind.SYSTEM, "no-such-profile", "staging.credentials");
  }
}
