package org.assetstager.spark;

import com.google.common.base.Throwables;
import java.io.Serializable;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into Spark rows and back. A column is a component, its name in snake case; the
 * components of a nested record stand in its place, and enums are their names. Components may be
 * {@code String}, {@code int}, {@code long}, {@code double}, {@code boolean}, their boxes, enums,
 * records, and {@code BigInteger}, whose column has its least bytes of two's complement, the
 * highest first; a component without {@link Nullable} must not be null, in either direction: Spark
 * itself lets such a null pass when it reads.
 *
 * @param <R> the record
 */
public final class RecordCodec<R extends Record> implements Serializable {
  private static final Map<Class<?>, DataType> TYPES =
      Map.ofEntries(
          Map.entry(String.class, DataTypes.StringType),
          Map.entry(BigInteger.class, DataTypes.BinaryType),
          Map.entry(int.class, DataTypes.IntegerType),
          Map.entry(Integer.class, DataTypes.IntegerType),
          Map.entry(long.class, DataTypes.LongType),
          Map.entry(Long.class, DataTypes.LongType),
          Map.entry(double.class, DataTypes.DoubleType),
          Map.entry(Double.class, DataTypes.DoubleType),
          Map.entry(boolean.class, DataTypes.BooleanType),
          Map.entry(Boolean.class, DataTypes.BooleanType));

  private static final ClassValue<Layout> LAYOUTS =
      new ClassValue<>() {
        @Override
        protected Layout computeValue(Class<?> type) {
          return new Layout(type);
        }
      };

  private final Class<R> type;

  private RecordCodec(Class<R> type) {
    this.type = type;
  }

  /**
   * Makes the codec of a record class.
   *
   * @throws IllegalArgumentException if a component has a type that it doesn't know
   */
  public static <R extends Record> RecordCodec<R> of(Class<R> type) {
    LAYOUTS.get(type);
    return new RecordCodec<>(type);
  }

  /** Returns the columns, in the order of the components. */
  public StructType schema() {
    return layout().schema();
  }

  /** Returns the names of the columns, in the order of the components. */
  public List<String> columns() {
    return List.of(schema().fieldNames());
  }

  /**
   * Makes a row.
   *
   * @throws IllegalStateException if a component is null that must not be
   */
  public Row toRow(R value) {
    return RowFactory.create(toCells(value));
  }

  /**
   * Returns the values of the columns: texts, numbers, booleans, bytes or null.
   *
   * @throws IllegalStateException if a component is null that must not be
   */
  public @Nullable Object[] toCells(R value) {
    @Nullable Object[] cells = new @Nullable Object[columnCount()];
    layout().write(value, cells, 0);
    return cells;
  }

  /**
   * Makes a record of a row whose columns are in the order of {@link #schema}; further columns are
   * ignored.
   *
   * @throws IllegalStateException if a cell is null that must not be
   */
  public R fromRow(Row row) {
    return fromRow(row, 0);
  }

  /** As {@link #fromRow(Row)}, of the columns from a given one on. */
  public R fromRow(Row row, int firstColumn) {
    @Nullable Object[] cells = new @Nullable Object[columnCount()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = row.get(firstColumn + i);
    }
    return fromCells(cells);
  }

  /**
   * Makes a record of what {@link #toCells} returned.
   *
   * @throws IllegalStateException if a cell is null that must not be
   */
  public R fromCells(@Nullable Object[] cells) {
    return type.cast(layout().read(cells, 0));
  }

  /**
   * Returns a record as bytes, for a shuffle and for files of a run.
   *
   * @throws IllegalStateException if a component is null that must not be
   */
  public byte[] toBytes(R value) {
    return RecordBytes.write(toCells(value));
  }

  /**
   * Makes a record of what {@link #toBytes} returned.
   *
   * @throws IllegalStateException if a cell is null that must not be
   */
  public R fromBytes(byte[] bytes) {
    Layout layout = layout();
    return fromCells(RecordBytes.read(layout.cellTypes, layout.allCells, bytes));
  }

  /**
   * Returns what makes records of the bytes of larger ones, whose other columns it passes over.
   *
   * @param larger the codec that made the bytes
   * @throws IllegalArgumentException if it has no column of the same name and type
   */
  public Function<byte[], R> fromBytesOf(RecordCodec<?> larger) {
    Layout whole = larger.layout();
    int[] places =
        Arrays.stream(schema().fieldNames()).mapToInt(whole.schema::fieldIndex).toArray();
    boolean[] wanted = new boolean[whole.cellTypes.length];
    for (int place : places) {
      wanted[place] = true;
    }
    for (int i = 0; i < places.length; i++) {
      if (whole.cellTypes[places[i]] != layout().cellTypes[i]) {
        throw new IllegalArgumentException("Columns of " + type + " have another type");
      }
    }
    return bytes -> {
      @Nullable Object[] all = RecordBytes.read(whole.cellTypes, wanted, bytes);
      @Nullable Object[] cells = new @Nullable Object[places.length];
      for (int i = 0; i < places.length; i++) {
        cells[i] = all[places[i]];
      }
      return fromCells(cells);
    };
  }

  /**
   * Returns what describes the bytes: only a codec of the same form can read them. It names all
   * columns with their types, and the encoding.
   */
  public String form() {
    // The string that Spark makes for people ends after 25 columns.
    return RecordBytes.ENCODING + " " + schema().catalogString();
  }

  private int columnCount() {
    return layout().cellTypes.length;
  }

  private Layout layout() {
    return LAYOUTS.get(type);
  }

  static String columnName(String component) {
    return component.replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** One component: a cell, or a nested record's cells. */
  private record Component(
      String name,
      Class<?> type,
      boolean nullable,
      Function<Object, @Nullable Object> accessor,
      @Nullable Layout nested) {}

  private static final class Layout {
    private final Class<?> type;
    private final Component[] components;
    private final StructType schema;
    private final RecordBytes.Cell[] cellTypes;
    private final boolean[] allCells;
    private final MethodHandle constructor;

    Layout(Class<?> type) {
      this.type = type;
      RecordComponent[] parts = type.getRecordComponents();
      components = new Component[parts.length];
      List<StructField> fields = new ArrayList<>();
      try {
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        for (int i = 0; i < parts.length; i++) {
          RecordComponent part = parts[i];
          Component component = component(lookup, part);
          components[i] = component;
          if (component.nested() != null) {
            fields.addAll(Arrays.asList(component.nested().schema.fields()));
          } else {
            fields.add(
                DataTypes.createStructField(
                    columnName(part.getName()), dataType(part), component.nullable()));
          }
        }
        Class<?>[] types =
            Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
        constructor =
            lookup
                .findConstructor(type, MethodType.methodType(void.class, types))
                .asSpreader(Object[].class, parts.length)
                .asType(MethodType.methodType(Object.class, Object[].class));
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException("Can't reach the components of " + type, e);
      }
      if (fields.stream().map(StructField::name).distinct().count() != fields.size()) {
        throw new IllegalArgumentException("Two components of " + type + " have one column name");
      }
      schema = DataTypes.createStructType(fields);
      cellTypes =
          fields.stream()
              .map(field -> RecordBytes.Cell.of(field.dataType()))
              .toArray(RecordBytes.Cell[]::new);
      allCells = new boolean[cellTypes.length];
      Arrays.fill(allCells, true);
    }

    private static Component component(MethodHandles.Lookup lookup, RecordComponent part)
        throws IllegalAccessException {
      boolean nullable =
          !part.getType().isPrimitive()
              && part.getAnnotatedType().isAnnotationPresent(Nullable.class);
      Layout nested = part.getType().isRecord() ? LAYOUTS.get(part.getType()) : null;
      return new Component(
          part.getName(), part.getType(), nullable, accessor(lookup, part), nested);
    }

    /**
     * Makes a class that calls the accessor: a method handle that is not a constant takes several
     * times as long.
     */
    @SuppressWarnings("unchecked")
    private static Function<Object, @Nullable Object> accessor(
        MethodHandles.Lookup lookup, RecordComponent part) throws IllegalAccessException {
      MethodHandle accessor = lookup.unreflect(part.getAccessor());
      try {
        return (Function<Object, @Nullable Object>)
            LambdaMetafactory.metafactory(
                    lookup,
                    "apply",
                    MethodType.methodType(Function.class),
                    MethodType.methodType(Object.class, Object.class),
                    accessor,
                    accessor.type().wrap())
                .getTarget()
                .invokeExact();
      } catch (Throwable e) {
        Throwables.throwIfUnchecked(e);
        throw new IllegalStateException(e);
      }
    }

    private static DataType dataType(RecordComponent part) {
      DataType known = part.getType().isEnum() ? DataTypes.StringType : TYPES.get(part.getType());
      if (known == null) {
        throw new IllegalArgumentException(
            "The codec has no column for " + part.getType() + " " + part.getName());
      }
      return known;
    }

    StructType schema() {
      return schema;
    }

    int write(Object value, @Nullable Object[] cells, int from) {
      int at = from;
      for (Component component : components) {
        Object part = component.accessor().apply(value);
        if (part == null && !component.nullable()) {
          throw new IllegalStateException(type.getName() + "." + component.name() + " is null");
        }
        if (component.nested() != null) {
          at = component.nested().write(Objects.requireNonNull(part), cells, at);
        } else {
          cells[at++] = cell(part);
        }
      }
      return at;
    }

    private static @Nullable Object cell(@Nullable Object part) {
      if (part instanceof Enum<?> constant) {
        return constant.name();
      }
      return part instanceof BigInteger number ? number.toByteArray() : part;
    }

    Object read(@Nullable Object[] cells, int from) {
      @Nullable Object[] parts = new @Nullable Object[components.length];
      int at = from;
      for (int i = 0; i < parts.length; i++) {
        Component component = components[i];
        Layout nested = component.nested();
        if (nested != null) {
          parts[i] = nested.read(cells, at);
          at += nested.cellTypes.length;
        } else {
          parts[i] = part(component, cells[at++]);
        }
      }
      return construct(parts);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private @Nullable Object part(Component component, @Nullable Object cell) {
      if (cell == null) {
        if (!component.nullable()) {
          throw new IllegalStateException(
              "The column " + columnName(component.name()) + " of " + type.getName() + " is null");
        }
        return null;
      }
      if (component.type().isEnum()) {
        return Enum.valueOf((Class<Enum>) component.type(), (String) cell);
      }
      return component.type() == BigInteger.class ? integer((byte[]) cell) : cell;
    }

    /** As the constructor of the bytes, in a quarter of its time for those that a long holds. */
    private static BigInteger integer(byte[] bytes) {
      if (bytes.length == 0 || bytes.length > Long.BYTES) {
        return new BigInteger(bytes);
      }
      long value = bytes[0];
      for (int i = 1; i < bytes.length; i++) {
        value = (value << Byte.SIZE) | (bytes[i] & 0xff);
      }
      return BigInteger.valueOf(value);
    }

    private Object construct(@Nullable Object[] parts) {
      try {
        return constructor.invokeExact(parts);
      } catch (Throwable e) {
        Throwables.throwIfUnchecked(e);
        throw new IllegalStateException(e);
      }
    }
  }
}
