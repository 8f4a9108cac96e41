package org.assetstager.spark;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Cells of a record as bytes, for a shuffle: a bit for each cell that says whether it is null, then
 * the others one after another. Texts and bytes have their length before them; numbers are as long
 * as they need to be.
 */
final class RecordBytes {
  private RecordBytes() {}

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

  static @Nullable Object[] read(StructType schema, byte[] bytes) {
    @Nullable Object[] cells = new @Nullable Object[schema.length()];
    ByteBuffer in = ByteBuffer.wrap(bytes);
    in.position((cells.length + 7) / 8);
    StructField[] fields = schema.fields();
    try {
      for (int i = 0; i < cells.length; i++) {
        if ((bytes[i / 8] & 1 << i % 8) == 0) {
          cells[i] = read(fields[i].dataType(), in);
        }
      }
    } catch (BufferUnderflowException e) {
      throw ofAnother(schema);
    }
    if (in.hasRemaining()) {
      throw ofAnother(schema);
    }
    return cells;
  }

  private static IllegalArgumentException ofAnother(StructType schema) {
    return new IllegalArgumentException("Bytes of another record than one of " + schema);
  }

  private static Object read(DataType type, ByteBuffer in) {
    if (type.equals(DataTypes.StringType)) {
      return new String(bytes(in), StandardCharsets.UTF_8);
    } else if (type.equals(DataTypes.BinaryType)) {
      return bytes(in);
    } else if (type.equals(DataTypes.LongType)) {
      return number(in);
    } else if (type.equals(DataTypes.IntegerType)) {
      return (int) number(in);
    } else if (type.equals(DataTypes.DoubleType)) {
      return in.getDouble();
    }
    return in.get() != 0;
  }

  private static byte[] bytes(ByteBuffer in) {
    long length = number(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
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
    private static final int FIRST_BYTES = 256;
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
