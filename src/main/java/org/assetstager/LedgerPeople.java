package org.assetstager;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ConsoleSummary;
import org.assetstager.report.OutcomeTotals;

/** The ledger rows that ask for a person, as many as somebody reads. */
final class LedgerPeople {
  /** PATH_MAX of Linux: a longer text names no file, and a manifest's rows may be very long. */
  private static final int MOST_CHARACTERS = 4096;

  /** Rows of usual length are far from it; it bounds the memory of the driver. */
  private static final long MOST_CHARACTERS_IN_ALL = 32 << 20;

  /** A remedy names a path. */
  private static final int MOST_OF_REMEDY = MOST_CHARACTERS + 200;

  /** What nobody is shown: it needn't be brought to the driver. */
  private static final Set<String> LEFT_OUT =
      Set.of("class_id", "content_id", "mime_type", "created_by", "created_at", "etag");

  private LedgerPeople() {}

  /**
   * Returns rows of each outcome that asks for a person, in the manifest's order, with columns left
   * out that nobody is shown, and long texts cut.
   *
   * @param most rows in all; where there are more, each outcome gets its share
   */
  static Map<Outcome, List<LedgerRow>> of(Dataset<Row> ledger, OutcomeTotals totals, int most) {
    Map<Outcome, Integer> shares = shares(totals, most);
    Map<Outcome, List<LedgerRow>> people = new EnumMap<>(Outcome.class);
    long rows = shares.values().stream().mapToLong(Integer::longValue).sum();
    long all = shares.keySet().stream().mapToLong(outcome -> totals.of(outcome).rows()).sum();
    if (rows == all && !shares.isEmpty()) {
      Object[] names = shares.keySet().stream().map(Outcome::name).toArray();
      people.putAll(
          first(ledger.filter(col("outcome").isin(names)), most, MOST_CHARACTERS_IN_ALL).stream()
              .collect(Collectors.groupingBy(LedgerRow::outcome)));
    } else {
      long characters = MOST_CHARACTERS_IN_ALL / Math.max(1, shares.size());
      shares.forEach(
          (outcome, share) ->
              people.put(
                  outcome,
                  first(ledger.filter(col("outcome").equalTo(outcome.name())), share, characters)));
    }
    return people;
  }

  /** Returns at most so many rows of each outcome. */
  static Map<Outcome, List<LedgerRow>> examples(Dataset<Row> ledger, OutcomeTotals totals) {
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

  private static List<LedgerRow> first(Dataset<Row> rows, int most, long mostCharacters) {
    Column[] columns =
        Stream.of(LedgerRow.CODEC.schema().fields())
            .map(LedgerPeople::column)
            .toArray(Column[]::new);
    // Not collected: each task would send the driver so many rows.
    Iterator<Row> found =
        rows.orderBy("manifest_file", "manifest_position")
            .limit(most)
            .select(columns)
            .toLocalIterator();
    List<LedgerRow> first = new ArrayList<>();
    long characters = 0;
    while (found.hasNext() && characters < mostCharacters) {
      LedgerRow row = LedgerRow.CODEC.fromRow(found.next());
      characters += row.toString().length();
      first.add(row);
    }
    return first;
  }

  private static Column column(StructField field) {
    String name = field.name();
    if (LEFT_OUT.contains(name)) {
      return lit(null).cast(field.dataType()).as(name);
    }
    return field.dataType().equals(DataTypes.StringType)
        ? functions
            .substring(col(name), 1, name.equals("remedy") ? MOST_OF_REMEDY : MOST_CHARACTERS + 1)
            .as(name)
        : col(name);
  }
}
