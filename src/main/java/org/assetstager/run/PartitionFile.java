package org.assetstager.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
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
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Writes the Parquet file of one partition under a name that nobody else ever uses, complete or not
 * at all: under a temporary name that is then renamed, or, where the store shows a file only once
 * it is closed, by closing it only when it is whole. So attempts at one partition, of one driver or
 * of several, never touch each other's files.
 */
final class PartitionFile {
  /** Small next to a task's memory; a partition seldom has more. */
  private static final long ROW_GROUP_BYTES = 32L << 20;

  /**
   * Enough for columns of few values, such as roots and verdicts; for paths and MD5s a dictionary
   * is soon given up, before it has cost much.
   */
  private static final int DICTIONARY_BYTES = 16 << 10;

  private PartitionFile() {}

  /** Names a file: its partition's number, and a random text. */
  private static String name(int partition) {
    return String.format(
        Locale.ROOT,
        "part-%05d-%s.parquet",
        partition,
        UUID.randomUUID().toString().replace("-", ""));
  }

  /**
   * Writes rows to a new file of the partition.
   *
   * @param footer what the file's footer says besides its seal, by its key
   * @return the file
   * @throws IOException if the store refuses; then nothing is left of it
   */
  static StepFile write(
      Configuration configuration,
      Path folder,
      int partition,
      StructType schema,
      Map<String, String> footer,
      Iterator<Row> rows)
      throws IOException {
    String name = name(partition);
    Path complete = new Path(folder, name);
    FileSystem files = LocalFiles.inPlaceOf(complete.getFileSystem(configuration));
    Map<String, String> metadata = new HashMap<>(footer);
    metadata.putAll(RecordSeal.of(complete));
    if (files.hasPathCapability(complete, CommonPathCapabilities.ABORTABLE_STREAM)) {
      Written written = writeFile(files, complete, schema, metadata, rows, configuration);
      return new StepFile(partition, name, written.rows(), written.bytes());
    }
    Path temporary = new Path(folder, "_" + name);
    try {
      Written written = writeFile(files, temporary, schema, metadata, rows, configuration);
      if (!files.rename(temporary, complete)) {
        throw new IOException("Can't rename " + temporary + " to " + complete);
      }
      return new StepFile(partition, name, written.rows(), written.bytes());
    } finally {
      files.delete(temporary, false);
    }
  }

  /** What a file holds. */
  private record Written(long rows, long bytes) {}

  private static Written writeFile(
      FileSystem files,
      Path path,
      StructType schema,
      Map<String, String> metadata,
      Iterator<Row> rows,
      Configuration conf)
      throws IOException {
    try {
      FSDataOutputStream stream = files.create(path, true);
      boolean whole = false;
      try {
        ParquetWriter<Row> writer =
            new ParquetRowSupport.Builder(new Target(stream), schema, metadata)
                .withConf(conf)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withDictionaryPageSize(DICTIONARY_BYTES)
                .build();
        long count = 0;
        while (rows.hasNext()) {
          writer.write(rows.next());
          count++;
        }
        writer.close();
        whole = true;
        return new Written(count, RecordSeal.bytes(writer.getFooter()));
      } finally {
        if (!whole) {
          WholeFiles.abandon(stream);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (FSError e) {
      throw WholeFiles.refused(e);
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
