package org.assetstager.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A fair sample of a stream of unknown length (algorithm R: Vitter, "Random Sampling with a
 * Reservoir", 1985). The same stream gives the same sample.
 */
final class Reservoir<T> {
  private static final long SEED = 42;

  private final int most;
  private final List<T> kept = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private long seen;

  Reservoir(int most) {
    this.most = most;
  }

  void add(T element) {
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

  List<T> kept() {
    return List.copyOf(kept);
  }
}
