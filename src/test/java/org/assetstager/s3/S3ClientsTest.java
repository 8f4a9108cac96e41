package org.assetstager.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.InventorySettings;
import org.assetstager.settings.LedgerFormat;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.settings.OnFinishSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;
import org.assetstager.settings.StagingSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings;
import org.assetstager.testing.Costs;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

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
        new UploadSettings(1, 1, 1, null, null),
        new OnFinishSettings(List.of(), null, Duration.ofSeconds(30)),
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
            S3Clients.open(BucketConnection.Side.STAGING, staging(proxy), false, LIMITS, 1)) {
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
            S3Clients.open(BucketConnection.Side.STAGING, staging(proxy), false, LIMITS, 1)) {
      connection
          .client()
          .putObject(
              r -> r.bucket(EmbeddedS3.STAGING).key(EmbeddedS3.uniquePrefix() + "k"),
              RequestBody.fromBytes(new byte[bytes]));
    }

    assertThat(asked).containsExactly(Optional.ofNullable(expect));
  }

  @Test
  void timeForBody_gib_isAboutSeventeenMinutes() {
    assertThat(S3Clients.timeForBody(1L << 30)).isEqualTo(Duration.ofSeconds(1024));
    assertThat(S3Clients.timeForBody(100)).isZero();
  }
}
