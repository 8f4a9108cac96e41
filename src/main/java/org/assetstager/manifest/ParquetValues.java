package org.assetstager.manifest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/**
 * Makes raw values of the columns of a Parquet file, as {@link FieldValues} takes them: text as its
 * bytes, exact numbers, and a description of a value that no field can have.
 */
final class ParquetValues extends RecordMaterializer<Map<String, @Nullable Object>> {
  private final Root root;

  ParquetValues(MessageType schema) {
    this.root = new Root(schema);
  }

  /** Returns a row's values by column; absent where null. */
  @Override
  public Map<String, @Nullable Object> getCurrentRecord() {
    return root.values;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private static final class Root extends GroupConverter {
    private final Converter[] columns;
    private Map<String, @Nullable Object> values = new HashMap<>();

    Root(MessageType schema) {
      columns = new Converter[schema.getFieldCount()];
      for (int i = 0; i < columns.length; i++) {
        Type type = schema.getType(i);
        columns[i] = type.isPrimitive() ? new Column(this, type) : new Group(this, type);
      }
    }

    void put(String name, Object value) {
      values.put(name, value);
    }

    @Override
    public Converter getConverter(int field) {
      return columns[field];
    }

    @Override
    public void start() {
      values = new HashMap<>();
    }

    @Override
    public void end() {}
  }

  /** Notes that a group is there, and takes nothing of what is in it. */
  private static final class Group extends GroupConverter {
    private final Root root;
    private final Type column;
    private final Converter[] fields;

    Group(Root root, Type column) {
      this(root, column, column.asGroupType());
    }

    private Group(Root root, Type column, GroupType group) {
      this.root = root;
      this.column = column;
      this.fields = new Converter[group.getFieldCount()];
      for (int i = 0; i < fields.length; i++) {
        Type type = group.getType(i);
        fields[i] =
            type.isPrimitive() ? new Ignored() : new Group(root, column, type.asGroupType());
      }
    }

    @Override
    public Converter getConverter(int field) {
      return fields[field];
    }

    @Override
    public void start() {
      LogicalTypeAnnotation kind = column.getLogicalTypeAnnotation();
      root.put(column.getName(), new Unusable(kind == null ? "an object" : "a " + kind));
    }

    @Override
    public void end() {}
  }

  private static final class Ignored extends PrimitiveConverter {
    @Override
    public void addBinary(Binary value) {}

    @Override
    public void addBoolean(boolean value) {}

    @Override
    public void addDouble(double value) {}

    @Override
    public void addFloat(float value) {}

    @Override
    public void addInt(int value) {}

    @Override
    public void addLong(long value) {}
  }

  private static final class Column extends PrimitiveConverter {
    private final Root root;
    private final String name;
    private final @Nullable LogicalTypeAnnotation kind;
    private final Unusable unusable;
    private final boolean repeated;
    private final boolean text;
    private final boolean integer;
    private final boolean unsigned;

    Column(Root root, Type type) {
      this.root = root;
      this.name = type.getName();
      this.kind = type.getLogicalTypeAnnotation();
      PrimitiveTypeName primitive = type.asPrimitiveType().getPrimitiveTypeName();
      this.repeated = type.isRepetition(Repetition.REPEATED);
      this.unusable =
          new Unusable(repeated ? "an array" : "of type " + (kind == null ? primitive : kind));
      this.text =
          primitive != PrimitiveTypeName.INT96
              && (kind == null
                  || kind instanceof StringLogicalTypeAnnotation
                  || kind instanceof EnumLogicalTypeAnnotation
                  || kind instanceof JsonLogicalTypeAnnotation);
      this.integer = kind == null || kind instanceof IntLogicalTypeAnnotation;
      this.unsigned = kind instanceof IntLogicalTypeAnnotation number && !number.isSigned();
    }

    private void put(Object value) {
      root.put(name, repeated ? unusable : value);
    }

    private void putScaled(BigInteger unscaled) {
      put(
          kind instanceof DecimalLogicalTypeAnnotation decimal
              ? new BigDecimal(unscaled, decimal.getScale())
              : unusable);
    }

    @Override
    public void addBinary(Binary value) {
      if (text) {
        put(value.getBytes());
      } else {
        byte[] bytes = value.getBytes();
        putScaled(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
      }
    }

    @Override
    public void addInt(int value) {
      if (integer) {
        put(unsigned ? Integer.toUnsignedLong(value) : (long) value);
      } else {
        putScaled(BigInteger.valueOf(value));
      }
    }

    @Override
    public void addLong(long value) {
      if (integer) {
        put(unsigned ? new BigInteger(Long.toUnsignedString(value)) : (Object) value);
      } else {
        putScaled(BigInteger.valueOf(value));
      }
    }

    @Override
    public void addFloat(float value) {
      put(value);
    }

    @Override
    public void addDouble(double value) {
      put(value);
    }

    @Override
    public void addBoolean(boolean value) {
      put(value);
    }
  }
}
