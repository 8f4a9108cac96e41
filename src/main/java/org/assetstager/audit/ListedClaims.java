package org.assetstager.audit;

import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.assetstager.catalog.ContentName;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.catalog.KnownContent;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Brings together what is claimed of a content and what was listed of it, from rows in the order of
 * {@link ContentOrder}; passes over what an earlier audit has seen; holds one content.
 */
public final class ListedClaims implements Iterator<ListedClaim> {
  private final PeekingIterator<Tuple2<byte[], byte[]>> sorted;
  private byte[] content = new byte[0];
  private byte[] seen = new byte[0];
  private long passedOver;
  private @Nullable KnownContent remote;
  private @Nullable KnownContent staging;

  /** Reads rows that {@link LedgerClaims#joined} made. */
  public ListedClaims(Iterator<Tuple2<byte[], byte[]>> sorted) {
    this.sorted = Iterators.peekingIterator(sorted);
  }

  @Override
  public boolean hasNext() {
    while (sorted.hasNext()) {
      byte[] key = sorted.peek()._1();
      if (ContentOrder.what(key) != ContentOrder.ROW) {
        take(sorted.next());
      } else if (ClaimRow.isSeen(key)) {
        seen = sorted.next()._1();
      } else if (ClaimRow.isSame(seen, key)) {
        sorted.next();
        passedOver++;
      } else {
        return true;
      }
    }
    return false;
  }

  private void take(Tuple2<byte[], byte[]> object) {
    begin(object._1());
    KnownContent known = KnownContent.CODEC.fromBytes(object._2());
    if (ContentOrder.what(object._1()) == ContentOrder.REMOTE) {
      remote = known;
    } else {
      staging = known;
    }
  }

  /** Returns how many rows so far claim what was seen before. */
  long passedOver() {
    return passedOver;
  }

  /** Returns the content that is claimed next; null where that is none, or nothing is left. */
  @Nullable ContentName ahead() {
    return hasNext() ? ClaimRow.CODEC.fromBytes(sorted.peek()._2()).content() : null;
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
