package org.assetstager.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.assetstager.asset.Md5;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;

@Tag("process")
@Tag("server")
class DirectPutsTlsTest {
  /** Of a key made for one test. */
  private static final String PASSWORD = "changeit";

  private static final S3Settings TIMES =
      new S3Settings(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(60), 4);

  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();

  private BucketSettings staging(String endpoint) {
    return new BucketSettings(
        EmbeddedS3.STAGING,
        "",
        endpoint,
        "us-east-1",
        true,
        server.staging("").credentials(),
        server.staging("").listing(),
        null);
  }

  @Test
  void put_overHttps_signsAllButTheBody(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("keys");
    KeyStore own = selfSigned(file);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    Map<String, String> trusted =
        Map.of(
            "javax.net.ssl.trustStore",
            file.toString(),
            "javax.net.ssl.trustStorePassword",
            PASSWORD,
            "javax.net.ssl.trustStoreType",
            "PKCS12");
    trusted.forEach(System::setProperty);
    Queue<String> payloads = new ConcurrentLinkedQueue<>();
    try (FaultyS3 proxy =
            new FaultyS3(
                server,
                request -> {
                  payloads.add(request.header("x-amz-content-sha256"));
                  return request.forward();
                },
                tls);
        SdkHttpClient http = new BodyHttpClient("https", TIMES, 2)) {
      AwsCredentialsProvider user =
          StaticCredentialsProvider.create(AwsBasicCredentials.create("user", "user-secret"));
      DirectPuts puts = DirectPuts.of(staging(proxy.endpoint()), user, http, null);
      String key = prefix + "k";
      byte[] bytes = {1, 2, 3};

      assertThat(
              Objects.requireNonNull(puts)
                  .put(
                      key,
                      () -> new ByteArrayInputStream(bytes),
                      bytes.length,
                      Map.of(),
                      Duration.ofSeconds(20)))
          .isPresent();
      assertThat(server.md5s(EmbeddedS3.STAGING, prefix))
          .isEqualTo(Map.of(key, Md5.ofBytes(Md5.newDigest().digest(bytes)).toHex()));
    } finally {
      trusted.keySet().forEach(System::clearProperty);
    }
    assertThat(payloads).containsExactly("UNSIGNED-PAYLOAD");
  }

  private static KeyStore selfSigned(Path file) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }
}
