package org.assetstager.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.RequestCounts;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("server")
class BucketReaderTest {
  private static final S3Settings LIMITS =
      new S3Settings(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(40), 2);
  private static final String EMPTY = "d41d8cd98f00b204e9800998ecf8427e";

  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();

  @BeforeEach
  void forgetCounts() {
    RequestCounts.drain();
  }

  private BucketReader reader(String endpoint) {
    BucketSettings b = server.remote(prefix);
    return new BucketReader(
        S3Clients.open(
            Side.REMOTE,
            new BucketSettings(
                b.bucket(),
                b.prefix(),
                endpoint,
                b.region(),
                b.pathStyle(),
                b.credentials(),
                b.listing(),
                b.expectedOwner()),
            false,
            LIMITS,
            2));
  }

  private BucketReader reader() {
    return reader(server.endpoint());
  }

  private void put(String key, String text) {
    server.put(EmbeddedS3.REMOTE, prefix + key, text.getBytes(UTF_8));
  }

  @Test
  void list_manyPages_givesEveryKeyOnceAndInOrder() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      String key = new ContentKey(prefix, new TopHash("t"), new Md5((long) i << 58, i)).toString();
      server.put(EmbeddedS3.REMOTE, key, new byte[i]);
      expected.add(key);
    }
    expected.sort(null);

    List<String> listed = new ArrayList<>();
    ListPage page = reader().list(prefix, null, 3);
    page.entries().forEach(entry -> listed.add(entry.key()));
    while (page.truncated()) {
      page = reader().list(prefix, page.nextStartAfter(), 3);
      page.entries().forEach(entry -> listed.add(entry.key()));
    }

    assertThat(listed).isEqualTo(expected);
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("LIST", 3L));
  }

  @Test
  void list_entry_hasSizeAndEtagWithoutQuotes() {
    put("contents/t/a", "");

    assertThat(reader().list(prefix, "", 1000))
        .isEqualTo(
            new ListPage(
                List.of(new ListPage.Entry(prefix + "contents/t/a", 0, EMPTY)), false, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a+b", "a%2Fb", "#", "?x=1&y", "ä漢", "a==", "'\"<>"})
  void list_oddKey_isVerbatim(String key) {
    put(key, "x");

    assertThat(reader().list(prefix, null, 1000).entries())
        .extracting(ListPage.Entry::key)
        .containsExactly(prefix + key);
    assertThat(reader().list(prefix, prefix + key, 1000).entries()).isEmpty();
  }

  @Test
  void list_nothing_isEmptyAndWhole() {
    ListPage page = reader().list(prefix, null, 10);

    assertThat(page.entries()).isEmpty();
    assertThat(page.truncated()).isFalse();
    assertThatThrownBy(page::nextStartAfter).hasMessage("This is the last page");
  }

  @Test
  void list_answerThatBreaksOff_isAskedForAgain() throws IOException {
    put("a", "x");
    AtomicBoolean broken = new AtomicBoolean();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request ->
                broken.compareAndSet(false, true)
                    ? request.forward().brokenOffAfter(100)
                    : request.forward())) {
      assertThat(reader(proxy.endpoint()).list(prefix, null, 1000).entries())
          .extracting(ListPage.Entry::key)
          .containsExactly(prefix + "a");
    }
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("LIST", 2L));
  }

  @Test
  void list_answerThatIsNoListing_stopsTheJobAndIsNeverEmpty() throws IOException {
    byte[] page = "<html><body>Sign in</body></html>".getBytes(UTF_8);
    try (FaultyS3 proxy = new FaultyS3(server, request -> new Answer(200, Map.of(), page))) {
      BucketReader reader = reader(proxy.endpoint());
      assertThatThrownBy(() -> reader.list(prefix, null, 1000))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("instead of a listing")
          .hasMessageContaining("such as a login page")
          .hasMessageNotContaining("attempt-timeout");
    }
  }

  @Test
  void list_storeThatIgnoresStartAfter_stopsTheJob() throws IOException {
    put("a", "x");
    put("b", "x");
    AtomicReference<Answer> first = new AtomicReference<>();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              Answer answer = request.forward();
              return first.compareAndSet(null, answer) ? answer : first.get();
            })) {
      BucketReader reader = reader(proxy.endpoint());
      String next = reader.list(prefix, null, 1).nextStartAfter();
      assertThatThrownBy(() -> reader.list(prefix, next, 1))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("does not move on after '" + prefix + "a'")
          .hasMessageContaining("remote.listing = head");
    }
  }

  /** S3 sends such a page where many delete markers lie. */
  @Test
  void list_pageWithoutKeysButWithAToken_goesOnByTheToken() throws IOException {
    put("a", "x");
    List<String> lines = new CopyOnWriteArrayList<>();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              lines.add(request.line());
              return switch (lines.size()) {
                case 1 -> emptyPage("t/1=");
                case 2 -> emptyPage("t/2=");
                // The server knows no such token.
                default -> listing(prefix + "a");
              };
            })) {
      ListPage page = reader(proxy.endpoint()).list(prefix, null, 1000);

      assertThat(page.entries()).extracting(ListPage.Entry::key).containsExactly(prefix + "a");
      assertThat(page.truncated()).isFalse();
    }
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).contains("continuation-token=t%2F1%3D").doesNotContain("start-after");
    assertThat(lines.get(2)).contains("continuation-token=t%2F2%3D");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"-, 1", "same, 2"})
  void list_pageWithoutKeysAndNoNewToken_stopsTheJob(@Nullable String token, int requests)
      throws IOException {
    AtomicInteger count = new AtomicInteger();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              count.incrementAndGet();
              return emptyPage(token);
            })) {
      BucketReader reader = reader(proxy.endpoint());
      assertThatThrownBy(() -> reader.list(prefix, "after", 1000))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("does not move on after 'after'");
    }
    assertThat(count).hasValue(requests);
  }

  private static Answer emptyPage(@Nullable String token) {
    return xml(
        "<ListBucketResult><IsTruncated>true</IsTruncated>"
            + (token == null ? "" : "<NextContinuationToken>" + token + "</NextContinuationToken>")
            + "</ListBucketResult>");
  }

  private static Answer listing(String key) {
    return xml(
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>"
            + key
            + "</Key><Size>1</Size></Contents></ListBucketResult>");
  }

  private static Answer xml(String text) {
    return new Answer(200, Map.of(), text.getBytes(UTF_8));
  }

  @Test
  void list_withoutIsTruncated_isListedToItsEnd() throws IOException {
    for (String key : List.of("a", "b", "c")) {
      put(key, "x");
    }
    List<String> listed = new ArrayList<>();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request ->
                request
                    .forward()
                    .withBody(b -> b.replaceAll("<IsTruncated>[a-z]*</IsTruncated>", "")))) {
      BucketReader reader = reader(proxy.endpoint());
      ListPage page = reader.list(prefix, null, 2);
      page.entries().forEach(entry -> listed.add(entry.key()));
      while (page.truncated()) {
        page = reader.list(prefix, page.nextStartAfter(), 2);
        page.entries().forEach(entry -> listed.add(entry.key()));
      }
    }
    assertThat(listed).containsExactly(prefix + "a", prefix + "b", prefix + "c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<Size>none</Size>", "<Size>-1</Size>"})
  void list_entryWithoutASize_isAskedFor(String size) throws IOException {
    put("a", "abc");
    put("b", "x");
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request ->
                request.forward().withBody(body -> body.replaceAll("<Size>3</Size>", size)))) {
      assertThat(reader(proxy.endpoint()).list(prefix, null, 1000).entries())
          .extracting(entry -> entry.key() + " " + entry.size())
          .containsExactly(prefix + "a 3", prefix + "b 1");
    }
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("LIST", 1L, "HEAD", 1L));
  }

  @Test
  void head_negativeContentLength_isAskedOfTheListing() throws Exception {
    put("a", "abc");
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request ->
                request.line().startsWith("HEAD")
                    ? new Answer(200, Map.of("content-length", List.of("-5")), new byte[0])
                    : request.forward())) {
      assertThat(reader(proxy.endpoint()).head(prefix + "a").orElseThrow().size()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc"})
  void head_withoutContentLength_isAskedOfTheListing(String content) throws Exception {
    put("a", content);
    put("a2", "another");
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request ->
                request.line().startsWith("HEAD")
                    ? request.forward().without("content-length")
                    : request.forward())) {
      assertThat(reader(proxy.endpoint()).head(prefix + "a").orElseThrow().size())
          .isEqualTo(content.length());
    }
    assertThat(RequestCounts.drain()).isEqualTo(Map.of("HEAD", 1L, "LIST", 1L));
  }

  @Test
  void head_withoutContentLengthAndNotListed_isOfUnknownSize() throws Exception {
    put("a", "abc");
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request ->
                request.line().startsWith("HEAD")
                    ? request.forward().without("content-length")
                    : xml(
                        "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"))) {
      assertThat(reader(proxy.endpoint()).head(prefix + "a").orElseThrow().size())
          .isEqualTo(ObjectFacts.UNKNOWN_SIZE);
    }
  }

  @Test
  void parts_truncatedWithoutMarker_areListedByTheLastNumber() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              lines.add(request.line());
              return switch (lines.size()) {
                case 1 -> partsPage(true, part("1", "5"), part(null, "5"), part("2", null));
                case 2 -> partsPage(true, part("2", "7"), part("3", "9"));
                default -> partsPage(true);
              };
            })) {
      assertThat(reader(proxy.endpoint()).parts(prefix + "a", "id"))
          .contains(List.of(new StoredPart(0, 5, "\"e\""), new StoredPart(2, 9, "\"e\"")));
    }
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).contains("part-number-marker=2");
    assertThat(lines.get(2)).contains("part-number-marker=3");
  }

  private static String part(@Nullable String number, @Nullable String size) {
    return "<Part>"
        + (number == null ? "" : "<PartNumber>" + number + "</PartNumber>")
        + (size == null ? "" : "<Size>" + size + "</Size>")
        + "<ETag>&quot;e&quot;</ETag></Part>";
  }

  private static Answer partsPage(boolean truncated, String... parts) {
    return xml(
        "<ListPartsResult><IsTruncated>"
            + truncated
            + "</IsTruncated>"
            + String.join("", parts)
            + "</ListPartsResult>");
  }

  /** Without an ETag nothing says that the rest is of the same object. */
  @ParameterizedTest
  @ValueSource(strings = {"etag", "content-range"})
  void hash_bodyThatBreaksOffWithoutAHeader_isReadAnew(String header) throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(1).nextBytes(bytes);
    server.put(EmbeddedS3.REMOTE, prefix + "a", bytes);
    List<String> ranges = new CopyOnWriteArrayList<>();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              ranges.add(String.valueOf(request.header("Range")));
              Answer answer = request.forward().without(header);
              return ranges.size() == 1 ? answer.brokenOffAfter(300_000) : answer;
            })) {
      ObjectDigest digest = reader(proxy.endpoint()).hash(prefix + "a", b -> {}).orElseThrow();

      assertThat(digest.size()).isEqualTo(bytes.length);
      assertThat(digest.md5())
          .isEqualTo(Md5.ofBytes(MessageDigest.getInstance("MD5").digest(bytes)));
      assertThat(ranges.get(ranges.size() - 1)).isEqualTo("null");
    }
  }

  /** As of a store that passes over {@code If-Match}: the file's header was edited meanwhile. */
  @Test
  void hash_objectReplacedByOneWithTheSameEnd_isReadAnew() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(1).nextBytes(bytes);
    byte[] other = bytes.clone();
    other[0]++;
    server.put(EmbeddedS3.REMOTE, prefix + "a", bytes);
    AtomicInteger requests = new AtomicInteger();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              if (requests.getAndIncrement() == 0) {
                Answer answer = request.forward().brokenOffAfter(300_000);
                server.put(EmbeddedS3.REMOTE, prefix + "a", other);
                return answer;
              }
              if (request.header("Range") == null) {
                return request.forward();
              }
              int from = Integer.parseInt(request.header("Range").replaceAll("[^0-9]", ""));
              return new Answer(
                  206,
                  Map.of(
                      "ETag", List.of('"' + EmbeddedS3.md5Hex(other) + '"'),
                      "Content-Range", List.of("bytes " + from + "-999999/1000000")),
                  Arrays.copyOfRange(other, from, other.length));
            })) {
      ObjectDigest digest = reader(proxy.endpoint()).hash(prefix + "a", b -> {}).orElseThrow();

      assertThat(digest.md5().toHex()).isEqualTo(EmbeddedS3.md5Hex(other));
      assertThat(digest.etag()).isEqualTo(EmbeddedS3.md5Hex(other));
      assertThat(requests).hasValue(3);
    }
  }

  /** A store that knows no ranges sends the whole object again. */
  @Test
  void hash_rangeIsIgnored_isReadFromItsBeginning() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(1).nextBytes(bytes);
    server.put(EmbeddedS3.REMOTE, prefix + "a", bytes);
    AtomicInteger requests = new AtomicInteger();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              Answer whole = new Answer(200, Map.of("ETag", List.of("\"e\"")), bytes);
              return requests.getAndIncrement() == 0 ? whole.brokenOffAfter(300_000) : whole;
            })) {
      ObjectDigest digest = reader(proxy.endpoint()).hash(prefix + "a", b -> {}).orElseThrow();

      assertThat(digest.size()).isEqualTo(bytes.length);
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  void hash_readAnewAndAlwaysBroken_fails() throws IOException {
    server.put(EmbeddedS3.REMOTE, prefix + "a", new byte[1000]);
    AtomicInteger requests = new AtomicInteger();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              requests.incrementAndGet();
              return request.forward().without("etag").brokenOffAfter(10);
            })) {
      BucketReader reader = reader(proxy.endpoint());
      assertThatThrownBy(() -> reader.hash(prefix + "a", b -> {})).isInstanceOf(S3Failure.class);
    }
    assertThat(requests).hasValueLessThan(10);
  }

  @Test
  void head_object_hasItsFacts() throws S3Failure {
    server.put(EmbeddedS3.REMOTE, prefix + "a", new byte[0], Map.of("Part-Size", "7"));

    ObjectFacts facts = reader().head(prefix + "a").orElseThrow();

    assertThat(facts).isEqualTo(new ObjectFacts(0, EMPTY, Map.of("part-size", "7"), false, null));
  }

  @Test
  void head_nothing_isEmpty() throws S3Failure {
    assertThat(reader().head(prefix + "none")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 405, 301})
  void head_refused_stopsTheJobAndIsNeverAbsent(int status) throws IOException {
    try (FaultyS3 proxy = new FaultyS3(server, request -> Answer.error(status, "Whatever"))) {
      BucketReader reader = reader(proxy.endpoint());
      assertThatThrownBy(() -> reader.head(prefix + "a"))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("HEAD of '" + prefix + "a' failed at remote")
          .hasMessageContaining("answered " + status);
    }
  }

  /** S3 answers a HEAD by 400 for an object under SSE-C, a wrong region and a bad token alike. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "400, InvalidRequest,               true",
        "400, InvalidArgument,              true",
        "400, ExpiredToken,                 false",
        "400, InvalidToken,                 false",
        "400, AuthorizationHeaderMalformed, false",
        "403, AccessDenied,                 false",
        "400, -,                            false",
      })
  void head_badRequest_getTellsWhetherTheObjectIsTheReason(
      int status, @Nullable String code, boolean ofTheObject) throws Exception {
    put("a", "abc");
    List<String> lines = new CopyOnWriteArrayList<>();
    Answer why =
        code == null ? new Answer(status, Map.of(), new byte[0]) : Answer.error(status, code);
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              lines.add(request.line().substring(0, 4) + " " + request.header("Range"));
              return request.line().startsWith("HEAD") ? Answer.error(400, "Unseen") : why;
            })) {
      BucketReader reader = reader(proxy.endpoint());
      if (ofTheObject) {
        assertThat(reader.head(prefix + "a"))
            .contains(new ObjectFacts(ObjectFacts.UNKNOWN_SIZE, null, Map.of(), true, null));
      } else {
        assertThatThrownBy(() -> reader.head(prefix + "a"))
            .isInstanceOf(JobFailure.class)
            .hasMessageContaining(code == null ? "answered 400" : code);
      }
    }
    assertThat(lines).containsExactly("HEAD null", "GET  bytes=0-0");
  }

  @Test
  void head_badRequestOfAnObjectThatCanBeRead_stopsTheJob() throws Exception {
    put("a", "abc");
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request ->
                request.line().startsWith("HEAD")
                    ? Answer.error(400, "Unseen")
                    : request.forward())) {
      BucketReader reader = reader(proxy.endpoint());
      assertThatThrownBy(() -> reader.head(prefix + "a"))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("HEAD of '" + prefix + "a' failed at remote");
      assertThat(reader.head(prefix + "none")).isEmpty();
    }
  }

  @Test
  void hash_object_isOfItsBytes() throws S3Failure {
    put("a", "abc");
    AtomicLong read = new AtomicLong();

    assertThat(reader().hash(prefix + "a", read::addAndGet))
        .contains(
            new ObjectDigest(
                Md5.parse("900150983cd24fb0d6963f7d28e17f72"),
                3,
                "900150983cd24fb0d6963f7d28e17f72"));
    assertThat(read).hasValue(3);
  }

  @Test
  void hash_nothing_isEmpty() throws S3Failure {
    assertThat(reader().hash(prefix + "none", bytes -> {})).isEmpty();
  }

  @Test
  void hash_bodyThatBreaksOff_isReadOn() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(1).nextBytes(bytes);
    server.put(EmbeddedS3.REMOTE, prefix + "a", bytes);
    AtomicInteger requests = new AtomicInteger();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              Answer answer = request.forward();
              return requests.getAndIncrement() == 0 ? answer.brokenOffAfter(300_000) : answer;
            })) {
      ObjectDigest digest = reader(proxy.endpoint()).hash(prefix + "a", b -> {}).orElseThrow();

      assertThat(digest.size()).isEqualTo(bytes.length);
      assertThat(digest.md5())
          .isEqualTo(Md5.ofBytes(MessageDigest.getInstance("MD5").digest(bytes)));
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  void hash_bodyThatBreaksOffAgainAndAgainButGoesOn_isReadToItsEnd() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(2).nextBytes(bytes);
    server.put(EmbeddedS3.REMOTE, prefix + "a", bytes);
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              Answer answer = request.forward();
              return answer.body().length > 150_000 ? answer.brokenOffAfter(150_000) : answer;
            })) {
      ObjectDigest digest = reader(proxy.endpoint()).hash(prefix + "a", b -> {}).orElseThrow();

      assertThat(digest.md5())
          .isEqualTo(Md5.ofBytes(MessageDigest.getInstance("MD5").digest(bytes)));
    }
  }

  @Test
  void hash_objectReplacedWhereTheBodyBrokeOff_isNoMixtureOfBoth() throws IOException {
    byte[] bytes = new byte[1_000_000];
    new Random(1).nextBytes(bytes);
    server.put(EmbeddedS3.REMOTE, prefix + "a", bytes);
    byte[] others = bytes.clone();
    others[others.length - 1]++;
    AtomicInteger requests = new AtomicInteger();
    try (FaultyS3 proxy =
        new FaultyS3(
            server,
            request -> {
              Answer answer = request.forward();
              if (requests.getAndIncrement() > 0) {
                return answer;
              }
              server.put(EmbeddedS3.REMOTE, prefix + "a", others);
              return answer.brokenOffAfter(300_000);
            })) {
      BucketReader reader = reader(proxy.endpoint());

      assertThatThrownBy(() -> reader.hash(prefix + "a", b -> {}))
          .isInstanceOf(S3Failure.class)
          .hasMessageContaining("GET of '" + prefix + "a'")
          .hasMessageContaining("412");
    }
  }

  @Test
  void hash_bodyThatAlwaysBreaksOff_fails() throws IOException {
    put("a", "abc");
    try (FaultyS3 proxy = new FaultyS3(server, request -> request.forward().brokenOffAfter(0))) {
      BucketReader reader = reader(proxy.endpoint());
      assertThatThrownBy(() -> reader.hash(prefix + "a", b -> {}))
          .isInstanceOfSatisfying(
              S3Failure.class, e -> assertThat(e.kind()).isEqualTo(S3Failure.Kind.TRANSIENT))
          .hasMessageContaining("GET of '" + prefix + "a'");
    }
  }

  @Test
  void connection_textForm_hasNoSecret() {
    try (BucketConnection connection =
        S3Clients.open(Side.REMOTE, server.remote(prefix), false, LIMITS, 1)) {
      assertThat(connection.toString())
          .contains("remote (bucket 'remote', endpoint " + server.endpoint())
          .doesNotContain(server.userSecret());
    }
  }
}
