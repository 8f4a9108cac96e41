package org.assetstager.spark;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Cells of a record as bytes, for a shuffle and for files of a run: a bit for each cell that says
 * whether it is null, then the others one after another. Texts and bytes have their length before
 * them; numbers are as long as they need to be.
 */
final class RecordBytes {
  /** To be raised with each change of what is written: a run may be resumed by a later build. */
  static final int ENCODING = 1;

  private RecordBytes() {}

  /** What a cell is. */
  enum Cell {
    TEXT,
    BYTES,
    LONG,
    INT,
    DOUBLE,
    FLAG;

    private static final Map<DataType, Cell> OF_COLUMNS =
        Map.of(
            DataTypes.StringType, TEXT,
            DataTypes.BinaryType, BYTES,
            DataTypes.LongType, LONG,
            DataTypes.IntegerType, INT,
            DataTypes.DoubleType, DOUBLE,
            DataTypes.BooleanType, FLAG);

    static Cell of(DataType column) {
      return Objects.requireNonNull(OF_COLUMNS.get(column));
    }
  }

  static byte[] write(@Nullable Object[] cells) {
    Output out = new Output();
    int nulls = (cells.length + 7) / 8;
    out.reserve(nulls);
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] == null) {
        out.bytes[i / 8] |= (byte) (1 << i % 8);
      }
    }
    out.length = nulls;
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] != null) {
        out.write(cells[i]);
      }
    }
    return Arrays.copyOf(out.bytes, out.length);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param wanted the others stay null
   * @throws IllegalArgumentException if the bytes are of other cells
   */
  static @Nullable Object[] read(Cell[] types, boolean[] wanted, byte[] bytes) {
    @Nullable Object[] cells = new @Nullable Object[types.length];
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      in.position((cells.length + 7) / 8);
      for (int i = 0; i < cells.length; i++) {
        if ((bytes[i / 8] & 1 << i % 8) == 0) {
          if (wanted[i]) {
            cells[i] = read(types[i], in);
          } else {
            skip(types[i], in);
          }
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw ofAnother(types, e);
    }
    if (in.hasRemaining()) {
      throw ofAnother(types, null);
    }
    return cells;
  }

  private static IllegalArgumentException ofAnother(Cell[] types, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "Bytes of another record than one of " + Arrays.toString(types), cause);
  }

  private static Object read(Cell type, ByteBuffer in) {
    return switch (type) {
      case TEXT -> text(in);
      case BYTES -> bytes(in);
      case LONG -> number(in);
      case INT -> (int) number(in);
      case DOUBLE -> in.getDouble();
      case FLAG -> in.get() != 0;
    };
  }

  private static void skip(Cell type, ByteBuffer in) {
    switch (type) {
      case TEXT, BYTES -> skip(in, length(in));
      case LONG, INT -> number(in);
      case DOUBLE -> skip(in, Double.BYTES);
      case FLAG -> skip(in, 1);
    }
  }

  private static void skip(ByteBuffer in, int length) {
    in.position(in.position() + length);
  }

  private static String text(ByteBuffer in) {
    int length = length(in);
    String text =
        new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
    skip(in, length);
    return text;
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[length(in)];
    in.get(bytes);
    return bytes;
  }

  private static int length(ByteBuffer in) {
    long length = number(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  /** Seven bits a byte, the least first; numbers near zero, of either sign, are short. */
  private static long number(ByteBuffer in) {
    long coded = 0;
    int shift = 0;
    byte next;
    do {
      next = in.get();
      coded |= (next & 0x7fL) << shift;
      shift += 7;
    } while (next < 0);
    return coded >>> 1 ^ -(coded & 1);
  }

  private static final class Output {
    private static final int FIRST_BYTES = 1024;
    private static final int MOST_NUMBER_BYTES = 10;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    private void reserve(int more) {
      if (length + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more)));
      }
    }

    private void write(Object cell) {
      if (cell instanceof String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
      } else if (cell instanceof byte[] binary) {
        write(binary);
      } else if (cell instanceof Long number) {
        write(number.longValue());
      } else if (cell instanceof Integer number) {
        write(number.longValue());
      } else if (cell instanceof Double number) {
        reserve(Double.BYTES);
        ByteBuffer.wrap(bytes).putDouble(length, number);
        length += Double.BYTES;
      } else if (cell instanceof Boolean flag) {
        reserve(1);
        bytes[length++] = (byte) (flag ? 1 : 0);
      } else {
        throw new IllegalArgumentException("No bytes for " + cell.getClass());
      }
    }

    private void write(byte[] binary) {
      write((long) binary.length);
      reserve(binary.length);
      System.arraycopy(binary, 0, bytes, length, binary.length);
      length += binary.length;
    }

    private void write(long number) {
      reserve(MOST_NUMBER_BYTES);
      long coded = (number << 1) ^ (number >> 63);
      while ((coded & ~0x7fL) != 0) {
        bytes[length++] = (byte) ((coded & 0x7f) | 0x80);
        coded >>>= 7;
      }
      bytes[length++] = (byte) coded;
    }
  }
}
