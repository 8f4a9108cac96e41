package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings.Listing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to look at namespaces of more than a page: list them in parts, or ask for each candidate. If
 * both sides may choose, they choose together.
 */
final class ListingPlan {
  private static final Logger LOG = LoggerFactory.getLogger(ListingPlan.class);

  /**
   * A shard of as many keys is listed by one request nearly always: its last page is not full, and
   * keys that are a few more than the first page lets expect still fit in.
   */
  private static final int KEYS_OF_SHORT_SHARD = 900;

  /** Enough for many executors. Where there would be more, shards are longer. */
  private static final int MOST_SHORT_SHARDS = 4_096;

  private static final int PAGES_OF_LONG_SHARD = 4;

  /** Fewer are not worth a task that isn't needed to keep a core busy. */
  private static final int SHARDS_OF_TASK = 16 * Sides.REQUESTS_AT_ONCE;

  private final Map<Side, Listing> settings;
  private final Map<String, Map<Side, Integer>> shards = new TreeMap<>();
  private final Asked asked = new Asked();
  private long keys;

  /**
   * Begins a plan.
   *
   * @param settings of the sides
   */
  ListingPlan(Map<Side, Listing> settings) {
    this.settings = settings;
  }

  /**
   * Adds a namespace.
   *
   * @param candidates contents to look for, at most
   * @param left about how many keys each side has that isn't done with it
   */
  void add(String topHash, long candidates, Map<Side, Long> left) {
    Set<Side> sides = left.keySet();
    if (sides.size() > 1 && sides.stream().allMatch(s -> settings.get(s) == Listing.AUTO)) {
      long both = left.values().stream().mapToLong(Long::longValue).sum();
      ListingChoice choice = ListingChoice.choose(Listing.AUTO, candidates * sides.size(), both);
      LOG.info("Namespace {} of both sides: {}", topHash, choice.reason());
      left.forEach((side, size) -> add(topHash, candidates, side, size, choice.list()));
    } else {
      left.forEach(
          (side, size) -> {
            ListingChoice choice =
                ListingChoice.choose(Objects.requireNonNull(settings.get(side)), candidates, size);
            LOG.info("Namespace {} of {}: {}", topHash, side.settingsName(), choice.reason());
            add(topHash, candidates, side, size, choice.list());
          });
    }
  }

  private void add(String topHash, long candidates, Side side, long size, boolean list) {
    keys += list ? size : candidates;
    if (list) {
      shards.computeIfAbsent(topHash, unused -> new EnumMap<>(Side.class)).put(side, shards(size));
    } else {
      asked.add(side, topHash);
    }
  }

  private static int shards(long keys) {
    long shortOnes = Math.min(keys / KEYS_OF_SHORT_SHARD + 1, MOST_SHORT_SHARDS);
    long longOnes = keys / (PAGES_OF_LONG_SHARD * ListingChoice.PAGE_KEYS) + 1;
    return (int) Math.min(Math.max(shortOnes, longOnes), ListingShards.MOST_SHARDS);
  }

  Asked asked() {
    return asked;
  }

  /** Returns the approximate number of keys to list or to ask for. */
  long keys() {
    return keys;
  }

  /**
   * Deals what is to be listed out to tasks, so that they take about as long. A namespace is cut
   * into no more parts than its share of the work needs: each part costs a request at least on
   * either side, however few keys that has.
   *
   * @return for each task its parts; empty where there is nothing to list
   */
  List<List<KeyRange>> tasks(int cores) {
    long all = shards.values().stream().mapToLong(ListingPlan::sum).sum();
    if (all == 0) {
      return List.of();
    }
    long useful = Math.min(Math.max(all / SHARDS_OF_TASK, cores), 4L * cores);
    List<KeyRange> ranges = new ArrayList<>();
    shards.forEach((topHash, wanted) -> ranges.addAll(parts(topHash, wanted, useful, all)));
    ranges.sort(Comparator.comparingInt(KeyRange::weight).reversed());
    PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(task -> task.weight));
    for (int i = 0; i < Math.min(useful, ranges.size()); i++) {
      tasks.add(new Task());
    }
    for (KeyRange range : ranges) {
      Task least = tasks.remove();
      least.ranges.add(range);
      least.weight += range.weight();
      tasks.add(least);
    }
    return tasks.stream().map(task -> task.ranges).toList();
  }

  /** What one task lists. */
  private static final class Task {
    private final List<KeyRange> ranges = new ArrayList<>();
    private long weight;
  }

  private static long sum(Map<Side, Integer> shards) {
    return shards.values().stream().mapToLong(Integer::longValue).sum();
  }

  private static List<KeyRange> parts(
      String topHash, Map<Side, Integer> wanted, long tasks, long all) {
    int most = wanted.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    int parts = (int) Math.min(most, (sum(wanted) * tasks + all - 1) / all);
    Map<Side, Integer> each = new EnumMap<>(Side.class);
    wanted.forEach(
        (side, count) ->
            each.put(
                side, Math.min((count + parts - 1) / parts, ListingShards.MOST_SHARDS / parts)));
    List<KeyRange> ranges = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      ranges.add(new KeyRange(topHash, part, parts, each));
    }
    return ranges;
  }
}
