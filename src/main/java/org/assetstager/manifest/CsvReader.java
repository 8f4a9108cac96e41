package org.assetstager.manifest;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a CSV file (RFC 4180) that begin in a range of it, so that any division into
 * ranges reads each record once. Fields are separated by commas; one in quotes may have commas,
 * newlines, and quotes that are doubled. No byte is altered. Records without a byte are skipped.
 */
final class CsvReader implements Closeable {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int END = -1;

  private final String file;
  private final InputStream in;
  private final long end;
  private final int maxRecordBytes;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final ByteArrayOutputStream field = new ByteArrayOutputStream();
  private int next;
  private int limit;
  private long position;
  private long recordStart;

  /**
   * Makes a reader of the records whose first byte lies in {@code [start, end)}.
   *
   * @param file for messages
   * @param in positioned at {@link LineReader#firstByteToRead} of {@code start}; closed with the
   *     reader
   * @param quoted whether {@code start} is inside of a field in quotes: whether an odd number of
   *     quotes is before it
   * @param end in bytes, may be behind the file's end
   * @param maxRecordBytes a longer record is a failure: a quote may be missing
   */
  CsvReader(String file, InputStream in, long start, boolean quoted, long end, int maxRecordBytes)
      throws IOException {
    this.file = file;
    this.in = in;
    this.end = end;
    this.maxRecordBytes = maxRecordBytes;
    this.position = LineReader.firstByteToRead(start);
    if (start == 0) {
      skipByteOrderMark();
    } else {
      boolean begins = read() == '\n' && !quoted;
      if (!begins) {
        skipRecord(quoted);
      }
    }
  }

  private void skipByteOrderMark() throws IOException {
    fill();
    boolean marked = limit >= BYTE_ORDER_MARK.length;
    for (int i = 0; marked && i < BYTE_ORDER_MARK.length; i++) {
      marked = chunk[i] == BYTE_ORDER_MARK[i];
    }
    if (marked) {
      next = BYTE_ORDER_MARK.length;
      position = next;
    }
  }

  /** Skips to behind the next end of a record, but no further than the range's end needs. */
  private void skipRecord(boolean quotedAtStart) throws IOException {
    boolean quoted = quotedAtStart;
    while (position < end) {
      int b = read();
      if (b == END || (b == '\n' && !quoted)) {
        return;
      }
      quoted ^= b == '"';
    }
  }

  /**
   * Returns the fields of the next record, or null where there is none.
   *
   * @throws JobFailure of kind INPUT where the file isn't such a CSV file, so that it isn't sure
   *     any more where its records begin
   */
  @Nullable List<byte[]> next() throws IOException {
    while (position < end && fill()) {
      recordStart = position;
      List<byte[]> record = record();
      if (record.size() > 1 || record.get(0).length > 0) {
        return record;
      }
    }
    return null;
  }

  /** File offset of the record that was read last. */
  long recordStart() {
    return recordStart;
  }

  private List<byte[]> record() throws IOException {
    List<byte[]> fields = new ArrayList<>();
    int after;
    do {
      after = fill() && chunk[next] == '"' ? readQuoted() : readPlain();
      fields.add(field.toByteArray());
      field.reset();
    } while (after == ',');
    return fields;
  }

  /** Reads a field into {@link #field}; returns what ended it: a comma, a newline or the end. */
  private int readPlain() throws IOException {
    while (true) {
      int b = read();
      if (b == ',' || b == END) {
        return b;
      } else if (b == '\n') {
        dropCarriageReturn();
        return b;
      } else if (b == '"') {
        throw notCsv("has a quote inside a field that doesn't begin with one");
      }
      add(b);
    }
  }

  /** Windows ends records in two bytes. */
  private void dropCarriageReturn() {
    byte[] read = field.toByteArray();
    if (read.length > 0 && read[read.length - 1] == '\r') {
      field.reset();
      field.write(read, 0, read.length - 1);
    }
  }

  private int readQuoted() throws IOException {
    read();
    while (true) {
      int b = read();
      if (b == END) {
        throw notCsv("ends inside a quoted field, so it may have been cut off");
      } else if (b != '"') {
        add(b);
      } else if (fill() && chunk[next] == '"') {
        add(read());
      } else {
        return endOfQuoted();
      }
    }
  }

  private int endOfQuoted() throws IOException {
    int b = read();
    if (b == '\r' && fill() && chunk[next] == '\n') {
      b = read();
    }
    if (b == ',' || b == '\n' || b == END) {
      return b;
    }
    throw notCsv("has text after the end of a quoted field");
  }

  private void add(int b) {
    if (position - recordStart > maxRecordBytes) {
      throw notCsv("has a record of more than " + maxRecordBytes + " bytes");
    }
    field.write(b);
  }

  private JobFailure notCsv(String problem) {
    return JobFailure.input(
        "The list "
            + file
            + " is not CSV: it "
            + problem
            + ", at byte "
            + position
            + ", in the record that begins at byte "
            + recordStart,
        "Quote each field that has a quote, a comma or a newline, and double its quotes (RFC 4180);"
            + " or write a list of paths, each ended by a NUL, without a header");
  }

  private int read() throws IOException {
    if (!fill()) {
      return END;
    }
    position++;
    return chunk[next++] & 0xFF;
  }

  /** Returns whether there are bytes to read. */
  private boolean fill() throws IOException {
    if (next < limit) {
      return true;
    }
    next = 0;
    limit = Math.max(0, in.readNBytes(chunk, 0, chunk.length));
    return limit > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
