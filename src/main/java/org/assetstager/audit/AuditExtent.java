package org.assetstager.audit;

import org.assetstager.catalog.ContentName;
import org.jspecify.annotations.Nullable;

/**
 * How much of a ledger an audit has looked at.
 *
 * @param share of the contents
 * @param seenBefore rows whose contents an earlier audit had seen, as far as it came to them
 * @param left rows whose contents it didn't come to before the time was over; where {@code
 *     isStopped}, those that an earlier audit had seen may be among them
 * @param isStopped whether the time was over before the end
 * @param ahead one of the contents that it stopped before, or null
 */
public record AuditExtent(
    Share share, long seenBefore, long left, boolean isStopped, @Nullable ContentName ahead) {
  /** Whether all of the ledger was looked at. */
  public boolean isWhole() {
    return share.equals(Share.ALL) && seenBefore == 0 && !isStopped;
  }
}
