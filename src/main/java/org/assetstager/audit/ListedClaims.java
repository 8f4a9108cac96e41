package org.assetstager.audit;

import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.catalog.KnownContent;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Brings together what is claimed of a content and what was listed of it, from rows in the order of
 * {@link ContentOrder}; holds one content.
 */
public final class ListedClaims implements Iterator<ListedClaim> {
  private final PeekingIterator<Tuple2<byte[], byte[]>> sorted;
  private byte[] content = new byte[0];
  private @Nullable KnownContent remote;
  private @Nullable KnownContent staging;

  /** Reads rows that {@link LedgerClaims#joined} made. */
  public ListedClaims(Iterator<Tuple2<byte[], byte[]>> sorted) {
    this.sorted = Iterators.peekingIterator(sorted);
  }

  @Override
  public boolean hasNext() {
    while (sorted.hasNext() && ContentOrder.what(sorted.peek()._1()) != ContentOrder.ROW) {
      Tuple2<byte[], byte[]> object = sorted.next();
      begin(object._1());
      KnownContent known = KnownContent.CODEC.fromBytes(object._2());
      if (ContentOrder.what(object._1()) == ContentOrder.REMOTE) {
        remote = known;
      } else {
        staging = known;
      }
    }
    return sorted.hasNext();
  }

  private void begin(byte[] key) {
    if (content.length == 0 || !ContentOrder.sameContent(content, key)) {
      content = key;
      remote = null;
      staging = null;
    }
  }

  @Override
  public ListedClaim next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    byte[] key = sorted.peek()._1();
    begin(key);
    ClaimedContent claim = claim();
    while (sorted.hasNext() && Arrays.equals(sorted.peek()._1(), key)) {
      claim = claim.plus(claim());
    }
    return new ListedClaim(claim, remote, staging);
  }

  private ClaimedContent claim() {
    return ClaimedContent.of(ClaimRow.CODEC.fromBytes(sorted.next()._2()));
  }
}
