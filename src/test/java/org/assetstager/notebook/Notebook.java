package org.assetstager.notebook;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.assetstager.asset.VisibleText;
import org.assetstager.report.Amounts;
import org.assetstager.run.RunFolder;
import org.assetstager.spark.LiteralPaths;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import scala.Option;

/**
 * What cells call by its bare name. A {@code Dataset} at a cell's end is shown as a table, a chart
 * as a picture.
 */
public final class Notebook {
  /** A table for reading; whoever wants more writes it to a file. */
  private static final int MOST_ROWS = 30;

  private static final int WIDTH = 640;
  private static final int HEIGHT = 300;

  private Notebook() {}

  /**
   * Starts Spark in this JVM and makes the view {@code ledger} of the runs in a folder; those whose
   * ledger isn't whole yet are left out.
   */
  public static SparkSession openLedgers(String ledgerPath) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[*]")
            .appName("notebook")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 4)
            .config("spark.sql.session.timeZone", "UTC")
            // As org.assetstager.command.SparkContexts sets it: computers with notebooks sleep.
            .config("spark.storage.blockManagerHeartbeatTimeoutMs", "365d")
            .getOrCreate();
    String[] ledgers =
        RunFolder.below(ledgerPath, spark.sparkContext().hadoopConfiguration()).stream()
            .filter(run -> run.exists("ledger/_SUCCESS"))
            .map(run -> run.ledger().toString())
            .toArray(String[]::new);
    LiteralPaths.read(spark.read(), DataFrameReader::parquet, ledgers)
        .createOrReplaceTempView("ledger");
    return spark;
  }

  /** Returns a setting of the environment, or else the default. */
  public static String setting(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  /** Runs a query. */
  public static Dataset<Row> sql(String query) {
    return SparkSession.active().sql(query);
  }

  /** Runs a query; {@code %s} stands for the arguments, each as a text of SQL. */
  public static Dataset<Row> sql(String query, Object... arguments) {
    Object[] quoted =
        Arrays.stream(arguments)
            .map(
                value ->
                    "'" + String.valueOf(value).replace("\\", "\\\\").replace("'", "\\'") + "'")
            .toArray();
    return sql(query.formatted(quoted));
  }

  /** Returns the reports of runs, a row each. */
  public static Dataset<Row> reports(String ledgerPath, String... runIds) {
    String[] files =
        Arrays.stream(runIds)
            .map(id -> ledgerPath + "/run_id=" + id + "/report.json")
            .toArray(String[]::new);
    return LiteralPaths.read(
        SparkSession.active().read().option("multiLine", true), DataFrameReader::json, files);
  }

  /** Shows a value, though it isn't the cell's last. */
  public static void show(Object value) {
    BaseKernel kernel = BaseKernel.notebookKernel();
    kernel.display(display(value, kernel.getRenderer()));
  }

  /** Returns bytes with a unit, as the job's own messages have them. */
  public static String bytes(long bytes) {
    return Amounts.bytes(bytes);
  }

  /**
   * Makes a chart of bars.
   *
   * @param rows the first column names the bars, each other one is a series of numbers
   * @return the chart, or words where there are no rows
   */
  public static Object bars(String title, Dataset<Row> rows) {
    List<Row> found = rows.collectAsList();
    if (found.isEmpty()) {
      return title + ": there are none.";
    }
    String[] columns = rows.columns();
    CategoryChart chart =
        new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
    List<String> names = found.stream().map(row -> String.valueOf(row.get(0))).toList();
    for (int column = 1; column < columns.length; column++) {
      int at = column;
      List<Double> values =
          found.stream().map(row -> row.isNullAt(at) ? 0.0 : number(row.get(at))).toList();
      chart.addSeries(columns[column].replace('_', ' '), names, values);
    }
    chart.setXAxisTitle(columns[0].replace('_', ' '));
    chart.setYAxisTitle(columns.length == 2 ? columns[1].replace('_', ' ') : "");
    chart.getStyler().setLegendVisible(columns.length > 2);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setXAxisLabelRotation(names.size() > 8 ? 45 : 0);
    plain(chart);
    return chart;
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  /** Gives a chart the plain looks of the others. */
  public static void plain(Chart<?, ?> chart) {
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotBorderVisible(false);
    if (chart.getStyler() instanceof AxesChartStyler axes) {
      axes.setYAxisDecimalPattern("#,##0.##");
    }
  }

  static void cancelJobs() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    if (session.isDefined()) {
      session.get().sparkContext().cancelAllJobs();
    }
  }

  static DisplayData display(Object value, Renderer renderer) {
    if (value instanceof Dataset<?> rows) {
      return table(rows.toDF());
    } else if (value instanceof Chart<?, ?> chart) {
      return picture(chart);
    }
    return value instanceof DisplayData data ? data : renderer.render(value);
  }

  private static DisplayData picture(Chart<?, ?> chart) {
    try {
      byte[] png = BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
      DisplayData data = new DisplayData("chart: " + chart.getTitle());
      data.putData(MIMEType.IMAGE_PNG, Base64.getEncoder().encodeToString(png));
      return data;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DisplayData table(Dataset<Row> rows) {
    List<Row> found = rows.limit(MOST_ROWS + 1).collectAsList();
    List<Row> shown = found.subList(0, Math.min(found.size(), MOST_ROWS));
    StructField[] fields = rows.schema().fields();
    StringBuilder html = new StringBuilder("<table>\n<tr>");
    for (StructField field : fields) {
      html.append("<th>").append(escaped(field.name().replace('_', ' '))).append("</th>");
    }
    html.append("</tr>\n");
    for (Row row : shown) {
      html.append("<tr>");
      for (int i = 0; i < fields.length; i++) {
        boolean number = fields[i].dataType() instanceof NumericType;
        html.append(number ? "<td style=\"text-align:right\">" : "<td style=\"text-align:left\">");
        html.append(escaped(cell(row.get(i)))).append("</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</table>");
    if (found.size() > MOST_ROWS) {
      html.append("\n<p>The first ").append(MOST_ROWS).append(" rows; there are more.</p>");
    }
    DisplayData data = new DisplayData(text(fields, shown));
    data.putHTML(html.toString());
    return data;
  }

  private static String text(StructField[] fields, List<Row> rows) {
    String head = Arrays.stream(fields).map(StructField::name).collect(Collectors.joining(" | "));
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, fields.length)
                    .mapToObj(i -> cell(row.get(i)))
                    .collect(Collectors.joining(" | ")))
        .collect(Collectors.joining("\n", head + "\n", ""));
  }

  /** A file's name may hold line breaks and what else isn't to be seen. */
  private static String cell(Object value) {
    if (value == null) {
      return "";
    } else if (value instanceof Long || value instanceof Integer) {
      return String.format(Locale.ROOT, "%,d", ((Number) value).longValue());
    }
    return VisibleText.of(value.toString());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
