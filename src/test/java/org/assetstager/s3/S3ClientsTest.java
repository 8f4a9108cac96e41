package org.assetstager.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assetstager.asset.JobFailure;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Credentials;
import org.assetstager.settings.InventorySettings;
import org.assetstager.settings.LedgerFormat;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.settings.OnFinishSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;
import org.assetstager.settings.StagingSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings;
import org.assetstager.testing.Commits;
import org.assetstager.testing.Costs;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

@Tag("server")
class S3ClientsTest {
  private static final S3Settings LIMITS =
      new S3Settings(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(60), 4);

  private final EmbeddedS3 server = EmbeddedS3.shared();

  private Settings settings(String ledger, int maxAttempts) {
    return new Settings(
        server.remote("p/"),
        new InventorySettings(null, true),
        new StagingSettings(
            server.staging("p/"),
            true,
            false,
            false,
            null,
            StagingSettings.Encryption.NONE,
            null,
            Map.of()),
        ledger,
        LedgerFormat.PARQUET,
        new ManifestSettings(List.of(), 1),
        new VerifySettings(
            VerifySettings.Policy.CONTENT,
            VerifySettings.DigestMode.ALWAYS,
            VerifySettings.FindRenamed.OFF),
        new UploadSettings(1, 1, 1, false, null, null),
        new OnFinishSettings(List.of(), null, Duration.ofSeconds(30)),
        Commits.NONE,
        new S3Settings(
            LIMITS.connectTimeout(), LIMITS.attemptTimeout(), LIMITS.callTimeout(), maxAttempts),
        Costs.NONE);
  }

  private BucketSettings staging(FaultyS3 proxy) {
    return new BucketSettings(
        EmbeddedS3.STAGING,
        "",
        proxy.endpoint(),
        "us-east-1",
        true,
        server.staging("").credentials(),
        server.staging("").listing(),
        null);
  }

  @Test
  void staging_sameSettings_isOneClient() {
    BucketConnection first = S3Clients.staging(settings("file:///a", 4));

    assertThat(S3Clients.staging(settings("file:///b", 4))).isSameAs(first);
    assertThat(S3Clients.staging(settings("file:///a", 5))).isNotSameAs(first);
    assertThat(S3Clients.remote(settings("file:///a", 4))).isNotSameAs(first);
  }

  @Test
  void requests_refusedForNow_areTriedAsOftenAsSetAndEachCounted() throws Exception {
    try (FaultyS3 proxy = new FaultyS3(server, request -> Answer.error(500, "InternalError"));
        BucketConnection connection =
            S3Clients.open(Side.STAGING, staging(proxy), false, LIMITS, 1)) {
      RequestCounts.drain();
      try {
        connection.client().headObject(r -> r.bucket("staging").key("a"));
      } catch (S3Exception e) {
        assertThat(e.statusCode()).isEqualTo(500);
      }
      assertThat(RequestCounts.drain()).isEqualTo(Map.of("HEAD", 4L));
      assertThat(RequestCounts.drain()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"0, -", "1, -", "1048576, -", "1048577, 100-continue"})
  void body_small_isSentWithoutAskingFirst(int bytes, String expect) throws Exception {
    Queue<Optional<String>> asked = new ConcurrentLinkedQueue<>();
    try (FaultyS3 proxy =
            new FaultyS3(
                server,
                request -> {
                  asked.add(Optional.ofNullable(request.header("Expect")));
                  return request.forward();
                });
        BucketConnection connection =
            S3Clients.open(Side.STAGING, staging(proxy), false, LIMITS, 1)) {
      connection
          .client()
          .putObject(
              r -> r.bucket(EmbeddedS3.STAGING).key(EmbeddedS3.uniquePrefix() + "k"),
              RequestBody.fromBytes(new byte[bytes]));
    }

    assertThat(asked).containsExactly(Optional.ofNullable(expect));
  }

  /** Resolvers and other clients take such a host; here the proxy of this JVM stands for them. */
  @ParameterizedTest
  @CsvSource({
    "true, my_minio.example_1:7000, /incoming",
    "false, incoming.my_minio.example_1:7000, /"
  })
  void endpoint_hostWithUnderscore_isAskedAndSignedFor(boolean pathStyle, String host, String path)
      throws Exception {
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    byte[] listing =
        "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>".getBytes(UTF_8);
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              String line = request.line().replaceFirst("\\?.*", "");
              asked.add(line + " " + request.header("Host"));
              boolean signed = request.header("Authorization").contains("host;");
              return signed ? new Answer(200, Map.of(), listing) : Answer.error(400, "Unsigned");
            })) {
      URI address = URI.create(proxy.endpoint());
      System.setProperty("http.proxyHost", address.getHost());
      System.setProperty("http.proxyPort", String.valueOf(address.getPort()));
      BucketSettings bucket =
          new BucketSettings(
              "incoming",
              "",
              "http://my_minio.example_1:7000",
              "us-east-1",
              pathStyle,
              server.staging("").credentials(),
              server.staging("").listing(),
              null);
      try (BucketConnection connection = S3Clients.open(Side.STAGING, bucket, false, LIMITS, 1)) {
        connection.client().listObjectsV2(r -> r.bucket("incoming"));
        connection
            .directPuts()
            .put(
                "a",
                () -> new ByteArrayInputStream(new byte[1]),
                1,
                Map.of(),
                LIMITS.attemptTimeout());
      } catch (NullPointerException e) {
        // Bodies are sent by themselves with path-style only.
        assertThat(pathStyle).isFalse();
      } finally {
        System.clearProperty("http.proxyHost");
        System.clearProperty("http.proxyPort");
      }
    }
    assertThat(asked).contains("GET http://" + host + path + " " + host);
    assertThat(asked).hasSize(pathStyle ? 2 : 1);
  }

  @ParameterizedTest
  @CsvSource({
    "aws.maxAttempts, abc, 'aws.maxAttempts=abc (For input string: \"abc\")'",
    "aws.useFipsEndpoint, maybe, aws.useFipsEndpoint=maybe",
  })
  void environment_withWhatTheSdkCannotUse_isNamed(String property, String value, String named) {
    System.setProperty(property, value);
    try {
      assertThatThrownBy(() -> S3Clients.open(Side.STAGING, server.staging(""), false, LIMITS, 1))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining(
              "The AWS SDK can't use these variables of the environment: " + named)
          .hasMessageContaining("Unset them for the driver and the executors");
    } finally {
      System.clearProperty(property);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "aws.configFile, AWS_CONFIG_FILE",
    "aws.sharedCredentialsFile, AWS_SHARED_CREDENTIALS_FILE"
  })
  void profileFile_broken_isNamed(String property, String variable, @TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve("profiles"), "[default]\nregion = x\n[broken\n");
    System.setProperty(property, file.toString());
    try {
      for (BucketSettings bucket : List.of(server.staging(""), withProfile())) {
        assertThatThrownBy(() -> S3Clients.open(Side.STAGING, bucket, false, LIMITS, 1))
            .isInstanceOf(JobFailure.class)
            .hasMessageStartingWith("The AWS profile file " + file + " can't be read: ")
            .hasMessageContaining("line 3")
            .hasMessageContaining(variable);
      }
    } finally {
      System.clearProperty(property);
    }
  }

  private BucketSettings withProfile() {
    return new BucketSettings(
        EmbeddedS3.STAGING,
        "",
        server.endpoint(),
        "us-east-1",
        true,
        new Credentials(null, null, null, "someone", null, null),
        server.staging("").listing(),
        null);
  }

  @Test
  void fipsEndpoints_askedForByTheEnvironment_areNamedAsTheReason() {
    System.setProperty("aws.useFipsEndpoint", "true");
    try (BucketConnection connection =
        S3Clients.open(Side.STAGING, server.staging(""), false, LIMITS, 1)) {
      assertThatThrownBy(
              () ->
                  connection.call(
                      S3Request.LIST, "", client -> client.listObjectsV2(r -> r.bucket("staging"))))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("set AWS_USE_FIPS_ENDPOINT=false for the driver");
    } finally {
      System.clearProperty("aws.useFipsEndpoint");
    }
  }

  @Test
  void timeForBody_gib_isAboutSeventeenMinutes() {
    assertThat(S3Clients.timeForBody(1L << 30)).isEqualTo(Duration.ofSeconds(1024));
    assertThat(S3Clients.timeForBody(100)).isZero();
  }
}
