package org.assetstager.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ConsoleSummary;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.jspecify.annotations.Nullable;

/** The ledger rows that ask for a person, as many as somebody reads. */
public final class LedgerPeople {
  /** PATH_MAX of Linux: a longer text names no file, and a manifest's rows may be very long. */
  private static final int MOST_CHARACTERS = 4096;

  /** Rows of usual length are far from it; it bounds the memory of the driver and of a task. */
  private static final long MOST_CHARACTERS_IN_ALL = 32 << 20;

  /** A remedy names a path. */
  private static final int MOST_OF_REMEDY = MOST_CHARACTERS + 200;

  /** What nobody is shown: it needn't be brought to the driver. */
  private static final Set<String> LEFT_OUT =
      Set.of("class_id", "content_id", "mime_type", "created_by", "created_at", "etag");

  private static final String[] COLUMNS = LedgerRow.CODEC.schema().fieldNames();

  private static final Comparator<LedgerRow> ORDER =
      Comparator.comparing(LedgerRow::manifestFile).thenComparing(LedgerRow::manifestPosition);

  private LedgerPeople() {}

  /**
   * Returns rows of each outcome that asks for a person, in the manifest's order, with columns left
   * out that nobody is shown, and long texts cut.
   *
   * @param most rows in all; where there are more, each outcome gets its share
   */
  static Map<Outcome, List<LedgerRow>> of(LedgerFiles ledger, OutcomeTotals totals, int most) {
    Map<Outcome, Integer> shares = shares(totals, most);
    return shares.isEmpty()
        ? Map.of()
        : first(ledger, shares).stream()
            .sorted(ORDER)
            .collect(
                Collectors.groupingBy(
                    LedgerRow::outcome, () -> new EnumMap<>(Outcome.class), Collectors.toList()));
  }

  private static List<LedgerRow> first(LedgerFiles ledger, Map<Outcome, Integer> shares) {
    First first = new First(shares);
    List<byte[]> rows;
    if (ledger.isShort()) {
      try (LedgerReader<LedgerRow> all = ledger.read(LedgerRow.CODEC, shares.keySet())) {
        rows = first.rows(all);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else {
      // Each task may have as many as are wanted in all: too many for the driver.
      rows =
          ledger
              .rows(LedgerRow.CODEC, shares.keySet())
              .mapPartitions(first)
              .coalesce(1, true)
              .map(LedgerRow.CODEC::fromBytes)
              .mapPartitions(first)
              .collect();
    }
    return rows.stream().map(LedgerRow.CODEC::fromBytes).toList();
  }

  /** Returns at most so many rows of each outcome. */
  public static Map<Outcome, List<LedgerRow>> examples(LedgerFiles ledger, OutcomeTotals totals) {
    int outcomes = Outcome.values().length;
    return of(ledger, totals, ConsoleSummary.EXAMPLES * outcomes);
  }

  /** Few rows come whole; what they leave is shared out among the others. */
  static Map<Outcome, Integer> shares(OutcomeTotals totals, int most) {
    List<Outcome> fewestFirst =
        Stream.of(Outcome.values())
            .filter(outcome -> ConsoleSummary.showsRowsOf(outcome) && totals.of(outcome).rows() > 0)
            .sorted(Comparator.comparingLong(outcome -> totals.of(outcome).rows()))
            .toList();
    Map<Outcome, Integer> shares = new EnumMap<>(Outcome.class);
    int left = most;
    for (int i = 0; i < fewestFirst.size(); i++) {
      Outcome outcome = fewestFirst.get(i);
      int share = left / (fewestFirst.size() - i);
      int rows = (int) Math.min(share, totals.of(outcome).rows());
      shares.put(outcome, rows);
      left -= rows;
    }
    return shares;
  }

  /** Keeps of each outcome the first rows, cut. */
  static final class First implements FlatMapFunction<Iterator<LedgerRow>, byte[]> {
    private final Map<Outcome, Integer> shares;

    First(Map<Outcome, Integer> shares) {
      this.shares = shares;
    }

    @Override
    public Iterator<byte[]> call(Iterator<LedgerRow> rows) {
      return rows(rows).iterator();
    }

    List<byte[]> rows(Iterator<LedgerRow> rows) {
      Map<Outcome, Kept> kept = new EnumMap<>(Outcome.class);
      shares.forEach(
          (outcome, share) ->
              kept.put(outcome, new Kept(share, MOST_CHARACTERS_IN_ALL / shares.size())));
      while (rows.hasNext()) {
        LedgerRow row = rows.next();
        Kept ofOutcome = kept.get(row.outcome());
        if (ofOutcome != null) {
          ofOutcome.add(row);
        }
      }
      List<byte[]> all = new ArrayList<>();
      kept.values().forEach(one -> one.rows.forEach(row -> all.add(LedgerRow.CODEC.toBytes(row))));
      return all;
    }
  }

  /** The first rows of one outcome, of all that were added. */
  private static final class Kept {
    private final int most;
    private final long mostCharacters;
    private final PriorityQueue<LedgerRow> rows = new PriorityQueue<>(ORDER.reversed());
    private long characters;

    Kept(int most, long mostCharacters) {
      this.most = most;
      this.mostCharacters = mostCharacters;
    }

    void add(LedgerRow row) {
      LedgerRow last = rows.peek();
      boolean full = rows.size() >= most || characters >= mostCharacters;
      if (!full || (last != null && ORDER.compare(row, last) < 0)) {
        LedgerRow cut = cut(row);
        characters += length(cut);
        rows.add(cut);
        dropLast();
      }
    }

    /** Only the last row may go beyond the most characters. */
    private void dropLast() {
      for (LedgerRow last = rows.peek(); last != null; last = rows.peek()) {
        long others = characters - length(last);
        if (rows.size() <= most && others < mostCharacters) {
          return;
        }
        rows.remove();
        characters = others;
      }
    }

    private static int length(LedgerRow row) {
      return row.toString().length();
    }
  }

  private static LedgerRow cut(LedgerRow whole) {
    Row row = LedgerRow.CODEC.toRow(whole);
    @Nullable Object[] cells = new @Nullable Object[COLUMNS.length];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = LEFT_OUT.contains(COLUMNS[i]) ? null : cut(COLUMNS[i], row.get(i));
    }
    return LedgerRow.CODEC.fromRow(RowFactory.create(cells));
  }

  private static @Nullable Object cut(String column, @Nullable Object cell) {
    int most = column.equals("remedy") ? MOST_OF_REMEDY : MOST_CHARACTERS + 1;
    if (cell instanceof String text && text.length() > most) {
      boolean pair = Character.isHighSurrogate(text.charAt(most - 1));
      return text.substring(0, pair ? most - 1 : most);
    }
    return cell;
  }
}
