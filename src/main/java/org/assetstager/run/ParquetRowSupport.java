package org.assetstager.run;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes flat rows of strings, numbers, booleans and bytes as Parquet, as Spark reads it. A row is
 * its cells, null for no value.
 */
final class ParquetRowSupport extends WriteSupport<@Nullable Object[]> {
  private final StructType schema;
  private final String[] names;
  private final Map<String, String> metadata;
  private RecordConsumer consumer;

  @SuppressWarnings("NullAway.Init") // Parquet calls prepareForWrite before the first write.
  private ParquetRowSupport(StructType schema, Map<String, String> metadata) {
    this.schema = schema;
    this.names = schema.fieldNames();
    this.metadata = metadata;
  }

  @Override
  @SuppressWarnings("deprecation") // Still abstract.
  public WriteContext init(Configuration configuration) {
    return context();
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return context();
  }

  private WriteContext context() {
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (int i = 0; i < schema.length(); i++) {
      StructField field = schema.fields()[i];
      Repetition repetition = field.nullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
      PrimitiveTypeName primitive = primitive(field.dataType());
      var type = Types.primitive(primitive, repetition);
      message.addField(
          (field.dataType().equals(DataTypes.StringType) ? type.as(stringType()) : type)
              // Iceberg's readers find a column by its id.
              .id(i + 1)
              .named(field.name()));
    }
    MessageType type = message.named("row");
    return new WriteContext(type, metadata);
  }

  private static PrimitiveTypeName primitive(DataType type) {
    if (type.equals(DataTypes.StringType) || type.equals(DataTypes.BinaryType)) {
      return PrimitiveTypeName.BINARY;
    } else if (type.equals(DataTypes.LongType)) {
      return PrimitiveTypeName.INT64;
    } else if (type.equals(DataTypes.IntegerType)) {
      return PrimitiveTypeName.INT32;
    } else if (type.equals(DataTypes.DoubleType)) {
      return PrimitiveTypeName.DOUBLE;
    } else if (type.equals(DataTypes.BooleanType)) {
      return PrimitiveTypeName.BOOLEAN;
    }
    throw new IllegalArgumentException("No Parquet column for " + type);
  }

  /** The footer also has metadata that were added after the file was begun. */
  @Override
  public FinalizedWriteContext finalizeWrite() {
    return new FinalizedWriteContext(metadata);
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    consumer = recordConsumer;
  }

  @Override
  public void write(@Nullable Object[] cells) {
    consumer.startMessage();
    for (int i = 0; i < cells.length; i++) {
      Object cell = cells[i];
      if (cell != null) {
        consumer.startField(names[i], i);
        add(cell);
        consumer.endField(names[i], i);
      }
    }
    consumer.endMessage();
  }

  private void add(Object cell) {
    if (cell instanceof String text) {
      consumer.addBinary(Binary.fromString(text));
    } else if (cell instanceof byte[] bytes) {
      consumer.addBinary(Binary.fromConstantByteArray(bytes));
    } else if (cell instanceof Long number) {
      consumer.addLong(number);
    } else if (cell instanceof Integer number) {
      consumer.addInteger(number);
    } else if (cell instanceof Double number) {
      consumer.addDouble(number);
    } else if (cell instanceof Boolean flag) {
      consumer.addBoolean(flag);
    } else {
      throw new IllegalArgumentException("No Parquet value for " + cell.getClass());
    }
  }

  /** Builds a writer. */
  static final class Builder extends ParquetWriter.Builder<@Nullable Object[], Builder> {
    private final StructType schema;
    private final Map<String, String> metadata;

    Builder(OutputFile file, StructType schema, Map<String, String> metadata) {
      super(file);
      this.schema = schema;
      this.metadata = metadata;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // Still abstract.
    protected WriteSupport<@Nullable Object[]> getWriteSupport(Configuration configuration) {
      return new ParquetRowSupport(schema, metadata);
    }

    @Override
    protected WriteSupport<@Nullable Object[]> getWriteSupport(ParquetConfiguration configuration) {
      return new ParquetRowSupport(schema, metadata);
    }
  }
}
