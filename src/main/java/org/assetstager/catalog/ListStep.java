package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns what both sides hold of what a run asks for, on the executors: the first page of each
 * namespace tells whether there is more, and so whether to list it in ranges or to ask for each
 * content; section 4 of the design.
 */
public final class ListStep {
  /** The step's name. */
  public static final String STEP = "list";

  private static final Logger LOG = LoggerFactory.getLogger(ListStep.class);

  /**
   * A shard of as many keys is listed by one request nearly always: its last page is not full, and
   * keys that are a few more than the first page lets expect still fit in.
   */
  private static final int KEYS_OF_SHORT_SHARD = 900;

  /** Enough for many executors. Where there would be more, shards are longer. */
  private static final int MOST_SHORT_SHARDS = 4_096;

  private static final int PAGES_OF_LONG_SHARD = 4;

  /** Fewer are not worth a task that isn't needed to keep a core busy. */
  private static final int RANGES_OF_TASK = 16 * Sides.REQUESTS_AT_ONCE;

  /** Fewer namespaces are listed one by one without a look at the whole. */
  private static final int FEW_NAMESPACES = 64;

  /** So that no job's files have numbers of another's. */
  private static final int NUMBERS_OF_JOB = 1_000_000;

  private final JavaSparkContext spark;
  private final Sides sides;
  private final int cores;
  private final List<StepFile> files = new ArrayList<>();
  private int jobs;
  private long keysLeft;

  /**
   * Takes what the listing needs.
   *
   * @param progress counts keys that were listed or asked for
   */
  public ListStep(
      JavaSparkContext spark,
      Settings settings,
      RequestTotals requests,
      int cores,
      StepOutput output,
      TaskProgress progress) {
    this.spark = spark;
    this.sides = new Sides(settings, requests, output, progress);
    this.cores = cores;
  }

  /**
   * Finds what both sides hold, at least everything among the candidates.
   *
   * @param askable makes the names of all candidates, with repetitions; used where asking for each
   *     takes fewer requests
   * @return files of {@link KnownContent}, of the kinds that the sides' settings are called
   */
  public List<StepFile> run(Namespaces namespaces, Supplier<JavaRDD<ContentName>> askable) {
    if (namespaces.candidates().isEmpty()) {
      return List.of();
    }
    Set<Side> listed = EnumSet.noneOf(Side.class);
    Map<Side, Set<String>> asked = new EnumMap<>(Side.class);
    for (Side side : Sides.IN_ORDER) {
      boolean inventory =
          side == Side.REMOTE && sides.settings().inventory().manifest() != null;
      if (inventory) {
        files.addAll(InventoryFiles.write(spark, sides, numbers()));
      } else if (sides.bucket(side).listing() == Listing.HEAD) {
        asked.put(side, new HashSet<>(namespaces.candidates().keySet()));
      } else {
        listed.add(side);
      }
    }
    List<KeyRange> ranges = new ArrayList<>();
    List<String> whole = listed.isEmpty() ? null : asOne(namespaces, listed);
    if (whole != null) {
      ranges.addAll(rangesOfAll(whole, listed));
    } else if (!listed.isEmpty()) {
      firstPages(namespaces, listed, asked, ranges);
    }
    if (keysLeft > 0) {
      sides.progress().expect(sides.progress().done() + keysLeft, 0);
    }
    // Staging before the remote, whichever way each is asked.
    ask(Side.STAGING, asked, askable);
    list(ranges, namespaces);
    ask(Side.REMOTE, asked, askable);
    return List.copyOf(files);
  }

  private int numbers() {
    return NUMBERS_OF_JOB * jobs++;
  }

  private void firstPages(
      Namespaces namespaces,
      Set<Side> listed,
      Map<Side, Set<String>> asked,
      List<KeyRange> ranges) {
    List<String> names = namespaces.candidates().keySet().stream().sorted().toList();
    List<FirstPages> pages =
        spark
            .parallelize(names, Math.min(names.size(), 4 * cores))
            .mapPartitions(new ListFirstPages(sides, listed, numbers()))
            .collect();
    for (FirstPages page : pages) {
      files.addAll(page.files());
      page.left()
          .forEach(
              (topHash, left) ->
                  choose(topHash, namespaces.candidates().get(topHash), left, asked, ranges));
    }
  }

  private void choose(
      String topHash,
      long candidates,
      Map<Side, Long> left,
      Map<Side, Set<String>> asked,
      List<KeyRange> ranges) {
    Set<Side> toList = EnumSet.noneOf(Side.class);
    long keys = 0;
    for (Map.Entry<Side, Long> side : left.entrySet()) {
      ListingChoice choice =
          ListingChoice.choose(
              sides.bucket(side.getKey()).listing(), candidates, side.getValue());
      keysLeft += choice.list() ? side.getValue() : candidates;
      LOG.info(
          "Namespace {} of {}: {}", topHash, side.getKey().settingsName(), choice.reason());
      if (choice.list()) {
        toList.add(side.getKey());
        keys = Math.max(keys, side.getValue());
      } else {
        asked.computeIfAbsent(side.getKey(), unused -> new HashSet<>()).add(topHash);
      }
    }
    if (!toList.isEmpty()) {
      for (ListingShards.Shard shard : shards(keys)) {
        ranges.add(
            new KeyRange(topHash + "/", shard.startAfter(), shard.endExclusive(), toList));
      }
    }
  }

  private static List<ListingShards.Shard> shards(long keys) {
    long shortOnes = Math.min(keys / KEYS_OF_SHORT_SHARD + 1, MOST_SHORT_SHARDS);
    long longOnes = keys / (PAGES_OF_LONG_SHARD * ListingChoice.PAGE_KEYS) + 1;
    return ListingShards.of((int) Math.min(Math.max(shortOnes, longOnes), Integer.MAX_VALUE));
  }

  /**
   * Whether the namespaces are listed as one, which takes as many requests as there are pages:
   * where they are too many to be named, or more than these pages, as the first one lets expect.
   *
   * @return their names in order, or null
   */
  private @Nullable List<String> asOne(Namespaces namespaces, Set<Side> listed) {
    List<String> names = namespaces.candidates().keySet().stream().sorted().toList();
    if (!namespaces.complete()) {
      return names;
    }
    if (names.size() < FEW_NAMESPACES) {
      return null;
    }
    long pages = 0;
    for (Side side : listed) {
      String contents = sides.contents(side);
      ListPage first = sides.reader(side).list(contents, null, ListingChoice.PAGE_KEYS);
      pages += first.truncated() ? pages(first, contents, names) : 1;
    }
    return pages < names.size() * (long) listed.size() ? names : null;
  }

  /** Names are no likelier in one place than in another: the page's share of them is its own. */
  private static long pages(ListPage first, String contents, List<String> names) {
    String last = first.nextStartAfter().substring(contents.length());
    long before = names.stream().filter(name -> (name + "/").compareTo(last) <= 0).count();
    return before == 0 ? Long.MAX_VALUE / 4 : names.size() / before;
  }

  /** Cuts all namespaces at some of their names. */
  private List<KeyRange> rangesOfAll(List<String> names, Set<Side> listed) {
    int wanted = Math.min(names.size(), 4 * cores * Sides.REQUESTS_AT_ONCE);
    List<KeyRange> ranges = new ArrayList<>();
    String start = "";
    for (int i = 1; i <= wanted; i++) {
      String end = i == wanted ? null : names.get((int) ((long) i * names.size() / wanted)) + "/";
      ranges.add(new KeyRange("", start, end, EnumSet.copyOf(listed)));
      start = end == null ? "" : names.get((int) ((long) i * names.size() / wanted)) + "/";
    }
    return ranges;
  }

  private void list(List<KeyRange> ranges, Namespaces namespaces) {
    if (!ranges.isEmpty()) {
      int wanted = Math.min(Math.max(ranges.size() / RANGES_OF_TASK, cores), 4 * cores);
      Set<String> wantedNames =
          namespaces.complete() ? new HashSet<>(namespaces.candidates().keySet()) : null;
      files.addAll(
          spark
              .parallelize(ranges, Math.min(ranges.size(), wanted))
              .mapPartitions(new ListRanges(sides, numbers(), wantedNames))
              .collect());
    }
  }

  private void ask(
      Side side, Map<Side, Set<String>> asked, Supplier<JavaRDD<ContentName>> askable) {
    Set<String> names = asked.get(side);
    if (names != null) {
      files.addAll(
          askable
              .get()
              .repartition(4 * cores)
              .mapPartitions(new AskContents(sides, new HashMap<>(Map.of(side, names)), numbers()))
              .collect());
    }
  }
}
