package org.assetstager.verify;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.assetstager.digest.SmallContents;
import org.assetstager.manifest.ManifestRow;

/**
 * Groups rows whose files are small, to be verified by one thread; the row of any other file, and a
 * row of very much text, is a group by itself, and holds up no small ones.
 */
public final class RowGroups implements Iterator<List<ManifestRow>> {
  /** Larger files are read piece by piece. */
  private static final long MOST_SMALL_BYTES = 256 << 10;

  /** So that as many of the largest small files as the widest vectors have lanes are a group. */
  private static final int MOST_ROOM = 16 * (int) SmallContents.roomFor(MOST_SMALL_BYTES);

  /** More would leave threads without work where a task has few files. */
  private static final int MOST_ROWS = 32;

  /** Some 32 ordinary rows have a fiftieth of it; rows of megabytes don't add up in memory. */
  private static final long MOST_TEXT = 256 << 10;

  private final Iterator<ManifestRow> rows;
  private List<ManifestRow> group = new ArrayList<>();
  private long room;
  private long text;

  /** Takes rows of {@link VerifyFiles#ROWS}. */
  public RowGroups(Iterator<ManifestRow> rows) {
    this.rows = rows;
  }

  @Override
  public boolean hasNext() {
    return !group.isEmpty() || rows.hasNext();
  }

  @Override
  public List<ManifestRow> next() {
    while (rows.hasNext()) {
      ManifestRow row = rows.next();
      long size = bytesToRead(row);
      long length = row.textLength();
      if (size > MOST_SMALL_BYTES || length > MOST_TEXT) {
        return List.of(row);
      }
      List<ManifestRow> full = null;
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
    if (group.isEmpty()) {
      throw new NoSuchElementException();
    }
    return take();
  }

  private List<ManifestRow> take() {
    List<ManifestRow> taken = group;
    group = new ArrayList<>();
    room = 0;
    text = 0;
    return taken;
  }

  /** Returns the room for the contents of a group. */
  static int room(List<ManifestRow> group) {
    return (int) group.stream().mapToLong(row -> SmallContents.roomFor(bytesToRead(row))).sum();
  }

  /** Returns the row's own size: a file of another size isn't read. */
  private static long bytesToRead(ManifestRow row) {
    Long size = row.storedSize();
    return row.added() && size != null ? Math.max(0, size) : 0;
  }
}
