package org.assetstager.audit;

import com.google.common.collect.AbstractIterator;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.asset.Outcome;
import org.assetstager.verify.SeenFacts;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Judges rows of a ledger by what an audit found of their contents: a partition has, for each
 * content, first the {@link AuditedContent} where there is one, then the {@link FileRow}s. Gives
 * {@link JudgedRow}s the keys that bring together those of one path.
 *
 * @param claiming outcomes of the rows that say that a bucket holds their content
 * @param linkedRoots where roots lead that have another name than that, as the driver sees them:
 *     which rows are of one file doesn't depend on the host that looks
 * @param runStartedAtMillis milliseconds since the epoch
 */
record JudgeRows(Set<Outcome> claiming, Map<String, String> linkedRoots, long runStartedAtMillis)
    implements PairFlatMapFunction<Iterator<Tuple2<byte[], byte[]>>, byte[], byte[]> {
  JudgeRows {
    claiming = Set.copyOf(claiming);
    linkedRoots = Map.copyOf(linkedRoots);
  }

  @Override
  public Iterator<Tuple2<byte[], byte[]>> call(Iterator<Tuple2<byte[], byte[]>> sorted) {
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
            return judged(FileRow.CODEC.fromBytes(next._2()), same ? audited : null);
          }
        }
        return endOfData();
      }
    };
  }

  private Tuple2<byte[], byte[]> judged(FileRow row, @Nullable AuditedContent audited) {
    SeenFacts seen = row.seen();
    Kept kept = kept(row, audited);
    String root = String.valueOf(row.root());
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
        JudgedRow.key(linkedRoots.getOrDefault(root, root), row.path()),
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
    if (!row.md5Computed()) {
      return Kept.NOT_HASHED;
    }
    if (audited == null) {
      return Kept.NOT_LOOKED_AT;
    }
    Kept content = Kept.of(audited);
    return content == null ? keptByFacts(row.seen()) : content;
  }

  private @Nullable Kept keptByFacts(@Nullable SeenFacts seen) {
    if (seen == null || seen.modifiedAtNanos() == null || seen.changedAtNanos() == null) {
      return Kept.NO_FACTS;
    }
    return SeenFacts.showLaterWrites(
            seen.modifiedAtNanos(), seen.changedAtNanos(), runStartedAtMillis)
        ? null
        : Kept.TOO_NEW;
  }
}
