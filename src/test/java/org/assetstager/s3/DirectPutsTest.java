package org.assetstager.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.asset.Md5;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Credentials;
import org.assetstager.settings.S3Settings;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.sync.RequestBody;

@Tag("server")
class DirectPutsTest {
  private static final S3Settings TIMES =
      new S3Settings(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(60), 4);

  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();

  private BucketSettings staging(String endpoint, String owner) {
    return staging(endpoint, owner, server.staging("").credentials());
  }

  private BucketSettings staging(String endpoint, String owner, Credentials credentials) {
    return new BucketSettings(
        EmbeddedS3.STAGING,
        "",
        endpoint,
        "us-east-1",
        true,
        credentials,
        server.staging("").listing(),
        owner);
  }

  private BucketConnection open(String endpoint) {
    return open(endpoint, null);
  }

  private BucketConnection open(String endpoint, String owner) {
    return S3Clients.open(Side.STAGING, staging(endpoint, owner), false, TIMES, 4);
  }

  private static Optional<DirectPuts.Taken> put(
      BucketConnection connection, String key, byte[] bytes, Map<String, String> headers) {
    return put(connection, key, bytes, headers, TIMES.attemptTimeout());
  }

  private static Optional<DirectPuts.Taken> put(
      BucketConnection connection,
      String key,
      byte[] bytes,
      Map<String, String> headers,
      Duration mostTime) {
    return Objects.requireNonNull(connection.directPuts())
        .put(key, () -> new ByteArrayInputStream(bytes), bytes.length, headers, mostTime);
  }

  private static byte[] bytes(int length) {
    return "x".repeat(length).getBytes(StandardCharsets.UTF_8);
  }

  private static String md5(byte[] bytes) {
    return Md5.ofBytes(Md5.newDigest().digest(bytes)).toHex();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_000, 66_000, 1 << 20, 3 << 20})
  void put_anySize_liesThereWithItsMetadata(int length) {
    byte[] bytes = bytes(length);
    try (BucketConnection connection = open(server.endpoint())) {
      Optional<DirectPuts.Taken> taken =
          put(connection, prefix + length, bytes, Map.of("x-amz-meta-md5", md5(bytes)));

      assertThat(taken).map(DirectPuts.Taken::etag).map(Etags::unquoted).hasValue(md5(bytes));
      assertThat(
              connection
                  .client()
                  .headObject(r -> r.bucket(EmbeddedS3.STAGING).key(prefix + length))
                  .metadata())
          .containsEntry("md5", md5(bytes));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a+b", "a%20b", "a#b?c=d&e", "ü/日本", "a==", "~!'()*"})
  void put_anyKey_isKeptVerbatim(String name) {
    try (BucketConnection connection = open(server.endpoint())) {
      assertThat(put(connection, prefix + name, bytes(1), Map.of())).isPresent();
      assertThat(
              connection
                  .client()
                  .headObject(r -> r.bucket(EmbeddedS3.STAGING).key(prefix + name))
                  .contentLength())
          .isEqualTo(1);
    }
  }

  @Test
  void put_severalOneAfterAnother_takeOneConnectionAndAreEachCounted() throws Exception {
    Queue<Integer> ports = new ConcurrentLinkedQueue<>();
    try (FaultyS3 proxy =
            new FaultyS3(
                server,
                request -> {
                  ports.add(request.clientPort());
                  return request.forward();
                });
        BucketConnection connection = open(proxy.endpoint())) {
      RequestCounts.drain();
      for (int i = 0; i < 3; i++) {
        assertThat(put(connection, prefix + i, bytes(10), Map.of())).isPresent();
      }
      assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 3L));
    }
    assertThat(ports).hasSize(3).containsOnly(ports.element());
  }

  @ParameterizedTest
  @CsvSource({"403, AccessDenied", "400, InvalidRequest", "307, Temporary", "503, SlowDown"})
  void put_refused_isLeftToTheSdk(int status, String code) throws Exception {
    try (FaultyS3 proxy = new FaultyS3(server, request -> Answer.error(status, code));
        BucketConnection connection = open(proxy.endpoint())) {
      assertThat(put(connection, prefix + "k", bytes(1), Map.of())).isEmpty();
    }
  }

  @Test
  void put_conditionDoesNotHold_isSaidAsTheSdkSaysIt() {
    try (BucketConnection connection = open(server.endpoint())) {
      Map<String, String> once = Map.of("If-None-Match", "*");
      assertThat(put(connection, prefix + "k", bytes(1), once)).isPresent();

      assertFails(connection, bytes(1), once, S3Failure.Kind.PRECONDITION, "PreconditionFailed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchUpload, ABSENT",
    "409, ConditionalRequestConflict, CONFLICT",
    "412, PreconditionFailed, PRECONDITION"
  })
  void put_refusedBecauseOfTheObject_isNotSentAgain(int status, String code, S3Failure.Kind kind)
      throws Exception {
    try (FaultyS3 proxy = new FaultyS3(server, request -> Answer.error(status, code));
        BucketConnection connection = open(proxy.endpoint())) {
      assertFails(connection, bytes(1), Map.of(), kind, code);
    }
  }

  private void assertFails(
      BucketConnection connection,
      byte[] bytes,
      Map<String, String> headers,
      S3Failure.Kind kind,
      String code) {
    RequestCounts.drain();
    String key = prefix + "k";

    assertThatThrownBy(
            () ->
                connection.call(S3Request.PUT, key, client -> put(connection, key, bytes, headers)))
        .isInstanceOfSatisfying(
            S3Failure.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(kind);
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure).hasMessageContaining(" " + code + " (");
            });
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 1L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b+c%20d", "ü//日本#?&=", "~!'()*:@,;$[]"})
  void put_anyKey_isTheRequestOfTheSdkExceptThatTheBodyIsNotSigned(String name) throws Exception {
    Queue<List<String>> seen = new ConcurrentLinkedQueue<>();
    Queue<String> payloads = new ConcurrentLinkedQueue<>();
    try (FaultyS3 proxy =
            new FaultyS3(
                server,
                request -> {
                  payloads.add(request.header("x-amz-content-sha256"));
                  seen.add(
                      Arrays.asList(
                          request.line(),
                          request.header("Host"),
                          request.header("Content-Length"),
                          request.header("Content-Type"),
                          request.header("Expect"),
                          request.header("x-amz-expected-bucket-owner"),
                          new String(request.body(), StandardCharsets.UTF_8)));
                  return new Answer(200, Map.of("ETag", List.of("\"e\"")), new byte[0]);
                });
        BucketConnection connection = open(proxy.endpoint() + "/", "123456789012")) {
      put(connection, name, bytes(3), Map.of("Content-Type", "application/octet-stream"));
      connection
          .client()
          .putObject(r -> r.bucket(EmbeddedS3.STAGING).key(name), RequestBody.fromBytes(bytes(3)));
    }
    assertThat(seen).hasSize(2);
    List<String> own = seen.remove();
    assertThat(own).isEqualTo(seen.remove());
    assertThat(payloads).first().isEqualTo("UNSIGNED-PAYLOAD");
    assertThat(payloads).last().asString().hasSize(64);
    assertThat(own)
        .contains("123456789012")
        .first()
        .asString()
        .startsWith("PUT /" + EmbeddedS3.STAGING + "/");
  }

  @ParameterizedTest
  @CsvSource({"1048576, ", "1048577, 100-continue"})
  void put_largeBody_asksWhetherItIsWelcome(int length, String expect) throws Exception {
    Queue<Optional<String>> expected = new ConcurrentLinkedQueue<>();
    try (FaultyS3 proxy =
            new FaultyS3(
                server,
                request -> {
                  expected.add(Optional.ofNullable(request.header("Expect")));
                  return request.forward();
                });
        BucketConnection connection = open(proxy.endpoint())) {
      assertThat(put(connection, prefix + "k", bytes(length), Map.of())).isPresent();
    }
    assertThat(expected).containsExactly(Optional.ofNullable(expect));
  }

  /** As the SDK's client, which takes the proxy of http for https too. */
  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void put_proxyOfTheSystem_isAskedForIt(String scheme) throws Exception {
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> noteRequests(proxy, asked));
      answering.start();
      System.setProperty("http.proxyHost", "127.0.0.1");
      System.setProperty("http.proxyPort", String.valueOf(proxy.getLocalPort()));
      try (BucketConnection connection = open(scheme + "://store.invalid:81")) {
        assertThat(put(connection, "k", bytes(1), Map.of(), Duration.ofSeconds(20))).isEmpty();
      } finally {
        System.clearProperty("http.proxyHost");
        System.clearProperty("http.proxyPort");
      }
    }
    assertThat(asked)
        .first()
        .isEqualTo(
            scheme.equals("http")
                ? "PUT http://store.invalid:81/staging/k HTTP/1.1"
                : "CONNECT store.invalid:81 HTTP/1.1");
  }

  /** Notes the first line of each connection, and closes it, until the server is closed. */
  private static void noteRequests(ServerSocket server, Queue<String> asked) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        asked.add(
            new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                .readLine());
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  @Test
  void put_sessionToken_isSigned() throws Exception {
    Queue<String> authorizations = new ConcurrentLinkedQueue<>();
    Credentials session = new Credentials("key", "secret", "token", null, null, null);
    try (FaultyS3 proxy =
            new FaultyS3(
                server,
                request -> {
                  assertThat(request.header("x-amz-security-token")).isEqualTo("token");
                  authorizations.add(request.header("Authorization"));
                  return new Answer(200, Map.of(), new byte[0]);
                });
        BucketConnection connection =
            S3Clients.open(
                Side.STAGING, staging(proxy.endpoint(), null, session), false, TIMES, 1)) {
      assertThat(put(connection, "k", bytes(1), Map.of())).isPresent();
    }
    assertThat(authorizations).singleElement().asString().contains("x-amz-security-token");
  }

  @Test
  void put_threadInterrupted_isNotSentAndStaysSo() {
    try (BucketConnection connection = open(server.endpoint())) {
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> put(connection, prefix + "k", bytes(1), Map.of()))
          .isInstanceOf(AbortedException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(server.md5s(EmbeddedS3.STAGING, prefix)).isEmpty();
    }
  }

  @Test
  void put_errorWithALongBody_leavesNoConnectionTaken() throws Exception {
    try (FaultyS3 proxy =
            new FaultyS3(server, request -> new Answer(400, Map.of(), bytes(1 << 20)));
        BucketConnection connection = open(proxy.endpoint())) {
      for (int i = 0; i < 10; i++) {
        assertThat(put(connection, prefix + i, bytes(1), Map.of(), Duration.ofSeconds(20)))
            .isEmpty();
      }
      assertThat(proxy.arrivals()).filteredOn(arrival -> arrival.requests() > 0).hasSize(10);
    }
  }

  @Test
  void put_otherBytesThanTheirMd5_isRefused() {
    try (BucketConnection connection = open(server.endpoint())) {
      String other = Md5.ofBytes(Md5.newDigest().digest(bytes(2))).toBase64();

      assertFails(
          connection,
          bytes(1),
          Map.of("Content-MD5", other),
          S3Failure.Kind.BAD_DIGEST,
          "BadDigest");
    }
  }

  @Test
  void put_connectionClosedOrSilent_isLeftToTheSdkInTime() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (FaultyS3 proxy =
            new FaultyS3(
                server,
                request -> {
                  if (requests.incrementAndGet() == 2) {
                    try {
                      Thread.sleep(4_000);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }
                  return Answer.NONE;
                });
        BucketConnection connection = open(proxy.endpoint())) {
      assertThat(put(connection, prefix + "k", bytes(1), Map.of())).isEmpty();
      long start = System.nanoTime();
      assertThat(put(connection, prefix + "k", bytes(1), Map.of())).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(3_500));
    }
  }

  @Test
  void put_nobodyListens_isLeftToTheSdk() {
    try (BucketConnection connection = open("http://127.0.0.1:1")) {
      assertThat(put(connection, prefix + "k", bytes(1), Map.of())).isEmpty();
    }
  }

  @Test
  void put_unansweredForLong_isNotTriedAnyMore() {
    try (BucketConnection connection = open("http://127.0.0.1:1")) {
      DirectPuts puts = Objects.requireNonNull(connection.directPuts());
      RequestCounts.drain();
      for (int i = 0; i < 260; i++) {
        assertThat(puts.isInUse()).isEqualTo(i < 256);
        assertThat(put(connection, prefix + "k", bytes(1), Map.of())).isEmpty();
      }
      assertThat(RequestCounts.drain()).isEqualTo(Map.of("PUT", 256L));
    }
  }

  @Test
  void put_comesToNothingAgainAndAgain_isNotTriedAnyMore() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (FaultyS3 proxy =
            new FaultyS3(
                server,
                request -> {
                  requests.incrementAndGet();
                  return Answer.error(400, "MissingContentLength");
                });
        BucketConnection connection = open(proxy.endpoint())) {
      for (int i = 0; i < 20; i++) {
        assertThat(put(connection, prefix + "k", bytes(1), Map.of())).isEmpty();
      }
    }
    assertThat(requests).hasValue(16);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:1, true, 2, true",
    "http://127.0.0.1:1, false, 2, false",
    "http://127.0.0.1:1, true, 1, false",
    "https://127.0.0.1:1, true, 2, true",
    "http://no_host:1, true, 2, true",
    ", true, 2, false",
  })
  void connection_endpointAndPathStyle_hasThem(
      String endpoint, boolean pathStyle, int maxAttempts, boolean has) {
    BucketSettings bucket =
        new BucketSettings(
            EmbeddedS3.STAGING,
            "",
            endpoint,
            "us-east-1",
            pathStyle,
            server.staging("").credentials(),
            server.staging("").listing(),
            null);
    S3Settings times =
        new S3Settings(
            TIMES.connectTimeout(), TIMES.attemptTimeout(), TIMES.callTimeout(), maxAttempts);
    try (BucketConnection connection = S3Clients.open(Side.STAGING, bucket, false, times, 1)) {
      assertThat(connection.directPuts() != null).isEqualTo(has);
    }
  }
}
