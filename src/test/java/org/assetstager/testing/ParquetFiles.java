package org.assetstager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Reads flat Parquet files by Parquet's own reader: no Spark has to start, nor to plan a query. */
public final class ParquetFiles {
  /** Making one reads Hadoop's own settings from its jars. */
  private static final Configuration HADOOP = new Configuration();

  private ParquetFiles() {}

  /**
   * Returns the rows of all files of a folder.
   *
   * @param schema the columns of the rows, which the files have
   */
  public static List<Row> read(java.nio.file.Path folder, StructType schema) {
    return read(new Path(folder.toUri()), HADOOP, schema);
  }

  /** As the other, in any file system that Hadoop reaches. */
  public static List<Row> read(Path folder, Configuration hadoop, StructType schema) {
    List<Row> rows = new ArrayList<>();
    try {
      for (FileStatus file : folder.getFileSystem(hadoop).listStatus(folder)) {
        if (file.getPath().getName().endsWith(".parquet")) {
          addRows(file.getPath(), hadoop, schema, rows);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static void addRows(Path file, Configuration hadoop, StructType schema, List<Row> rows)
      throws IOException {
    try (ParquetReader<Group> groups =
        new Groups(HadoopInputFile.fromPath(file, hadoop), hadoop).build()) {
      for (Group group = groups.read(); group != null; group = groups.read()) {
        rows.add(row(group, schema));
      }
    }
  }

  private static final class Groups extends ParquetReader.Builder<Group> {
    Groups(InputFile file, Configuration hadoop) {
      super(file, new HadoopParquetConfiguration(hadoop));
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }

  private static Row row(Group group, StructType schema) {
    Object[] cells = new Object[schema.length()];
    for (int i = 0; i < cells.length; i++) {
      StructField field = schema.fields()[i];
      if (group.getFieldRepetitionCount(field.name()) > 0) {
        cells[i] = cell(group, field.name(), field.dataType());
      }
    }
    return RowFactory.create(cells);
  }

  private static Object cell(Group group, String name, DataType type) {
    if (type.equals(DataTypes.StringType)) {
      return group.getString(name, 0);
    } else if (type.equals(DataTypes.LongType)) {
      return group.getLong(name, 0);
    } else if (type.equals(DataTypes.IntegerType)) {
      return group.getInteger(name, 0);
    } else if (type.equals(DataTypes.BooleanType)) {
      return group.getBoolean(name, 0);
    }
    throw new IllegalArgumentException("No cell of " + type);
  }
}
