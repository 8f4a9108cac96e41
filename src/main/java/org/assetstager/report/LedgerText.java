package org.assetstager.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.VisibleJson;
import org.assetstager.asset.VisibleText;
import org.assetstager.ledger.LedgerRow;
import org.jspecify.annotations.Nullable;

/**
 * Ledger rows as text for scripts, one row at a time. The columns are those of {@link LedgerRow},
 * in their order.
 */
public enum LedgerText {
  /** One JSON object a line; a column without a value is null. Control characters are escaped. */
  JSONL {
    @Override
    void writeHeader(Writer out) {}

    @Override
    boolean writeRow(LedgerRow row, Writer out) throws IOException {
      try (JsonGenerator json = Lazy.JSON.createGenerator(out)) {
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        json.writeStartObject();
        @Nullable Object[] values = LedgerRow.CODEC.toCells(row);
        for (int i = 0; i < values.length; i++) {
          json.writeFieldName(Lazy.COLUMNS.get(i));
          json.writePOJO(values[i]);
        }
        json.writeEndObject();
      }
      out.write('\n');
      return true;
    }
  },

  /**
   * Comma-separated values (RFC 4180), the header first, lines ended by CR LF, in UTF-8. A column
   * without a value is empty; an empty text is {@code ""}.
   */
  CSV {
    @Override
    void writeHeader(Writer out) throws IOException {
      out.write(String.join(",", Lazy.COLUMNS));
      out.write("\r\n");
    }

    @Override
    boolean writeRow(LedgerRow row, Writer out) throws IOException {
      writeCells(row, out, Object::toString);
      return true;
    }
  },

  /**
   * As {@link #CSV}, for people's spreadsheets: a text that a spreadsheet would take for a formula
   * has a {@code '} before it, and control characters are made visible, so a cell isn't always what
   * the ledger has.
   */
  SHEET {
    @Override
    void writeHeader(Writer out) throws IOException {
      CSV.writeHeader(out);
    }

    @Override
    boolean writeRow(LedgerRow row, Writer out) throws IOException {
      writeCells(row, out, value -> value instanceof String text ? harmless(text) : value + "");
      return true;
    }

    private String harmless(String text) {
      String visible = VisibleText.of(text);
      return !visible.isEmpty() && FORMULAS.indexOf(visible.charAt(0)) >= 0
          ? "'" + visible
          : visible;
    }
  },

  /**
   * The absolute path of each row that has one, as it is, ended by NUL: for {@code xargs -0} and
   * {@code snapshot --files-from}. A row that the job refused, or a path with a NUL or {@code ..},
   * is left out: it may name any file.
   */
  PATHS {
    @Override
    void writeHeader(Writer out) {}

    @Override
    boolean writeRow(LedgerRow row, Writer out) throws IOException {
      String root = row.root();
      if (root == null || !root.startsWith("/") || row.path() == null) {
        return false;
      }
      String path = (root.endsWith("/") ? root : root + "/") + row.path();
      if (row.outcome() == Outcome.INVALID
          || path.indexOf('\0') >= 0
          || UPWARDS.matcher(path).find()) {
        return false;
      }
      out.write(path + '\0');
      return true;
    }
  };

  private static final Pattern UPWARDS = Pattern.compile("/\\.\\.(/|$)");

  /** What a formula begins with; some spreadsheets take the wide forms for the same. */
  private static final String FORMULAS = "=+-@\uff1d\uff0b\uff0d\uff20";

  /** Made when the first row is written: the names alone are asked for help, which is quick. */
  private static final class Lazy {
    static final JsonFactory JSON = VisibleJson.factory();
    static final List<String> COLUMNS = LedgerRow.CODEC.columns();
  }

  private static void writeCells(LedgerRow row, Writer out, Function<Object, String> cell)
      throws IOException {
    String before = "";
    for (Object value : LedgerRow.CODEC.toCells(row)) {
      out.write(before + (value == null ? "" : quoted(cell.apply(value))));
      before = ",";
    }
    out.write("\r\n");
  }

  private static String quoted(String text) {
    boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> ",\"\r\n".indexOf(c) >= 0);
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /**
   * Writes the header where the form has one, then the rows as they come.
   *
   * @param out not closed; flushed at the end
   * @return how many rows were left out, since the form can't say them
   */
  public long write(Iterator<LedgerRow> rows, Writer out) throws IOException {
    writeHeader(out);
    long left = 0;
    while (rows.hasNext()) {
      if (!writeRow(rows.next(), out)) {
        left++;
      }
    }
    out.flush();
    return left;
  }

  /** Returns it as people type it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  abstract void writeHeader(Writer out) throws IOException;

  /** Returns whether the form can say the row. */
  abstract boolean writeRow(LedgerRow row, Writer out) throws IOException;
}
