package org.assetstager.run;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.Row;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a file that a {@link RecordWriter} wrote, once it is known to be that file,
 * and whole.
 *
 * <p>The methods of the iterator throw a {@link JobFailure} where the file can't be read.
 */
final class RecordReader<R extends Record> implements Iterator<R>, Closeable {
  private final RunFolder run;
  private final Path path;
  private final RecordCodec<R> codec;
  private final ParquetFileReader file;
  private final MessageColumnIO columns;
  private final RecordMaterializer<Row> rows;
  private long left;
  private long leftInGroup;
  private boolean closed;
  private org.apache.parquet.io.@Nullable RecordReader<Row> group;

  /**
   * Opens a file.
   *
   * @param expectedRows number of rows in its commit
   * @param codec of the records that were written, or of some of their columns
   * @throws JobFailure if it isn't what the run wrote there, or has other rows
   */
  RecordReader(RunFolder run, String nonce, Path path, long expectedRows, RecordCodec<R> codec) {
    this(run, path, codec, RecordSeal.open(run, nonce, path, path));
    if (left != expectedRows) {
      throw RecordSeal.damaged(run, path, "has " + left + " rows instead of " + expectedRows);
    }
  }

  /**
   * Opens a file of a published ledger, of whichever version of the job.
   *
   * @param wanted is asked with the outcomes of the file's rows, null where it doesn't tell them;
   *     if it refuses them, no row is read
   * @throws JobFailure if it can't be opened
   */
  RecordReader(
      RunFolder run, Path path, RecordCodec<R> codec, Predicate<@Nullable Set<Outcome>> wanted) {
    this(run, path, codec, RecordSeal.openUnchecked(run, path));
    if (!wanted.test(RecordSeal.outcomes(file.getFooter()))) {
      left = 0;
    }
  }

  private RecordReader(RunFolder run, Path path, RecordCodec<R> codec, ParquetFileReader file) {
    this.run = run;
    this.path = path;
    this.codec = codec;
    this.file = file;
    this.left = file.getRecordCount();
    MessageType written = file.getFileMetaData().getSchema();
    MessageType wanted = columnsOf(codec, written);
    file.setRequestedSchema(wanted);
    this.columns =
        new ColumnIOFactory(file.getFileMetaData().getCreatedBy()).getColumnIO(wanted, written);
    this.rows = new RowMaterializer(wanted, codec.schema());
  }

  /** Returns the columns of a file that the records have; the others aren't read. */
  private static MessageType columnsOf(RecordCodec<?> codec, MessageType written) {
    Set<String> names = Set.of(codec.schema().fieldNames());
    return new MessageType(
        written.getName(),
        written.getFields().stream().filter(field -> names.contains(field.getName())).toList());
  }

  @Override
  public boolean hasNext() {
    return left > 0;
  }

  @Override
  public R next() {
    if (left == 0) {
      throw new NoSuchElementException();
    }
    Row row;
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
    return codec.fromRow(row);
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
