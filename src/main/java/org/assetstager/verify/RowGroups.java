package org.assetstager.verify;

import com.google.common.collect.AbstractIterator;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.assetstager.digest.SmallContents;
import org.assetstager.manifest.ManifestRow;
import org.jspecify.annotations.Nullable;

/**
 * Groups rows whose files are small, to be verified by one thread; the row of any other file, and a
 * row of very much text, is a group of its own, and doesn't delay small ones.
 *
 * @param <T> the rows, or what comes with them
 */
public final class RowGroups<T> extends AbstractIterator<List<T>> {
  /** Larger files are read piece by piece. */
  private static final long MOST_SMALL_BYTES = 256 << 10;

  /** So that as many of the largest small files as the widest vectors have lanes are a group. */
  private static final int MOST_ROOM = 16 * (int) SmallContents.roomFor(MOST_SMALL_BYTES);

  /** More would leave threads without work where a task has few files. */
  private static final int MOST_ROWS = 32;

  /** Some 32 ordinary rows have a fiftieth of it; rows of megabytes don't add up in memory. */
  private static final long MOST_TEXT = 256 << 10;

  private final Iterator<T> rows;
  private final Function<T, ManifestRow> rowOf;
  private final ToLongFunction<T> bytesToRead;
  private List<T> group = new ArrayList<>();
  private long room;
  private long text;

  /** Takes rows that are {@link ManifestRow#added}, and all read. */
  public RowGroups(Iterator<T> rows, Function<T, ManifestRow> rowOf) {
    this(rows, rowOf, element -> bytesToRead(rowOf.apply(element)));
  }

  /**
   * Takes rows.
   *
   * @param bytesToRead of a row's file; {@link Long#MAX_VALUE} makes it a group of its own
   */
  public RowGroups(
      Iterator<T> rows, Function<T, ManifestRow> rowOf, ToLongFunction<T> bytesToRead) {
    this.rows = rows;
    this.rowOf = rowOf;
    this.bytesToRead = bytesToRead;
  }

  @Override
  protected @Nullable List<T> computeNext() {
    while (rows.hasNext()) {
      T row = rows.next();
      long size = bytesToRead.applyAsLong(row);
      long length = rowOf.apply(row).textLength();
      if (size > MOST_SMALL_BYTES || length > MOST_TEXT) {
        return List.of(row);
      }
      List<T> full = null;
      if (room + SmallContents.roomFor(size) > MOST_ROOM
          || text + length > MOST_TEXT
          || group.size() == MOST_ROWS) {
        full = take();
      }
      group.add(row);
      room += SmallContents.roomFor(size);
      text += length;
      if (full != null) {
        return full;
      }
    }
    return group.isEmpty() ? endOfData() : take();
  }

  private List<T> take() {
    List<T> taken = group;
    group = new ArrayList<>();
    room = 0;
    text = 0;
    return taken;
  }

  /** Returns the room for the contents of a group. */
  static int room(List<ManifestRow> group) {
    return (int) group.stream().mapToLong(row -> SmallContents.roomFor(bytesToRead(row))).sum();
  }

  /** Returns an added row's own size: a file of another size isn't read. */
  public static long bytesToRead(ManifestRow row) {
    return Math.max(0, Objects.requireNonNull(row.storedSize()));
  }
}
