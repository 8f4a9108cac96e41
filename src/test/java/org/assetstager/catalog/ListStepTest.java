package org.assetstager.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assetstager.catalog.ListFixture.contents;
import static org.assetstager.catalog.ListFixture.key;
import static org.assetstager.catalog.ListFixture.md5;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.TopHash;
import org.assetstager.catalog.ListFixture.Found;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.settings.InventorySettings;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("server")
@Tag("spark")
class ListStepTest {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();

  private static final Pattern START_AFTER = Pattern.compile("[?&]start-after=([^&]+)");

  private static final String INVENTORY =
      """
      {"sourceBucket": "%s", "creationTimestamp": "1", "fileFormat": "CSV",
       "fileSchema": "Key, Size", "files": [{"key": "a.csv"}]}
      """;

  /** More than two pages in one namespace. */
  private static final int MANY = 2_050;

  private static final String LARGE = EmbeddedS3.uniquePrefix();

  @TempDir Path ledgers;
  private ListFixture step;

  @BeforeAll
  static void fillLargeNamespace() {
    String namespace = ContentKey.namespace(LARGE, new TopHash("large"));
    // Foreign keys before all file ids, between and after them, and below one.
    Stream<String> foreign =
        Stream.of("!first", "M", "README.md", "_x/y", "~last").map(name -> namespace + name);
    foreign.forEach(key -> SERVER.put(EmbeddedS3.REMOTE, key, new byte[1]));
    IntStream.range(0, MANY)
        .parallel()
        .forEach(i -> SERVER.put(EmbeddedS3.REMOTE, key(LARGE, "large", md5(i)), new byte[i % 3]));
  }

  @BeforeEach
  void prepare() {
    step = new ListFixture(ledgers);
  }

  private void listing(Listing listing) {
    step.staging = listing;
    step.remote = listing;
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void run_severalSmallNamespaces_findsWhatIsThere(Listing listing) {
    String prefix = EmbeddedS3.uniquePrefix();
    byte[] content = {1, 2, 3};
    SERVER.put(EmbeddedS3.STAGING, key(prefix, "one", md5(1)), content);
    SERVER.put(EmbeddedS3.STAGING, key(prefix, "two", md5(2)), new byte[0]);
    SERVER.put(EmbeddedS3.STAGING, key(prefix, "two", md5(5)), content);
    SERVER.put(EmbeddedS3.STAGING, key(prefix, "other", md5(4)), content);
    SERVER.put(EmbeddedS3.STAGING, prefix + "contents/one/foreign", content);
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(3)), content);
    List<ContentName> contents =
        contents(
            Stream.of(
                "one/" + md5(1),
                "one/" + md5(2),
                "one/" + md5(3),
                "two/" + md5(2),
                "two/" + md5(5),
                "none/" + md5(1)));
    listing(listing);

    Found found = step.list(prefix, contents);

    // Listed are a foreign key, three of ours and the remote's, or both were asked for all.
    assertThat(step.progress.done()).isEqualTo(listing == Listing.HEAD ? 12 : 5);
    assertThat(found.amongst(Side.STAGING))
        .containsExactlyInAnyOrder(
            "one/" + md5(1) + " 3", "two/" + md5(2) + " 0", "two/" + md5(5) + " 3");
    assertThat(found.all(Side.STAGING)).as("of other namespaces nothing").hasSize(3);
    assertThat(found.all(Side.STAGING))
        .filteredOn(known -> known.md5().equals(md5(1)))
        .extracting(KnownContent::etag)
        .containsExactly("5289df737df57326fcdd22597afb1fac");
    assertThat(found.amongst(Side.REMOTE)).containsExactly("one/" + md5(3) + " 3");
    assertThat(step.jobs).isOne();
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void run_namespaceOfSeveralPages_findsAllOfManyCandidates(Listing listing) {
    // Half of them are there.
    List<ContentName> contents =
        contents(IntStream.range(MANY - 60, MANY + 60).mapToObj(i -> "large/" + md5(i)));
    Set<String> expected = new TreeSet<>();
    IntStream.range(MANY - 60, MANY).forEach(i -> expected.add("large/" + md5(i) + " " + i % 3));
    listing(listing);

    Found found = step.list(LARGE, contents);

    assertThat(found.amongst(Side.REMOTE)).isEqualTo(expected);
    assertThat(found.all(Side.STAGING)).isEmpty();
    assertThat(step.jobs).isLessThanOrEqualTo(2);
    if (listing == Listing.LIST) {
      assertThat(found.all(Side.REMOTE)).hasSize(MANY);
      assertThat(step.progress.done()).as("the foreign ones too").isEqualTo(MANY + 5);
      assertThat(step.progress.all()).as("an estimate").isBetween(MANY * 8L / 10, MANY * 12L / 10);
    }
  }

  @Test
  void run_severalPagesOnBothSides_takesTwoJobs() {
    String prefix = EmbeddedS3.uniquePrefix();
    fill(prefix, EmbeddedS3.STAGING, "large", 0, 1_100);
    fill(prefix, EmbeddedS3.REMOTE, "large", 500, 1_800);
    fill(prefix, EmbeddedS3.REMOTE, "small", 0, 3);
    List<ContentName> contents =
        contents(
            Stream.concat(
                IntStream.range(0, 2_000).mapToObj(i -> "large/" + md5(i)),
                Stream.of("small/" + md5(2), "small/" + md5(3))));
    step.cores = 2;

    Found found = step.list(prefix, contents);

    assertThat(found.amongst(Side.STAGING)).hasSize(1_100);
    assertThat(found.amongst(Side.REMOTE)).hasSize(1_301);
    assertThat(step.jobs).isEqualTo(2);
  }

  private static void fill(String prefix, String bucket, String topHash, int from, int to) {
    IntStream.range(from, to)
        .parallel()
        .forEach(i -> SERVER.put(bucket, key(prefix, topHash, md5(i)), new byte[1]));
  }

  @Test
  void run_storeThatBeginsAPageWithTheLastKey_findsEachOnce() throws IOException {
    AtomicInteger pages = new AtomicInteger();
    listing(Listing.LIST);
    try (FaultyS3 proxy =
        new FaultyS3(
            SERVER,
            request -> {
              Matcher startAfter = START_AFTER.matcher(request.line());
              if (startAfter.find()) {
                pages.incrementAndGet();
                return withFirstKey(request.forward(), startAfter.group(1));
              }
              return request.forward();
            })) {
      step.endpoint = proxy.endpoint();
      Found found = step.list(LARGE, contents(Stream.of("large/" + md5(7))));

      assertThat(found.amongst(Side.REMOTE)).hasSize(1);
      assertThat(found.all(Side.REMOTE)).hasSize(MANY);
    }
    assertThat(pages).hasPositiveValue();
  }

  /** Both the query and the listing have keys URL-encoded. */
  private static Answer withFirstKey(Answer answer, String key) {
    String entry = "<Contents><Key>" + key + "</Key><Size>1</Size><ETag>x</ETag></Contents>";
    String body = new String(answer.body(), UTF_8).replaceFirst("<Contents>", entry + "<Contents>");
    return new Answer(answer.status(), answer.headers(), body.getBytes(UTF_8));
  }

  @Test
  void run_fewCandidatesInALargeNamespace_asksForEachInsteadOfListing() {
    Found found =
        step.list(LARGE, contents(Stream.of("large/" + md5(7), "large/" + md5(MANY + 7))));

    assertThat(found.amongst(Side.REMOTE)).containsExactly("large/" + md5(7) + " 1");
    assertThat(found.all(Side.REMOTE)).hasSize(1);
    assertThat(step.progress.done()).isEqualTo(2);
    assertThat(step.progress.all()).isEqualTo(2);
  }

  @Test
  void run_contentOfManyRows_isAskedForOnce() {
    String prefix = EmbeddedS3.uniquePrefix();
    SERVER.put(EmbeddedS3.STAGING, key(prefix, "one", md5(1)), new byte[1]);
    listing(Listing.HEAD);
    long before = step.sent("HEAD");

    Found found =
        step.list(prefix, contents(IntStream.range(0, 100).mapToObj(i -> "one/" + md5(i % 2))));

    assertThat(found.amongst(Side.STAGING)).containsExactly("one/" + md5(1) + " 1");
    assertThat(step.sent("HEAD") - before).as("two contents on two sides").isEqualTo(4);
  }

  @Test
  void run_objectUnderAKeyOfKms_saysThatItsEtagIsNoMd5() throws IOException {
    String prefix = EmbeddedS3.uniquePrefix();
    SERVER.put(EmbeddedS3.STAGING, key(prefix, "one", md5(1)), new byte[1]);
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(1)), new byte[1]);
    listing(Listing.HEAD);
    try (FaultyS3 proxy =
        new FaultyS3(
            SERVER,
            request ->
                request.line().contains(EmbeddedS3.STAGING + "/")
                    ? underKms(request.forward())
                    : request.forward())) {
      step.endpoint = proxy.endpoint();

      Found found = step.list(prefix, contents(Stream.of("one/" + md5(1))));

      assertThat(found.all(Side.STAGING))
          .extracting(KnownContent::etagIsNoMd5)
          .containsExactly(true);
      assertThat(found.all(Side.REMOTE))
          .extracting(KnownContent::etagIsNoMd5)
          .containsExactly(false);
    }
  }

  private static Answer underKms(Answer answer) {
    Map<String, List<String>> headers = new HashMap<>(answer.headers());
    headers.put("x-amz-server-side-encryption", List.of("aws:kms"));
    return new Answer(answer.status(), headers, answer.body());
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void run_noContents_isEmpty(Listing listing) {
    listing(listing);

    Found found = step.list(LARGE, contents(Stream.of()));

    assertThat(found.known()).isEmpty();
    assertThat(step.jobs).isZero();
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void run_nothingThere_isEmpty(Listing listing) {
    listing(listing);

    assertThat(step.list(EmbeddedS3.uniquePrefix(), contents(Stream.of("one/" + md5(1)))).known())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD, HEAD, 403, remote",
    "HEAD, HEAD, 500, remote",
    "HEAD, HEAD, 403, staging",
    "LIST, GET, 403, remote",
    "LIST, GET, 403, staging",
    "AUTO, GET, 500, remote"
  })
  void run_storeThatDoesNotAnswer_failsAndIsNeverAbsent(
      Listing listing, String request, int status, String bucket) throws IOException {
    step.callTimeout = Duration.ofSeconds(2);
    listing(listing);
    try (FaultyS3 proxy =
        new FaultyS3(
            SERVER,
            asked ->
                asked.line().matches(request + " /" + bucket + "\\b.*")
                    ? Answer.error(status, "NotNow")
                    : asked.forward())) {
      step.endpoint = proxy.endpoint();

      assertThatThrownBy(() -> step.list(LARGE, contents(Stream.of("large/" + md5(7)))))
          .hasStackTraceContaining("failed at " + bucket + " (bucket '" + bucket + "'")
          .hasStackTraceContaining(String.valueOf(status));
    }
  }

  /** What the task that failed has written is in a file that nobody knows of. */
  @ParameterizedTest
  @EnumSource(Listing.class)
  void run_taskThatFailsOnce_findsEachOnce(Listing listing) throws IOException {
    listing(listing);
    List<ContentName> contents =
        contents(IntStream.range(MANY - 60, MANY + 60).mapToObj(i -> "large/" + md5(i)));
    AtomicInteger pages = new AtomicInteger();
    try (FaultyS3 proxy =
        new FaultyS3(
            SERVER,
            asked ->
                asked.line().contains(EmbeddedS3.REMOTE) && pages.incrementAndGet() == 4
                    ? Answer.error(403, "NotNow")
                    : asked.forward())) {
      step.endpoint = proxy.endpoint();

      Found found = step.list(LARGE, contents);

      assertThat(found.amongst(Side.REMOTE)).hasSize(60);
    }
    assertThat(step.failedTasks).isPositive();
  }

  /** Of the bucket there are 1 and 2; the inventory names 2, with another size, and 3. */
  @Test
  void run_inventoryOfTheRemote_isBelieved() throws IOException {
    String prefix = EmbeddedS3.uniquePrefix();
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(1)), new byte[1]);
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(2)), new byte[2]);
    SERVER.put(EmbeddedS3.STAGING, key(prefix, "one", md5(4)), new byte[4]);
    Files.writeString(
        ledgers.resolve("a.csv"),
        key(prefix, "one", md5(2))
            + ",7\n"
            + key(prefix, "one", md5(3))
            + ",8\n"
            + key(prefix, "other", md5(3))
            + ",8\n");
    Path manifest = ledgers.resolve("manifest.json");
    Files.writeString(manifest, INVENTORY.formatted(EmbeddedS3.REMOTE));
    step.inventory = new InventorySettings(manifest.toString(), true);

    Found found =
        step.list(prefix, contents(IntStream.rangeClosed(1, 4).mapToObj(i -> "one/" + md5(i))));

    assertThat(found.amongst(Side.REMOTE))
        .containsExactlyInAnyOrder("one/" + md5(2) + " 7", "one/" + md5(3) + " 8");
    assertThat(found.all(Side.REMOTE)).as("of other namespaces nothing").hasSize(2);
    assertThat(found.amongst(Side.STAGING)).containsExactly("one/" + md5(4) + " 4");
  }

  @Test
  void confirmation_ofWhatAnInventoryNames_isWhatTheRemoteHolds() throws Exception {
    String prefix = EmbeddedS3.uniquePrefix();
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(2)), new byte[2]);
    RemoteConfirmation confirmation =
        new RemoteConfirmation(step.settings(prefix), step.requests, true);

    assertThat(confirmation.all()).isTrue();
    assertThat(confirmation.ask(new KnownContent("one", md5(2), 7, null, false)))
        .get()
        .extracting(KnownContent::size)
        .isEqualTo(2L);
    assertThat(confirmation.ask(new KnownContent("one", md5(3), 7, null, false))).isEmpty();
  }

  @Test
  void confirmation_ofWhatWasListed_asksOnlyWhereTheEtagIsAnotherMd5() throws Exception {
    String prefix = EmbeddedS3.uniquePrefix();
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(2)), new byte[2]);
    RemoteConfirmation confirmation =
        new RemoteConfirmation(step.settings(prefix), step.requests, false);

    for (String etag : Arrays.asList(null, md5(2), md5(3) + "-2")) {
      KnownContent listed = new KnownContent("one", md5(2), 7, etag, false);
      assertThat(confirmation.confirmed(listed)).contains(listed);
    }
    assertThat(confirmation.confirmed(new KnownContent("one", md5(2), 7, md5(3), false)))
        .get()
        .extracting(KnownContent::size)
        .isEqualTo(2L);
  }

  @Test
  void confirmation_bucketUnderAKey_isAskedForAHundredContentsOnly() throws Exception {
    String prefix = EmbeddedS3.uniquePrefix();
    AtomicInteger heads = new AtomicInteger();
    byte[] body = new byte[2];
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(2)), body);
    try (FaultyS3 store =
        new FaultyS3(
            SERVER,
            request -> {
              heads.addAndGet(request.line().startsWith("HEAD ") ? 1 : 0);
              return underKms(request.forward());
            })) {
      step.endpoint = store.endpoint();
      RemoteConfirmation confirmation =
          new RemoteConfirmation(step.settings(prefix), step.requests, false);
      for (int i = 0; i < 120; i++) {
        assertThat(confirmation.confirmed(new KnownContent("one", md5(2), 2, md5(3), false)))
            .get()
            .extracting(KnownContent::etagIsNoMd5)
            .isEqualTo(true);
      }
    }
    assertThat(heads).hasValue(100);
  }
}
