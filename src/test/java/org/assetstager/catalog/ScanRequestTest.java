package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Scans of a bucket whose pages are of a few keys. */
class ScanRequestTest {
  private static final String CONTENTS = "p/contents/";
  private static final int PAGE_KEYS = 8;

  /** Names that sort in another order with their slash than without it. */
  private static final List<String> NAMES = List.of("a", "a-b", "a.b", "a0", "ab", "A", "_", "0");

  private final NavigableSet<String> keys = new TreeSet<>();
  private int requests;

  private static String key(String name, long i) {
    return CONTENTS + name + "/" + new FileId(new Md5(i * 0x9E3779B97F4A7C15L, i));
  }

  private void put(String name, int count) {
    IntStream.range(0, count).forEach(i -> keys.add(key(name, i)));
  }

  private ListPage page(String below, @Nullable String after) {
    List<String> behind =
        keys.tailSet(after == null ? "" : CONTENTS + after, false).stream()
            .filter(key -> key.startsWith(CONTENTS + below))
            .limit(PAGE_KEYS + 1L)
            .toList();
    return new ListPage(
        behind.stream().limit(PAGE_KEYS).map(key -> new ListPage.Entry(key, 1, "e")).toList(),
        behind.size() > PAGE_KEYS,
        null);
  }

  /** What a scan came to. */
  private record Scan(List<String> known, Map<String, Long> left) {
    List<String> knownOf(String name) {
      return known.stream().filter(key -> key.startsWith(CONTENTS + name + "/")).toList();
    }
  }

  private Scan scan(List<NamespaceRange> ranges, Set<String> again) {
    Deque<PageRequest> waiting = new ArrayDeque<>();
    ranges.forEach(range -> waiting.addAll(ScanRequest.first(range, again)));
    Scan scan = new Scan(new ArrayList<>(), new HashMap<>());
    while (!waiting.isEmpty()) {
      assertThat(++requests).as("an end").isLessThan(10_000);
      if (waiting.removeFirst() instanceof ScanRequest request) {
        PageRequest.Answer answer =
            request.answer(CONTENTS, page(request.below(), request.startAfter()));
        add(answer, scan);
        answer.next().forEach(waiting::addLast);
      } else {
        throw new AssertionError("Nothing is to be listed to its end here");
      }
    }
    return scan;
  }

  private static void add(PageRequest.Answer answer, Scan scan) {
    for (KnownContent known : answer.known()) {
      scan.known().add(CONTENTS + known.topHash() + "/" + new FileId(Md5.parse(known.md5())));
    }
    answer
        .left()
        .forEach((name, size) -> assertThat(scan.left().put(name, size)).as(name).isNull());
  }

  private Scan scan(List<String> names, boolean others, int ranges) {
    return scan(NamespaceRange.cut(names, others, ranges), Set.of());
  }

  private List<String> keysOf(String name) {
    return keys.stream().filter(key -> key.startsWith(CONTENTS + name + "/")).toList();
  }

  @Property(tries = 500)
  void scan_ofNamedNamespaces_findsEachOnceOrLeavesIt(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 40) int count) {
    keys.clear();
    requests = 0;
    List<String> all = fill(random, count);
    List<String> wanted =
        all.stream().filter(name -> random.nextBoolean() || name.equals(all.get(0))).toList();

    Scan scan = scan(wanted, false, 1 + random.nextInt(Math.min(3, wanted.size())));

    for (String name : wanted) {
      if (scan.left().containsKey(name)) {
        assertThat(keysOf(name)).as(name).hasSizeGreaterThanOrEqualTo(PAGE_KEYS);
        assertThat(scan.knownOf(name)).isEmpty();
      } else {
        assertThat(scan.knownOf(name)).as(name).containsExactlyElementsOf(keysOf(name));
      }
    }
    assertThat(scan.known().size())
        .as("nothing of others")
        .isEqualTo(wanted.stream().mapToInt(name -> scan.knownOf(name).size()).sum());
    assertThat(requests).isLessThanOrEqualTo(Math.max(1, wanted.size()));
  }

  /** More namespaces than are asked for one by one. */
  private List<String> fill(Random random, int count) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String name = NAMES.get(random.nextInt(NAMES.size())) + (i % 3 == 0 ? "" : "-" + i);
      names.add(name);
      int size = random.nextInt(4);
      put(name, size == 3 ? random.nextInt(5 * PAGE_KEYS) : size);
    }
    keys.addAll(Set.of(CONTENTS + "foreign", CONTENTS + "~", CONTENTS + "\u00e4/b", "q"));
    return names.stream().sorted().collect(Collectors.toCollection(ArrayList::new));
  }

  @Property(tries = 500)
  void scan_ofAllNamespaces_findsEachOnceOrLeavesIt(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 40) int count) {
    keys.clear();
    requests = 0;
    List<String> all = fill(random, count);
    List<String> sample = all.stream().limit(1 + random.nextInt(all.size())).toList();
    // What is left on one side is left on the other one.
    Set<String> again = Set.copyOf(all);

    Scan scan =
        scan(
            NamespaceRange.cut(sample, true, 1 + random.nextInt(Math.min(3, sample.size()))),
            again);

    assertThat(scan.known()).isEmpty();
    for (String name : all) {
      assertThat(scan.left().containsKey(name)).as(name).isEqualTo(!keysOf(name).isEmpty());
      if (keysOf(name).size() < PAGE_KEYS && !keysOf(name).isEmpty()) {
        assertThat(scan.left()).containsEntry(name, (long) keysOf(name).size());
      }
    }
  }

  @Test
  void scan_ofManySmallNamespaces_takesAsManyRequestsAsThereArePages() {
    List<String> names = IntStream.range(0, 400).mapToObj(i -> "n" + i).toList();
    names.forEach(name -> put(name, 1));

    Scan scan = scan(names, false, 1);

    assertThat(scan.known()).hasSize(400);
    // Of eight, one may not be done with the page: seven at least are.
    assertThat(requests).isBetween(400 / PAGE_KEYS, 400 / (PAGE_KEYS - 2));
  }

  @Test
  void scan_ofAFewOfVeryManyNamespaces_passesOverTheOthers() {
    IntStream.range(0, 3_000).forEach(i -> put("n" + i, 1));
    List<String> names = IntStream.range(0, 30).mapToObj(i -> "n" + 100 * i).toList();

    Scan scan = scan(names, false, 1);

    assertThat(scan.known()).hasSize(30);
    assertThat(requests).isLessThanOrEqualTo(30);
  }

  @Test
  void scan_ofAllNamespaces_takesRequestsByWhatIsThere() {
    List<String> names = IntStream.range(0, 400).mapToObj(i -> "n" + i).toList();
    put("n7", 1);
    put("unknown", 2);
    put("not valid", 2);

    Scan scan = scan(names, true, 1);

    assertThat(scan.knownOf("n7")).hasSize(1);
    assertThat(scan.knownOf("unknown")).hasSize(2);
    assertThat(scan.known()).as("a name that no namespace has").hasSize(3);
    assertThat(requests).isOne();
  }

  @Test
  void answer_namespaceOfAFewPagesAmongAll_isListedToItsEnd() {
    put("large", 50);
    NamespaceRange range = NamespaceRange.cut(List.of("large"), true, 1).get(0);
    ScanRequest request = ScanRequest.first(range, Set.of()).get(0);

    PageRequest.Answer answer = request.answer(CONTENTS, page("", null));

    String last = keysOf("large").get(PAGE_KEYS - 1).substring((CONTENTS + "large/").length());
    assertThat(answer.known()).hasSize(PAGE_KEYS);
    assertThat(answer.left()).isEmpty();
    assertThat(answer.next())
        .contains(new ShardRequest("large", new ListingShards.Shard("", null), last))
        .hasSize(2);
  }

  @Test
  void answer_pageThatBeginsWithTheLastKey_tellsOfItOnce() {
    put("a", 3);
    keys.add(CONTENTS + "foreign");
    put("g", 2);
    NamespaceRange range = NamespaceRange.cut(List.of("a", "g"), true, 1).get(0);
    ScanRequest request = new ScanRequest(range, Set.of(), "foreign", 1, 2);
    List<ListPage.Entry> entries = new ArrayList<>();
    entries.add(new ListPage.Entry(CONTENTS + "foreign", 1, "e"));
    keysOf("g").forEach(key -> entries.add(new ListPage.Entry(key, 1, "e")));

    PageRequest.Answer answer = request.answer(CONTENTS, new ListPage(entries, false, null));

    assertThat(answer.known()).extracting(KnownContent::topHash).containsExactly("g", "g");
    assertThat(answer.keys()).isEqualTo(2);
  }
}
