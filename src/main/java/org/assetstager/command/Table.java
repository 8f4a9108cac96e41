package org.assetstager.command;

import java.io.PrintWriter;
import java.util.List;

/** Text in columns, for people. */
final class Table {
  private static final String BETWEEN = "  ";

  private Table() {}

  /** Prints lines with as many cells each, all but the last as wide as the widest of its column. */
  static void print(List<List<String>> lines, PrintWriter out) {
    int columns = lines.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : lines) {
      for (int i = 0; i < columns - 1; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = line.get(i);
        text.append(cell).append(" ".repeat(Math.max(0, widths[i] - cell.length())));
        text.append(i < columns - 1 ? BETWEEN : "");
      }
      out.println(text.toString().stripTrailing());
    }
  }
}
