package org.assetstager.pipeline;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Comparators;
import com.google.common.collect.Iterators;
import com.google.common.collect.Streams;
import com.google.common.math.LongMath;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.html.AssetTotals;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Counts a ledger by asset: the largest assets one by one, and the others together. Bad rows have
 * no asset. An asset's sums are an array: rows and bytes of the first outcome, of the second, and
 * so on.
 */
final class LedgerAssets {
  /** A name is cut only to be shown; assets whose names begin alike stay apart. */
  private static final int MOST_CHARACTERS = 1000;

  /** Assets that a task holds at a time: some megabytes. */
  private static final int MOST_HELD = 10_000;

  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final Set<Outcome> ALL = Set.copyOf(OUTCOMES);

  private static final Comparator<Tuple2<String, long[]>> LARGEST_FIRST =
      Comparator.comparingLong((Tuple2<String, long[]> asset) -> bytes(asset._2()))
          .thenComparingLong(asset -> rows(asset._2()))
          .reversed()
          .thenComparing(Tuple2::_1);

  private LedgerAssets() {}

  /** What is read of a ledger's row. */
  record Counted(
      @Nullable String asset, @Nullable String root, @Nullable Long size, Outcome outcome) {
    static final RecordCodec<Counted> CODEC = RecordCodec.of(Counted.class);

    /** Returns the asset's name, which isn't long; a long one's begins as it does. */
    String key() {
      String name = asset != null ? asset : root != null ? root : "";
      if (name.length() <= MOST_CHARACTERS) {
        return name;
      }
      byte[] digest = Md5.newDigest().digest(name.getBytes(StandardCharsets.UTF_8));
      return name.substring(0, MOST_CHARACTERS) + HexFormat.of().formatHex(digest);
    }
  }

  /**
   * Counts.
   *
   * @param totals of the whole ledger
   */
  static AssetTotals of(LedgerFiles ledger, OutcomeTotals totals) {
    long assets = 0;
    List<Tuple2<String, long[]>> found = new ArrayList<>();
    for (Found one : ledger.isShort() ? List.of(here(ledger)) : inTasks(ledger)) {
      assets += one.assets();
      found.addAll(one.largest());
    }
    List<AssetTotals.Asset> largest =
        found.stream()
            .sorted(LARGEST_FIRST)
            .limit(AssetTotals.MOST)
            .map(asset -> new AssetTotals.Asset(shown(asset._1()), outcomes(asset._2())))
            .toList();
    long others = assets - largest.size();
    return new AssetTotals(largest, others, rest(totals, largest, others > 0));
  }

  private static Found here(LedgerFiles ledger) {
    Map<String, long[]> sums = new HashMap<>();
    try (LedgerReader<Counted> rows = ledger.read(Counted.CODEC, ALL)) {
      rows.forEachRemaining(row -> add(row, sums));
    }
    return Largest.of(pairs(sums));
  }

  private static List<Found> inTasks(LedgerFiles ledger) {
    return ledger
        .rows(Counted.CODEC, ALL)
        .mapPartitionsToPair(new Sum())
        .reduceByKey(new Plus())
        .mapPartitions(new Largest())
        .collect();
  }

  private static Iterator<Tuple2<String, long[]>> pairs(Map<String, long[]> sums) {
    return sums.entrySet().stream()
        .map(asset -> new Tuple2<>(asset.getKey(), asset.getValue()))
        .iterator();
  }

  private static void add(Counted row, Map<String, long[]> sums) {
    if (row.outcome() == Outcome.INVALID) {
      return;
    }
    long[] ofAsset = sums.computeIfAbsent(row.key(), key -> new long[2 * OUTCOMES.size()]);
    int at = 2 * OUTCOMES.indexOf(row.outcome());
    ofAsset[at]++;
    ofAsset[at + 1] =
        LongMath.saturatedAdd(ofAsset[at + 1], row.size() == null ? 0 : Math.max(0, row.size()));
  }

  private static long rows(long[] sums) {
    long rows = 0;
    for (int at = 0; at < sums.length; at += 2) {
      rows += sums[at];
    }
    return rows;
  }

  private static long bytes(long[] sums) {
    long bytes = 0;
    for (int at = 1; at < sums.length; at += 2) {
      bytes = LongMath.saturatedAdd(bytes, sums[at]);
    }
    return bytes;
  }

  /** Sums a task's rows up; an asset may come more than once. */
  static final class Sum implements PairFlatMapFunction<Iterator<Counted>, String, long[]> {
    @Override
    public Iterator<Tuple2<String, long[]>> call(Iterator<Counted> rows) {
      return Iterators.concat(
          new AbstractIterator<Iterator<Tuple2<String, long[]>>>() {
            @Override
            protected @Nullable Iterator<Tuple2<String, long[]>> computeNext() {
              if (!rows.hasNext()) {
                return endOfData();
              }
              Map<String, long[]> sums = new HashMap<>();
              while (sums.size() < MOST_HELD && rows.hasNext()) {
                add(rows.next(), sums);
              }
              return pairs(sums);
            }
          });
    }
  }

  /** Adds sums of an asset. */
  static final class Plus implements Function2<long[], long[], long[]> {
    @Override
    public long[] call(long[] one, long[] other) {
      long[] sums = new long[one.length];
      for (int at = 0; at < sums.length; at += 2) {
        sums[at] = one[at] + other[at];
        sums[at + 1] = LongMath.saturatedAdd(one[at + 1], other[at + 1]);
      }
      return sums;
    }
  }

  /**
   * Some of the assets.
   *
   * @param assets how many there are
   * @param largest of them, as many as are shown
   */
  record Found(long assets, List<Tuple2<String, long[]>> largest) implements Serializable {}

  /** Keeps the largest ones of assets, each of which comes once. */
  static final class Largest implements FlatMapFunction<Iterator<Tuple2<String, long[]>>, Found> {
    @Override
    public Iterator<Found> call(Iterator<Tuple2<String, long[]>> assets) {
      return List.of(of(assets)).iterator();
    }

    static Found of(Iterator<Tuple2<String, long[]>> assets) {
      return Streams.stream(assets)
          .collect(
              Collectors.teeing(
                  Collectors.counting(),
                  Comparators.least(AssetTotals.MOST, LARGEST_FIRST),
                  Found::new));
    }
  }

  private static String shown(String key) {
    return VisibleText.of(key.substring(0, Math.min(key.length(), MOST_CHARACTERS)));
  }

  private static OutcomeTotals outcomes(long[] sums) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    for (Outcome outcome : OUTCOMES) {
      int at = 2 * OUTCOMES.indexOf(outcome);
      totals.put(outcome, new Total(sums[at], sums[at + 1]));
    }
    return new OutcomeTotals(totals);
  }

  /** What the totals have and the shown assets haven't. */
  private static OutcomeTotals rest(
      OutcomeTotals totals, List<AssetTotals.Asset> shown, boolean more) {
    Map<Outcome, Total> rest = new EnumMap<>(Outcome.class);
    if (more) {
      totals
          .byOutcome()
          .forEach(
              (outcome, all) -> {
                if (outcome == Outcome.INVALID) {
                  return;
                }
                long rows = all.rows();
                long bytes = all.bytes();
                for (AssetTotals.Asset asset : shown) {
                  rows -= asset.totals().of(outcome).rows();
                  bytes -= Math.min(bytes, asset.totals().of(outcome).bytes());
                }
                rest.put(outcome, new Total(Math.max(0, rows), bytes));
              });
    }
    return new OutcomeTotals(rest);
  }
}
