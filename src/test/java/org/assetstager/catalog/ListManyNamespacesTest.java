package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.catalog.ListFixture.contents;
import static org.assetstager.catalog.ListFixture.key;
import static org.assetstager.catalog.ListFixture.md5;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assetstager.catalog.ListFixture.Found;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.testing.EmbeddedS3;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each request has to answer for many namespaces: what they cost goes by what the bucket holds. */
@Tag("server")
@Tag("spark")
class ListManyNamespacesTest {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final int NAMESPACES = 3_000;
  private static final String PREFIX = EmbeddedS3.uniquePrefix();

  @TempDir Path ledgers;
  private ListFixture step;

  @BeforeAll
  static void fill() {
    IntStream.range(0, NAMESPACES).parallel().forEach(ListManyNamespacesTest::put);
    // One of them has more than a page, of either side.
    IntStream.range(0, 1_200)
        .parallel()
        .forEach(
            i -> {
              SERVER.put(EmbeddedS3.STAGING, key(PREFIX + "l/", "n7", md5(i)), new byte[1]);
              SERVER.put(EmbeddedS3.REMOTE, key(PREFIX + "l/", "n9", md5(i)), new byte[1]);
            });
    IntStream.range(0, 40)
        .forEach(
            i -> SERVER.put(EmbeddedS3.STAGING, key(PREFIX + "l/", "n" + i, md5(i)), new byte[2]));
  }

  private static void put(int i) {
    SERVER.put(EmbeddedS3.STAGING, key(PREFIX, "n" + i, md5(i)), new byte[1]);
    SERVER.put(EmbeddedS3.REMOTE, key(PREFIX, "n" + i, md5(i)), new byte[1]);
  }

  @BeforeEach
  void prepare() {
    step = new ListFixture(ledgers);
  }

  private static List<ContentName> oneOfEach() {
    return contents(IntStream.range(0, NAMESPACES).mapToObj(i -> "n" + i + "/" + md5(i)));
  }

  private static Set<String> names(int to) {
    return IntStream.range(0, to).mapToObj(i -> "n" + i).collect(Collectors.toSet());
  }

  /** Three pages a side; a task more or a page that is cut at an end may cost one more. */
  @Test
  void run_manyNamespacesOfOneContent_takesAboutAsManyRequestsAsThereArePages() {
    long before = step.sent("LIST");

    Found found = step.list(PREFIX, oneOfEach());

    assertThat(found.amongst(Side.STAGING)).hasSize(NAMESPACES);
    assertThat(found.amongst(Side.REMOTE)).hasSize(NAMESPACES);
    assertThat(step.sent("LIST") - before).isBetween(6L, 16L);
    assertThat(step.jobs).isOne();
  }

  @Test
  void run_namespacesThatAreNotAllKnownByName_takesAboutAsManyRequestsAsThereArePages() {
    step.sample = names(1_500);
    long before = step.sent("LIST");

    Found found = step.list(PREFIX, oneOfEach());

    assertThat(found.amongst(Side.STAGING)).hasSize(NAMESPACES);
    assertThat(found.amongst(Side.REMOTE)).hasSize(NAMESPACES);
    assertThat(step.sent("LIST") - before).isBetween(6L, 20L);
    assertThat(step.jobs).isOne();
  }

  @Test
  void run_someOfManyNamespaces_findsNothingOfOthers() {
    List<ContentName> some =
        contents(IntStream.range(0, 100).mapToObj(i -> "n" + 30 * i + "/" + md5(30 * i)));
    long before = step.sent("LIST");

    Found found = step.list(PREFIX, some);

    assertThat(found.amongst(Side.STAGING)).hasSize(100);
    assertThat(found.all(Side.STAGING)).hasSize(100);
    assertThat(found.all(Side.REMOTE)).hasSize(100);
    assertThat(step.sent("LIST") - before).isBetween(6L, 16L);
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void run_largeOnesAmongSmallNamespaces_findsAll(Listing listing) {
    step.staging = listing;
    step.remote = listing;
    // Asked for one by one, there are no pages that could end anywhere.
    int from = listing == Listing.HEAD ? 1_180 : 100;
    List<ContentName> contents =
        contents(
            Stream.concat(
                IntStream.range(0, 40).mapToObj(i -> "n" + i + "/" + md5(i)),
                IntStream.range(from, 1_300)
                    .boxed()
                    .flatMap(i -> Stream.of("n7/" + md5(i), "n9/" + md5(i)))));

    Found found = step.list(PREFIX + "l/", contents);

    // Of n7 there are those asked for below 1,200 and its one; the others' 39.
    assertThat(found.amongst(Side.STAGING)).hasSize(1_200 - from + 40);
    assertThat(found.amongst(Side.REMOTE)).hasSize(1_200 - from + 1);
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void run_largeOnesAmongNamespacesNotKnownByName_findsAll(Listing listing) {
    step.staging = listing;
    step.remote = listing;
    step.sample = Set.of("n1", "n8", "n30");
    List<ContentName> contents =
        contents(
            Stream.concat(
                IntStream.range(0, 40).mapToObj(i -> "n" + i + "/" + md5(i)),
                IntStream.range(1_190, 1_210)
                    .boxed()
                    .flatMap(i -> Stream.of("n7/" + md5(i), "n9/" + md5(i)))));

    Found found = step.list(PREFIX + "l/", contents);

    assertThat(found.amongst(Side.STAGING)).hasSize(10 + 40);
    assertThat(found.amongst(Side.REMOTE)).hasSize(10 + 1);
  }
}
