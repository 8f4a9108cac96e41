package org.assetstager.manifest;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.assetstager.manifest.ManifestReader.Rules;
import org.jspecify.annotations.Nullable;

/** Makes a manifest row of a file's URI, a row's index and the columns that concern the job. */
final class ReadParquetRow implements Function<Row, Row> {
  private static final int FIRST_FIELD = 2;

  private final Rules rules;
  private final String[] names;
  private transient @Nullable ManifestFields fields;
  private transient @Nullable String uri;
  private transient String file = "";

  ReadParquetRow(Rules rules, String[] names) {
    this.rules = rules;
    this.names = names;
  }

  @Override
  public Row call(Row row) {
    if (fields == null) {
      fields = rules.fields();
    }
    Map<String, @Nullable Object> values = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      values.put(names[i], row.get(FIRST_FIELD + i));
    }
    String fileUri = row.getString(0);
    if (!fileUri.equals(uri)) {
      // Spark gives the path as a URI, with what is special in URIs percent-encoded.
      file = new Path(URI.create(fileUri)).toString();
      uri = fileUri;
    }
    return ManifestReader.ROWS.toRow(fields.row(file, row.getLong(1), values));
  }
}
