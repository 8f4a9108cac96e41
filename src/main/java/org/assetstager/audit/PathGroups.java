package org.assetstager.audit;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Brings together the rows of a ledger that are about the same file, from {@link JudgedRow}s in the
 * order of their keys; holds one such group, without its rows.
 */
final class PathGroups extends AbstractIterator<PathGroups.Group> {
  private final PeekingIterator<Tuple2<byte[], byte[]>> sorted;

  PathGroups(Iterator<Tuple2<byte[], byte[]>> sorted) {
    this.sorted = Iterators.peekingIterator(sorted);
  }

  /**
   * Rows of one path.
   *
   * @param path absolute, the links of the root followed
   * @param one of the rows; where {@code open} isn't 0, one with nothing against it
   * @param open how many rows have nothing against them so far
   * @param kept how many others there are that count, by what they have
   * @param safe whether no row has anything against the file, and all saw the same facts and
   *     content
   */
  record Group(String path, JudgedRow one, long open, Map<Kept, Long> kept, boolean safe) {}

  @Override
  protected @Nullable Group computeNext() {
    if (!sorted.hasNext()) {
      return endOfData();
    }
    byte[] key = sorted.peek()._1();
    JudgedRow one = null;
    long open = 0;
    boolean safe = true;
    Map<Kept, Long> kept = new EnumMap<>(Kept.class);
    while (sorted.hasNext() && Arrays.equals(sorted.peek()._1(), key)) {
      JudgedRow row = JudgedRow.CODEC.fromBytes(sorted.next()._2());
      if (row.kept() == null) {
        JudgedRow before = open == 0 || one == null ? row : one;
        safe &= row.seen().equals(before.seen()) && Objects.equals(row.md5(), before.md5());
        one = open == 0 ? row : one;
        open++;
      } else {
        safe = false;
        one = one == null ? row : one;
        if (row.counted()) {
          kept.merge(row.kept(), 1L, Long::sum);
        }
      }
    }
    return new Group(JudgedRow.pathOf(key), Objects.requireNonNull(one), open, kept, safe);
  }
}
