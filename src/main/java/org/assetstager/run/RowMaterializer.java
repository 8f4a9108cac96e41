package org.assetstager.run;

import java.util.Arrays;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Makes the cells of rows of the columns that {@link ParquetRowSupport} wrote. */
final class RowMaterializer extends RecordMaterializer<@Nullable Object[]> {
  private final Columns columns;

  /**
   * Prepares to make rows.
   *
   * @param file the file's schema
   * @param wanted the columns of the rows; one that the file lacks is null
   */
  RowMaterializer(MessageType file, StructType wanted) {
    this.columns = new Columns(file, wanted);
  }

  @Override
  public @Nullable Object[] getCurrentRecord() {
    return columns.cells;
  }

  @Override
  public GroupConverter getRootConverter() {
    return columns;
  }

  private static final class Columns extends GroupConverter {
    private final Converter[] converters;
    private final int width;
    private @Nullable Object[] cells;

    Columns(MessageType file, StructType wanted) {
      width = wanted.length();
      cells = new @Nullable Object[width];
      converters = new Converter[file.getFieldCount()];
      for (int i = 0; i < converters.length; i++) {
        int at = Arrays.asList(wanted.fieldNames()).indexOf(file.getFieldName(i));
        boolean text = at >= 0 && wanted.fields()[at].dataType().equals(DataTypes.StringType);
        converters[i] = new Column(at, text);
      }
    }

    @Override
    public Converter getConverter(int field) {
      return converters[field];
    }

    @Override
    public void start() {
      cells = new @Nullable Object[width];
    }

    @Override
    public void end() {}

    private final class Column extends PrimitiveConverter {
      private final int at;
      private final boolean text;

      Column(int at, boolean text) {
        this.at = at;
        this.text = text;
      }

      private void put(Object value) {
        if (at >= 0) {
          cells[at] = value;
        }
      }

      @Override
      public void addBinary(Binary value) {
        put(text ? value.toStringUsingUTF8() : value.getBytes());
      }

      @Override
      public void addBoolean(boolean value) {
        put(value);
      }

      @Override
      public void addDouble(double value) {
        put(value);
      }

      @Override
      public void addInt(int value) {
        put(value);
      }

      @Override
      public void addLong(long value) {
        put(value);
      }
    }
  }
}
