package org.assetstager.run;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * Writes a Parquet file of a step under a name that nobody else ever uses, complete or not at all:
 * under a temporary name that is then renamed, or, where the store shows a file only once it is
 * closed, by closing it only when it is whole. So attempts at one task, of one driver or of
 * several, never touch each other's files. Not safe for many threads.
 *
 * <p>A file that others read has a column for each component of its records. One that only the next
 * step reads has a single column, the record as {@link RecordCodec#toBytes} makes it: that takes a
 * third of the time, and it crosses the next shuffle as it is.
 */
public final class RecordWriter implements AutoCloseable {
  /** Small next to a task's memory; a file seldom has more. */
  private static final long ROW_GROUP_BYTES = 32L << 20;

  /**
   * Enough for columns of few values, such as roots and verdicts; for paths and MD5s a dictionary
   * is soon given up, before it has cost much.
   */
  private static final int DICTIONARY_BYTES = 16 << 10;

  /** The single column. */
  private static final String RECORD = "record";

  /** What the footer of a file with this column says of its records: {@link RecordCodec#form}. */
  static final String FORM = "asset-stager.form";

  static final StructType BYTES =
      DataTypes.createStructType(
          new StructField[] {DataTypes.createStructField(RECORD, DataTypes.BinaryType, false)});

  private final String kind;
  private final int number;
  private final boolean columns;
  private final Path complete;
  private final Path written;
  private final FileSystem files;
  private final FSDataOutputStream stream;
  private final ParquetWriter<@Nullable Object[]> writer;
  private final Map<String, String> metadata;
  private boolean finished;
  private long rows;
  private long weight;

  /**
   * Begins a file.
   *
   * @param folder of the step's files
   * @param codec of all its records
   * @param columns whether the file has a column for each component
   * @param footer what the file's footer says besides its seal, by its key
   * @throws IOException if the store refuses
   */
  RecordWriter(
      RunFolder run,
      Path folder,
      String kind,
      int number,
      RecordCodec<?> codec,
      boolean columns,
      Map<String, String> footer)
      throws IOException {
    this.kind = kind;
    this.number = number;
    this.columns = columns;
    this.complete = new Path(folder, name(kind, number));
    this.files = LocalFiles.inPlaceOf(complete.getFileSystem(run.configuration()));
    this.metadata = new HashMap<>(footer);
    metadata.putAll(RecordSeal.of(complete));
    if (!columns) {
      metadata.put(FORM, codec.form());
    }
    this.written =
        files.hasPathCapability(complete, CommonPathCapabilities.ABORTABLE_STREAM)
            ? complete
            : new Path(folder, "_" + complete.getName());
    try {
      this.stream = files.create(written, true);
    } catch (FSError e) {
      throw WholeFiles.refused(e);
    }
    this.writer =
        new ParquetRowSupport.Builder(
                new Target(stream), columns ? codec.schema() : BYTES, metadata)
            .withConf(run.configuration())
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withDictionaryPageSize(DICTIONARY_BYTES)
            .withDictionaryEncoding(columns)
            // Nobody looks for values among the bytes.
            .withStatisticsEnabled(columns)
            .build();
  }

  /** Names a file: its kind, its number, and a random text. */
  private static String name(String kind, int number) {
    return String.format(
        Locale.ROOT,
        "%s-%05d-%s.parquet",
        kind,
        number,
        UUID.randomUUID().toString().replace("-", ""));
  }

  /**
   * Adds a record.
   *
   * @param codec the file's
   * @param more its weight
   * @throws JobFailure if the store refuses
   */
  public <R extends Record> void add(RecordCodec<R> codec, R record, long more) {
    try {
      write(columns ? codec.toCells(record) : new Object[] {codec.toBytes(record)});
      weight += more;
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private void write(@Nullable Object[] cells) throws IOException {
    try {
      writer.write(cells);
    } catch (FSError e) {
      throw WholeFiles.refused(e);
    }
    rows++;
  }

  /** Returns the number of rows so far. */
  public long rows() {
    return rows;
  }

  /** Returns the weight of the rows so far. */
  public long weight() {
    return weight;
  }

  /**
   * Ends the file.
   *
   * @param outcomes of the rows, where they are the ledger's; else empty
   * @return what to commit
   * @throws JobFailure if the store refuses; then nothing is left of the file
   */
  public StepFile finish(Map<Outcome, Total> outcomes) {
    try {
      return end(outcomes);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  private StepFile end(Map<Outcome, Total> outcomes) throws IOException {
    // The footer is written last: Parquet asks for it then.
    metadata.putAll(RecordSeal.ofSums(weight, outcomes));
    try {
      writer.close();
    } catch (FSError e) {
      throw WholeFiles.refused(e);
    }
    finished = true;
    if (!written.equals(complete) && !files.rename(written, complete)) {
      throw new IOException("Can't rename " + written + " to " + complete);
    }
    return new StepFile(kind, number, complete.getName(), rows, weight, outcomes);
  }

  private JobFailure refused(IOException e) {
    return JobFailure.system(
        "Can't write the record " + complete + ": " + e.getMessage(),
        "Check the free space and the rights of its folder, then run again with --resume",
        e);
  }

  /** Gives the file up, unless it is finished. */
  @Override
  public void close() {
    try {
      if (!finished) {
        WholeFiles.abandon(stream);
      }
      if (!written.equals(complete)) {
        files.delete(written, false);
      }
    } catch (IOException e) {
      // What is left of it has a name that nobody reads; the failure before matters more.
      return;
    }
  }

  /** A stream that is open already, so that it can be abandoned. */
  private record Target(FSDataOutputStream stream) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return HadoopStreams.wrap(stream);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
