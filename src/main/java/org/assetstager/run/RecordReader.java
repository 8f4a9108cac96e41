package org.assetstager.run;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a file that a {@link RecordWriter} wrote, once it is known to be that file,
 * and whole.
 *
 * <p>The methods of the iterator throw a {@link JobFailure} where the file can't be read.
 *
 * @param <T> the record, or its bytes
 */
final class RecordReader<T> implements Iterator<T>, Closeable {
  private final RunFolder run;
  private final Path path;
  private final Function<@Nullable Object[], T> made;
  private final ParquetFileReader file;
  private final MessageColumnIO columns;
  private final RecordMaterializer<@Nullable Object[]> rows;
  private long left;
  private long leftInGroup;
  private boolean closed;
  private org.apache.parquet.io.@Nullable RecordReader<@Nullable Object[]> group;

  /**
   * Opens a file of a step.
   *
   * @param expectedRows number of rows in its commit
   * @param codec of the records that were written; of some of their columns, if they have columns
   * @throws JobFailure if it isn't what the run wrote there, or has other rows
   */
  static <R extends Record> RecordReader<R> ofRecords(
      RunFolder run, String nonce, Path path, long expectedRows, RecordCodec<R> codec) {
    return new RecordReader<>(
            run,
            path,
            codec,
            codec::fromBytes,
            codec::fromCells,
            RecordSeal.open(run, nonce, path, path))
        .requireRows(expectedRows);
  }

  /** As {@link #ofRecords}, as the bytes that the codec makes of each record. */
  static <R extends Record> RecordReader<byte[]> ofBytes(
      RunFolder run, String nonce, Path path, long expectedRows, RecordCodec<R> codec) {
    return new RecordReader<>(
            run,
            path,
            codec,
            Function.identity(),
            cells -> codec.toBytes(codec.fromCells(cells)),
            RecordSeal.open(run, nonce, path, path))
        .requireRows(expectedRows);
  }

  /**
   * Opens a file of a published ledger, of whichever version of the job.
   *
   * @param wanted is asked with the outcomes of the file's rows, null where it doesn't tell them;
   *     if it refuses them, no row is read
   * @throws JobFailure if it can't be opened
   */
  static <R extends Record> RecordReader<R> ofLedger(
      RunFolder run, Path path, RecordCodec<R> codec, Predicate<@Nullable Set<Outcome>> wanted) {
    RecordReader<R> reader =
        new RecordReader<>(
            run,
            path,
            codec,
            codec::fromBytes,
            codec::fromCells,
            RecordSeal.openUnchecked(run, path));
    if (!wanted.test(RecordSeal.outcomes(reader.file.getFooter()))) {
      reader.left = 0;
    }
    return reader;
  }

  private RecordReader(
      RunFolder run,
      Path path,
      RecordCodec<?> codec,
      Function<byte[], T> ofBytes,
      Function<@Nullable Object[], T> ofCells,
      ParquetFileReader file) {
    this.run = run;
    this.path = path;
    this.file = file;
    this.left = file.getRecordCount();
    String form = file.getFileMetaData().getKeyValueMetaData().get(RecordWriter.FORM);
    if (form != null && !form.equals(codec.form())) {
      IOUtils.closeStream(file);
      throw JobFailure.input(
          "The run's record " + path + " was written by another version of this job",
          "Resume the run with that version, or start a new run, which finds what this one has"
              + " staged");
    }
    this.made =
        form == null ? ofCells : cells -> ofBytes.apply((byte[]) Objects.requireNonNull(cells[0]));
    StructType schema = form == null ? codec.schema() : RecordWriter.BYTES;
    MessageType written = file.getFileMetaData().getSchema();
    MessageType wanted = columnsOf(schema, written);
    file.setRequestedSchema(wanted);
    this.columns =
        new ColumnIOFactory(file.getFileMetaData().getCreatedBy()).getColumnIO(wanted, written);
    this.rows = new RowMaterializer(wanted, schema);
  }

  private RecordReader<T> requireRows(long expected) {
    if (left != expected) {
      close();
      throw RecordSeal.damaged(run, path, "has " + left + " rows instead of " + expected);
    }
    return this;
  }

  /** Returns the columns of a file that are wanted; the others aren't read. */
  private static MessageType columnsOf(StructType schema, MessageType written) {
    Set<String> names = Set.of(schema.fieldNames());
    return new MessageType(
        written.getName(),
        written.getFields().stream().filter(field -> names.contains(field.getName())).toList());
  }

  @Override
  public boolean hasNext() {
    return left > 0;
  }

  @Override
  public T next() {
    if (left == 0) {
      throw new NoSuchElementException();
    }
    @Nullable Object[] row;
    try {
      while (group == null || leftInGroup == 0) {
        nextGroup();
      }
      row = group.read();
    } catch (IOException | RuntimeException e) {
      throw RecordSeal.damaged(run, path, "can't be read: " + e.getMessage());
    }
    leftInGroup--;
    left--;
    if (left == 0) {
      // A task may read many files, one after another.
      close();
    }
    try {
      return made.apply(row);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw RecordSeal.damaged(run, path, "can't be read: " + e.getMessage());
    }
  }

  private void nextGroup() throws IOException {
    PageReadStore pages = file.readNextRowGroup();
    if (pages == null) {
      throw new IOException(left + " of its rows are missing");
    }
    group = columns.getRecordReader(pages, rows);
    leftInGroup = pages.getRowCount();
  }

  /** What fails is left: the file was only read. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      IOUtils.closeStream(file);
    }
  }
}
