package org.assetstager.plan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Which of {@code count} tasks a row belongs to, as a function of the row's identity alone, so that
 * a task that runs again gets the same rows. Rows of at least a task's share get a task of their
 * own, the heaviest the lowest number, since Spark starts tasks in that order; other heavy rows are
 * dealt to the least loaded of the remaining tasks; all light rows are spread by their hash, in
 * proportion to the room that the heavy ones left.
 */
public final class Bins implements Serializable {
  /**
   * A row this much lighter than a task's share is light: with hashes uniform, the weight of a task
   * then deviates by an eighth of the share at most (standard deviation).
   */
  static final int LIGHT = 64;

  /** A row whose weight counts by itself. */
  record Heavy(long identity, long weight) {}

  private final int count;
  private final long[] heavyIdentities;
  private final int[] heavyBins;
  private final int firstShared;
  private final double[] cumulativeRoom;

  private Bins(
      int count,
      long[] heavyIdentities,
      int[] heavyBins,
      int firstShared,
      double[] cumulativeRoom) {
    this.count = count;
    this.heavyIdentities = heavyIdentities;
    this.heavyBins = heavyBins;
    this.firstShared = firstShared;
    this.cumulativeRoom = cumulativeRoom;
  }

  /** What a task should weigh. */
  record Target(long leastWeight, long mostWeight, int tasks) {
    /** Returns a task's share of a weight: as asked for by the number of tasks, within limits. */
    long share(double weight) {
      return Math.max(leastWeight, Math.min(mostWeight, (long) Math.ceil(weight / tasks)));
    }

    /** Whether rows of a weight all go to one task, whatever each of them weighs. */
    boolean isOneTask(double weight) {
      return weight < share(weight);
    }
  }

  /**
   * The rows whose weights have one binary logarithm, rounded down.
   *
   * @param weight of all of them
   */
  record Magnitude(int logarithm, double weight) {}

  /**
   * Returns the least weight of a row that counts by itself: a part of what a task's share is once
   * the rows that get a task of their own are gone.
   *
   * @param magnitudes of all rows, in any order
   */
  static long leastHeavy(List<Magnitude> magnitudes, Target target) {
    List<Magnitude> sorted = new ArrayList<>(magnitudes);
    sorted.sort(Comparator.comparingInt(Magnitude::logarithm).reversed());
    double rest = sorted.stream().mapToDouble(Magnitude::weight).sum();
    for (Magnitude magnitude : sorted) {
      double most = Math.scalb(1.0, magnitude.logarithm() + 1);
      if (most < target.share(rest)) {
        break;
      }
      rest -= magnitude.weight();
    }
    return target.share(rest) / LIGHT;
  }

  /**
   * Deals rows out.
   *
   * @param totalWeight of all rows
   * @param heavy all rows of at least {@link #leastHeavy}, in any order
   */
  static Bins deal(double totalWeight, List<Heavy> heavy, Target target) {
    List<Heavy> sorted = new ArrayList<>(heavy);
    sorted.sort(
        Comparator.comparingLong(Heavy::weight).reversed().thenComparingLong(Heavy::identity));
    double rest = totalWeight;
    int alone = 0;
    while (alone < sorted.size() && sorted.get(alone).weight() >= target.share(rest)) {
      rest -= sorted.get(alone++).weight();
    }
    int shared = (int) Math.max(1, Math.ceil(rest / target.share(rest)));
    double[] loads = new double[shared];
    long[] identities = new long[sorted.size()];
    int[] bins = new int[sorted.size()];
    PriorityQueue<Integer> leastLoaded =
        new PriorityQueue<>(
            Comparator.<Integer>comparingDouble(bin -> loads[bin]).thenComparingInt(bin -> bin));
    for (int bin = 0; bin < shared; bin++) {
      leastLoaded.add(bin);
    }
    for (int i = 0; i < sorted.size(); i++) {
      identities[i] = sorted.get(i).identity();
      if (i < alone) {
        bins[i] = i;
      } else {
        int bin = leastLoaded.remove();
        loads[bin] += sorted.get(i).weight();
        leastLoaded.add(bin);
        bins[i] = alone + bin;
      }
    }
    return new Bins(
        alone + shared, byIdentity(identities, bins), bins, alone, room(loads, rest / shared));
  }

  /** Sorts both arrays by identity. */
  private static long[] byIdentity(long[] identities, int[] bins) {
    Integer[] order = new Integer[bins.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingLong(i -> identities[i]));
    int[] unsorted = bins.clone();
    Arrays.setAll(bins, i -> unsorted[order[i]]);
    return Arrays.stream(order).mapToLong(i -> identities[i]).toArray();
  }

  private static double[] room(double[] loads, double mean) {
    double[] cumulative = new double[loads.length];
    double sum = 0;
    for (int bin = 0; bin < loads.length; bin++) {
      // A bin that is full already still takes a crumb, so that the sum is never zero.
      sum += Math.max(mean / 1000 + 1e-9, mean - loads[bin]);
      cumulative[bin] = sum;
    }
    return cumulative;
  }

  /** Returns the number of tasks, at least one. */
  public int count() {
    return count;
  }

  /**
   * Returns the task of a row, from 0.
   *
   * @param identity a uniform hash of what identifies the row
   */
  public int of(long identity) {
    int heavy = Arrays.binarySearch(heavyIdentities, identity);
    if (heavy >= 0) {
      return heavyBins[heavy];
    }
    double at =
        (identity >>> 11) * 0x1.0p-53 * cumulativeRoom[cumulativeRoom.length - 1]; // 53 bits: [0,1)
    int found = Arrays.binarySearch(cumulativeRoom, at);
    int bin = found >= 0 ? found + 1 : -found - 1;
    return firstShared + Math.min(bin, cumulativeRoom.length - 1);
  }
}
