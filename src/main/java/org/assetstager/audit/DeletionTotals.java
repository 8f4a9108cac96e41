package org.assetstager.audit;

import com.google.common.collect.Maps;
import com.google.common.math.LongMath;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import org.assetstager.asset.Total;
import org.jspecify.annotations.Nullable;

/**
 * How many rows of a ledger have files that are safe to delete, and how many have not, by reason.
 *
 * @param safe rows whose files are safe to delete
 * @param paths the files, each once; hard links of one file are several
 * @param kept the other rows
 */
public record DeletionTotals(Total safe, Total paths, Map<Kept, Reason> kept)
    implements Serializable {
  /** No row. */
  static final DeletionTotals NONE = new DeletionTotals(Total.NONE, Total.NONE, Map.of());

  /**
   * The rows of one reason.
   *
   * @param example the path of one of them, and why where there is more to say; or null
   */
  public record Reason(Total total, @Nullable String example) implements Serializable {
    Reason plus(Reason other) {
      boolean takesOther =
          example == null || (other.example != null && other.example.compareTo(example) < 0);
      return new Reason(total.plus(other.total), takesOther ? other.example : example);
    }
  }

  /** Copies the map. */
  public DeletionTotals {
    kept = Maps.immutableEnumMap(kept);
  }

  /** Returns both together. */
  DeletionTotals plus(DeletionTotals other) {
    Map<Kept, Reason> sum = new EnumMap<>(Kept.class);
    sum.putAll(kept);
    other.kept.forEach((reason, more) -> sum.merge(reason, more, Reason::plus));
    return new DeletionTotals(safe.plus(other.safe), paths.plus(other.paths), sum);
  }

  /** Returns this with rows of one more reason; nothing changes where there are none. */
  DeletionTotals with(Kept reason, Total rows) {
    return rows.rows() == 0
        ? this
        : plus(new DeletionTotals(Total.NONE, Total.NONE, Map.of(reason, new Reason(rows, null))));
  }

  /** Returns the same with no file that is safe, for one more reason. */
  DeletionTotals withoutSafe(Kept reason) {
    return new DeletionTotals(Total.NONE, Total.NONE, kept).with(reason, safe);
  }

  /** Returns the rows of a reason. */
  public Total of(Kept reason) {
    Reason rows = kept.get(reason);
    return rows == null ? Total.NONE : rows.total();
  }

  /** Returns the rows, of whatever fate. */
  public long rows() {
    return safe.rows() + kept.values().stream().mapToLong(of -> of.total().rows()).sum();
  }

  /** Whether it was found out about each row whether its file is safe to delete. */
  public boolean isComplete() {
    return kept.keySet().stream().allMatch(Kept::isJudged);
  }

  /** Counts rows one after another. */
  static final class Counter {
    private final Map<Kept, Reason> kept = new EnumMap<>(Kept.class);
    private Total safe = Total.NONE;
    private Total paths = Total.NONE;

    void addSafe(long rows, long size) {
      safe = safe.plus(of(rows, size));
      paths = paths.plus(of(1, size));
    }

    void add(Kept reason, long rows, long size, @Nullable String example) {
      if (rows > 0) {
        kept.merge(reason, new Reason(of(rows, size), example), Reason::plus);
      }
    }

    private static Total of(long rows, long size) {
      // A damaged row may claim any size.
      return new Total(rows, LongMath.saturatedMultiply(Math.max(0, size), rows));
    }

    DeletionTotals totals() {
      return new DeletionTotals(safe, paths, kept);
    }
  }
}
