package org.assetstager.audit;

import com.google.common.collect.AbstractIterator;
import java.util.Iterator;
import java.util.Set;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.verify.Roots;
import org.assetstager.verify.RootsSeen;
import org.assetstager.verify.SeenAgain;
import org.assetstager.verify.SeenFacts;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Judges rows of a ledger by what an audit found of their contents: a partition has, for each
 * content, first the {@link AuditedContent} where there is one, then the {@link FileRow}s. Gives
 * {@link JudgedRow}s the keys that bring together those of one path.
 */
final class JudgeRows
    implements PairFlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, byte[], byte[]> {
  private final Set<Outcome> claiming;
  private final Roots roots;

  /**
   * Judges the rows of a ledger.
   *
   * @param claiming outcomes of the rows that say that a bucket holds their content
   */
  JudgeRows(Set<Outcome> claiming, Roots roots) {
    this.claiming = Set.copyOf(claiming);
    this.roots = roots;
  }

  @Override
  public Iterator<Tuple2<byte[], byte[]>> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
    SeenAgain files = new SeenAgain(roots, new RootsSeen.Collector());
    return new AbstractIterator<>() {
      private byte[] content = new byte[0];
      private @Nullable AuditedContent audited;

      @Override
      protected @Nullable Tuple2<byte[], byte[]> computeNext() {
        while (sorted.hasNext()) {
          Tuple2<byte[], byte[]> next = sorted.next();
          if (ClaimRow.isSeen(next._1())) {
            content = next._1();
            audited = AuditedContent.CODEC.fromBytes(next._2());
          } else {
            boolean same = ClaimRow.isSame(content, next._1());
            return judged(FileRow.CODEC.fromBytes(next._2()), same ? audited : null, files);
          }
        }
        return endOfData();
      }
    };
  }

  private Tuple2<byte[], byte[]> judged(
      FileRow row, @Nullable AuditedContent audited, SeenAgain files) {
    SeenFacts seen = row.seen();
    Kept kept = kept(row, audited);
    String realRoot = row.hasFile() ? files.realPath(String.valueOf(row.root())) : null;
    JudgedRow judged =
        new JudgedRow(
            row.root(),
            row.path(),
            row.size(),
            row.md5(),
            kept,
            claiming.contains(row.outcome()),
            kept == null && seen != null ? seen : SeenFacts.NONE);
    return new Tuple2<>(
        JudgedRow.key(realRoot == null ? String.valueOf(row.root()) : realRoot, row.path()),
        JudgedRow.CODEC.toBytes(judged));
  }

  /** Returns what speaks against the file before it is looked at; null where nothing does. */
  private @Nullable Kept kept(FileRow row, @Nullable AuditedContent audited) {
    if (!claiming.contains(row.outcome())) {
      return Kept.OTHER_OUTCOME;
    }
    if (!row.isWhole()) {
      return Kept.DAMAGED_ROW;
    }
    if (!Boolean.TRUE.equals(row.md5Computed())) {
      return Kept.NOT_HASHED;
    }
    if (audited == null) {
      return Kept.NOT_LOOKED_AT;
    }
    Kept content = Kept.of(audited);
    return content == null && row.seen() == null ? Kept.NO_FACTS : content;
  }
}
