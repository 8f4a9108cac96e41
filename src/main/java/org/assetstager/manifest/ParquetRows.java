package org.assetstager.manifest;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.UnixFiles;
import org.assetstager.spark.ParquetDamage;
import org.assetstager.spark.PlainFiles;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a Parquet manifest, or of some of its row groups, by the file's own schema. Checksums
 * of pages are verified where the file has them, and as many rows are read as the footer says.
 *
 * <p>Both methods of the iterator throw a {@link JobFailure}: of kind {@code INPUT} where the file
 * is damaged, of kind {@code SYSTEM} where the file system failed.
 */
final class ParquetRows implements Iterator<ManifestRow>, Closeable {
  private final String file;
  private final ManifestFields fields;
  private final ParquetFileReader reader;
  private final MessageColumnIO columns;
  private final ParquetValues values;
  private final long expectedRows;
  private @Nullable RecordReader<Map<String, @Nullable Object>> group;
  private long leftInGroup;
  private long position;
  private long rowsRead;

  private ParquetRows(String file, ManifestFields fields, ParquetFileReader reader) {
    this.file = file;
    this.fields = fields;
    this.reader = reader;
    MessageType schema = reader.getFileMetaData().getSchema();
    List<Type> concerning =
        schema.getFields().stream().filter(field -> FieldNames.concern(field.getName())).toList();
    requireOneOfEach(concerning);
    MessageType requested = new MessageType(schema.getName(), concerning);
    reader.setRequestedSchema(requested);
    this.columns =
        new ColumnIOFactory(reader.getFileMetaData().getCreatedBy()).getColumnIO(requested);
    this.values = new ParquetValues(requested);
    this.expectedRows = reader.getRowGroups().stream().mapToLong(BlockMetaData::getRowCount).sum();
  }

  /**
   * Opens the row groups of a split.
   *
   * @throws JobFailure if that can't be done
   */
  static ParquetRows open(ManifestSplit split, Configuration configuration, ManifestFields fields) {
    Path path = new Path(split.file());
    try {
      split.source().open(0, configuration).close();
      FileSystem files = PlainFiles.of(path, configuration);
      ParquetReadOptions options =
          HadoopReadOptions.builder(configuration, path)
              .withRecordFilter(FilterCompat.NOOP)
              .usePageChecksumVerification()
              .withRange(split.start(), split.end())
              .build();
      InputFile input = new Input(files, path, split.source().lengthBytes());
      ParquetFileReader reader = ParquetFileReader.open(input, options);
      try {
        return new ParquetRows(split.file(), fields, reader);
      } catch (RuntimeException e) {
        reader.close();
        throw e;
      }
    } catch (JobFailure e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw failure(split.file(), e);
    }
  }

  private void requireOneOfEach(List<Type> concerning) {
    Set<String> names = new HashSet<>();
    for (Type field : concerning) {
      if (!names.add(field.getName())) {
        throw JobFailure.input(
            "The manifest " + file + " has two columns '" + field.getName() + "'",
            "Write it again with one of them");
      }
    }
  }

  private static JobFailure failure(String file, Exception e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String line = Text.shown(why.lines().findFirst().orElse(""));
    return ParquetDamage.isToldBy(e)
        ? JobFailure.input("The manifest " + file + " is damaged: " + line, "Write it again", e)
        : JobFailure.system(
            "The manifest " + file + " can't be read: " + line,
            "Check that driver and executors may read it, then run again",
            e);
  }

  @Override
  public boolean hasNext() {
    if (leftInGroup > 0) {
      return true;
    }
    try {
      return nextGroup();
    } catch (IOException | RuntimeException e) {
      throw failure(file, e);
    }
  }

  private boolean nextGroup() throws IOException {
    PageReadStore pages = reader.readNextRowGroup();
    if (pages == null) {
      group = null;
      if (rowsRead != expectedRows) {
        throw new IllegalStateException(
            rowsRead + " rows were read of " + expectedRows + " in its footer");
      }
      return false;
    }
    group = columns.getRecordReader(pages, values);
    leftInGroup = pages.getRowCount();
    position =
        pages
            .getRowIndexOffset()
            .orElseThrow(() -> new IllegalStateException("its row groups have no offsets"));
    return leftInGroup > 0;
  }

  @Override
  public ManifestRow next() {
    if (!hasNext() || group == null) {
      throw new NoSuchElementException();
    }
    Map<String, @Nullable Object> row;
    try {
      row = group.read();
    } catch (RuntimeException e) {
      throw failure(file, e);
    }
    leftInGroup--;
    rowsRead++;
    return fields.row(RawRow.whole(file, position++, row));
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** A file on a local disk, opened without waiting. */
  private static final class LocalStream extends DelegatingSeekableInputStream {
    private final FileChannel channel;

    LocalStream(FileInputStream in) {
      super(in);
      this.channel = in.getChannel();
    }

    @Override
    public long getPos() throws IOException {
      return channel.position();
    }

    @Override
    public void seek(long position) throws IOException {
      channel.position(position);
    }
  }

  /** A file that is opened without Hadoop's checksum file beside it. */
  private record Input(FileSystem files, Path path, long getLength) implements InputFile {
    @Override
    public SeekableInputStream newStream() throws IOException {
      return files.getUri().getScheme().equals("file")
          ? new LocalStream(
              UnixFiles.openRegularFile(java.nio.file.Path.of(path.toUri().getPath())))
          : HadoopStreams.wrap(files.open(path));
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }
}
