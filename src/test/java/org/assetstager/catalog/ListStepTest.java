package org.assetstager.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.settings.InventorySettings;
import org.assetstager.settings.LedgerFormat;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.settings.OnFinishSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;
import org.assetstager.settings.StagingSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.Costs;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ListStepTest {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();

  private static final Pattern START_AFTER = Pattern.compile("[?&]start-after=([^&]+)");

  /** More than two pages in one namespace. */
  private static final int MANY = 2_050;

  private static final String LARGE = EmbeddedS3.uniquePrefix();

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

  @TempDir Path ledgers;
  private final SparkSession spark = TestSpark.session();
  private final RequestTotals requests = new RequestTotals(spark.sparkContext());
  private TaskProgress progress = new TaskProgress(spark.sparkContext(), "list", "keys");
  private String endpoint = SERVER.endpoint();
  private int run;

  private Duration callTimeout = Duration.ofMinutes(2);

  /** Instead of the remote's listing. */
  private InventorySettings inventory = new InventorySettings(null, true);

  /** MD5s spread over all of their range, as real ones are. */
  private static String md5(int i) {
    return new Md5(i * 0x9E3779B97F4A7C15L, i).toHex();
  }

  private static String key(String prefix, String topHash, String md5) {
    return new ContentKey(prefix, new TopHash(topHash), Md5.parse(md5)).toString();
  }

  private BucketSettings with(BucketSettings bucket, Listing listing) {
    return new BucketSettings(
        bucket.bucket(),
        bucket.prefix(),
        endpoint,
        bucket.region(),
        bucket.pathStyle(),
        bucket.credentials(),
        listing,
        null);
  }

  private Settings settings(String prefix, Listing listing) {
    return new Settings(
        with(SERVER.remote(prefix), listing),
        inventory,
        new StagingSettings(
            with(SERVER.staging(prefix), listing),
            true,
            false,
            false,
            null,
            StagingSettings.Encryption.NONE,
            null,
            Map.of()),
        "file:///nowhere",
        LedgerFormat.PARQUET,
        new ManifestSettings(List.of(), 1 << 20),
        new VerifySettings(
            VerifySettings.Policy.CONTENT,
            VerifySettings.DigestMode.ALWAYS,
            VerifySettings.FindRenamed.OFF),
        new UploadSettings(5 << 20, 5 << 20, 1 << 30, null, null),
        new OnFinishSettings(List.of(), null, Duration.ofSeconds(30)),
        new S3Settings(Duration.ofSeconds(5), Duration.ofSeconds(60), callTimeout, 3),
        Costs.NONE);
  }

  private static List<ContentName> contents(Stream<String> topHashesAndMd5s) {
    return topHashesAndMd5s
        .map(text -> text.split("/", 2))
        .map(parts -> new ContentName(parts[0], parts[1]))
        .toList();
  }

  private List<KnownContent> list(
      Side side, String prefix, Listing listing, List<ContentName> contents) {
    RunFolder folder = new RunFolder("file://" + ledgers, "r" + run++, new Configuration());
    folder.create();
    progress = new TaskProgress(spark.sparkContext(), "list", "keys");
    Map<String, Long> namespaces =
        contents.stream()
            .collect(Collectors.groupingBy(ContentName::topHash, Collectors.counting()));
    JavaSparkContext core = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<StepFile> files =
        new ListStep(
                core,
                settings(prefix, listing),
                requests,
                1,
                new StepOutput(folder, "nonce"),
                progress)
            .run(new Namespaces(namespaces, true), () -> core.parallelize(contents, 3));
    assertThat(files)
        .allMatch(file -> file.rows() > 0)
        .extracting(file -> file.kind() + file.number())
        .doesNotHaveDuplicates();
    return files.stream()
        .filter(file -> file.kind().equals(side.settingsName()))
        .flatMap(
            file ->
                spark
                    .read()
                    .schema(KnownContent.CODEC.schema())
                    .parquet(folder.location() + "/steps/list/" + file.name())
                    .collectAsList()
                    .stream())
        .map(KnownContent.CODEC::fromRow)
        .toList();
  }

  /** What is found of the contents asked for; a content that is found twice fails. */
  private static Set<String> amongst(List<ContentName> contents, List<KnownContent> found) {
    Set<String> asked = new TreeSet<>();
    contents.forEach(content -> asked.add(content.topHash() + "/" + content.md5()));
    Set<String> known = new TreeSet<>();
    List<String> all = new ArrayList<>();
    for (KnownContent content : found) {
      String name = content.topHash() + "/" + content.md5();
      all.add(name);
      if (asked.contains(name)) {
        known.add(name + " " + content.size());
      }
    }
    assertThat(all).doesNotHaveDuplicates();
    return known;
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void list_severalSmallNamespaces_findsWhatIsThere(Listing listing) {
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

    List<KnownContent> found = list(Side.STAGING, prefix, listing, contents);

    // Listed are a foreign key, three of ours and the remote's, or both were asked for all.
    assertThat(progress.done()).isEqualTo(listing == Listing.HEAD ? 12 : 5);
    assertThat(amongst(contents, found))
        .containsExactlyInAnyOrder(
            "one/" + md5(1) + " 3", "two/" + md5(2) + " 0", "two/" + md5(5) + " 3");
    assertThat(found)
        .filteredOn(known -> known.md5().equals(md5(1)))
        .extracting(KnownContent::etag)
        .containsExactly("5289df737df57326fcdd22597afb1fac");
    assertThat(amongst(contents, list(Side.REMOTE, prefix, listing, contents)))
        .containsExactly("one/" + md5(3) + " 3");
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void list_namespaceOfSeveralPages_findsAllOfManyCandidates(Listing listing) {
    // Half of them are there.
    List<ContentName> contents =
        contents(IntStream.range(MANY - 60, MANY + 60).mapToObj(i -> "large/" + md5(i)));
    Set<String> expected = new TreeSet<>();
    IntStream.range(MANY - 60, MANY).forEach(i -> expected.add("large/" + md5(i) + " " + i % 3));

    List<KnownContent> found = list(Side.REMOTE, LARGE, listing, contents);

    assertThat(amongst(contents, found)).isEqualTo(expected);
    if (listing == Listing.LIST) {
      assertThat(found).hasSize(MANY);
      assertThat(progress.done()).as("the foreign ones too").isEqualTo(MANY + 5);
      assertThat(progress.all()).as("an estimate").isBetween(MANY * 8L / 10, MANY * 12L / 10);
    }
  }

  @Test
  void list_storeThatBeginsAPageWithTheLastKey_findsEachOnce() throws IOException {
    List<ContentName> contents = contents(Stream.of("large/" + md5(7)));
    AtomicInteger pages = new AtomicInteger();
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
      endpoint = proxy.endpoint();
      List<KnownContent> found = list(Side.REMOTE, LARGE, Listing.LIST, contents);

      assertThat(amongst(contents, found)).hasSize(1);
      assertThat(found).hasSize(MANY);
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
  void list_fewCandidatesInALargeNamespace_asksForEachInsteadOfListing() {
    List<ContentName> contents = contents(Stream.of("large/" + md5(7), "large/" + md5(MANY + 7)));

    List<KnownContent> found = list(Side.REMOTE, LARGE, Listing.AUTO, contents);

    assertThat(amongst(contents, found)).containsExactly("large/" + md5(7) + " 1");
    assertThat(found).hasSizeLessThan(MANY);
    assertThat(progress.done()).isEqualTo(2);
    assertThat(progress.all()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void list_noContents_isEmpty(Listing listing) {
    assertThat(list(Side.REMOTE, LARGE, listing, contents(Stream.of()))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void list_nothingThere_isEmpty(Listing listing) {
    assertThat(
            list(
                Side.STAGING,
                EmbeddedS3.uniquePrefix(),
                listing,
                contents(Stream.of("one/" + md5(1)))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"HEAD, HEAD, 403", "HEAD, HEAD, 500", "LIST, GET, 403", "AUTO, GET, 500"})
  void list_storeThatDoesNotAnswer_failsAndIsNeverAbsent(
      Listing listing, String request, int status) throws IOException {
    callTimeout = Duration.ofSeconds(2);
    List<ContentName> contents = contents(Stream.of("large/" + md5(7)));
    try (FaultyS3 proxy =
        new FaultyS3(
            SERVER,
            asked ->
                asked.line().startsWith(request + " ")
                    ? Answer.error(status, "NotNow")
                    : asked.forward())) {
      endpoint = proxy.endpoint();

      assertThatThrownBy(() -> list(Side.REMOTE, LARGE, listing, contents))
          .hasStackTraceContaining("failed at staging (bucket 'staging'")
          .hasStackTraceContaining(String.valueOf(status));
    }
  }

  private static final String INVENTORY =
      """
      {"sourceBucket": "%s", "creationTimestamp": "1", "fileFormat": "CSV",
       "fileSchema": "Key, Size", "files": [{"key": "a.csv"}]}
      """;

  /** Of the bucket there are 1 and 2; the inventory names 2, with another size, and 3. */
  @Test
  void list_inventoryOfTheRemote_isBelieved() throws IOException {
    String prefix = EmbeddedS3.uniquePrefix();
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(1)), new byte[1]);
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(2)), new byte[2]);
    Path data = ledgers.resolve("a.csv");
    Files.writeString(
        data, key(prefix, "one", md5(2)) + ",7\n" + key(prefix, "one", md5(3)) + ",8\n");
    Path manifest = ledgers.resolve("manifest.json");
    Files.writeString(manifest, INVENTORY.formatted(EmbeddedS3.REMOTE));
    inventory = new InventorySettings(manifest.toString(), true);
    List<ContentName> contents = contents(IntStream.of(1, 2, 3).mapToObj(i -> "one/" + md5(i)));

    List<KnownContent> found = list(Side.REMOTE, prefix, Listing.LIST, contents);

    assertThat(amongst(contents, found))
        .containsExactlyInAnyOrder("one/" + md5(2) + " 7", "one/" + md5(3) + " 8");
    assertThat(amongst(contents, list(Side.STAGING, prefix, Listing.LIST, contents))).isEmpty();
  }

  @Test
  void confirmation_ofWhatAnInventoryNames_isWhatTheRemoteHolds() throws Exception {
    String prefix = EmbeddedS3.uniquePrefix();
    SERVER.put(EmbeddedS3.REMOTE, key(prefix, "one", md5(2)), new byte[2]);
    RemoteConfirmation confirmation =
        new RemoteConfirmation(settings(prefix, Listing.AUTO), requests);

    assertThat(confirmation.ask(new KnownContent("one", md5(2), 7, null)))
        .get()
        .extracting(KnownContent::size)
        .isEqualTo(2L);
    assertThat(confirmation.ask(new KnownContent("one", md5(3), 8, null))).isEmpty();
  }

  /** Each request has to answer for many namespaces. */
  @Test
  void list_manyNamespacesOfFewContents_takesAsManyRequestsAsThereArePages() {
    String prefix = EmbeddedS3.uniquePrefix();
    IntStream.range(0, 1_200)
        .parallel()
        .forEach(i -> SERVER.put(EmbeddedS3.STAGING, key(prefix, "n" + i, md5(i)), new byte[1]));
    List<ContentName> contents =
        contents(IntStream.range(600, 1_300).mapToObj(i -> "n" + i + "/" + md5(i)));
    long before = requests.byKind().getOrDefault("LIST", 0L);

    List<KnownContent> found = list(Side.STAGING, prefix, Listing.AUTO, contents);

    assertThat(amongst(contents, found)).hasSize(600);
    assertThat(found).as("of others nothing").hasSize(600);
    assertThat(requests.byKind().get("LIST") - before).isLessThan(300);
  }
}
