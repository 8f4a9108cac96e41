package org.assetstager.asset;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A fair sample of a stream of unknown length (algorithm R: Vitter, "Random Sampling with a
 * Reservoir", 1985). The same stream and seed give the same sample.
 */
public final class Reservoir<T> {
  private static final long SEED = 42;

  private final int most;
  private final List<T> kept = new ArrayList<>();
  private final SplittableRandom random;
  private long seen;

  /** Keeps so many elements at most, by the same seed each time. */
  public Reservoir(int most) {
    this(most, SEED);
  }

  /** Keeps so many elements at most. */
  public Reservoir(int most, long seed) {
    this.most = most;
    this.random = new SplittableRandom(seed);
  }

  /** Offers the next element of the stream. */
  public void add(T element) {
    seen++;
    if (kept.size() < most) {
      kept.add(element);
      return;
    }
    long place = random.nextLong(seen);
    if (place < most) {
      kept.set((int) place, element);
    }
  }

  /** Returns the sample of what was offered so far. */
  public List<T> kept() {
    return List.copyOf(kept);
  }
}
