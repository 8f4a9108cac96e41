package org.assetstager.snapshot;

import org.assetstager.run.Weights;

/**
 * How work is cut.
 *
 * @param firstBudget entries that the walk's first task meets; each round's meet twice as many
 * @param workFileWeight what files to hash may weigh together before the next file is begun
 */
record Cut(long firstBudget, long workFileWeight) {
  /** A first task's work of a moment: small trees need no second round. */
  static final Cut USUAL = new Cut(10_000, Weights.MOST_OF_UNDIGESTED);
}
