package org.assetstager.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
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
 * Writes the Parquet file of one partition, which appears complete or not at all: under a temporary
 * name that is then renamed, or, where the store shows a file only once it is closed, by closing it
 * only when it is whole. Where the file is there already, another attempt at the same partition was
 * first, and its record stays.
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

  static Path path(Path folder, int partition) {
    return new Path(folder, String.format(Locale.ROOT, "part-%05d.parquet", partition));
  }

  /**
   * Writes rows to the partition's file.
   *
   * @param attempt tells attempts at one partition apart
   * @param footer what the file's footer says besides its seal, by its key
   * @throws IOException if the store refuses; then nothing is left under the partition's name
   */
  static void write(
      Configuration configuration,
      Path folder,
      int partition,
      long attempt,
      StructType schema,
      Map<String, String> footer,
      Iterator<Row> rows)
      throws IOException {
    Path complete = path(folder, partition);
    FileSystem files = LocalFiles.inPlaceOf(complete.getFileSystem(configuration));
    Map<String, String> metadata = new HashMap<>(footer);
    metadata.putAll(RecordSeal.of(complete));
    if (files.hasPathCapability(complete, CommonPathCapabilities.ABORTABLE_STREAM)) {
      writeFile(files, complete, schema, metadata, rows, configuration);
      return;
    }
    Path temporary = new Path(folder, "_" + complete.getName() + "." + attempt);
    try {
      writeFile(files, temporary, schema, metadata, rows, configuration);
      boolean renamed = !files.exists(complete) && files.rename(temporary, complete);
      if (!renamed && !files.exists(complete)) {
        throw new IOException("Can't rename " + temporary + " to " + complete);
      }
    } finally {
      files.delete(temporary, false);
    }
  }

  private static void writeFile(
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
        while (rows.hasNext()) {
          writer.write(rows.next());
        }
        writer.close();
        whole = true;
      } finally {
        if (!whole) {
          abandon(stream);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (FSError e) {
      throw RunFolder.refused(e);
    }
  }

  private static void abandon(FSDataOutputStream stream) throws IOException {
    if (stream.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
      stream.abort();
    } else {
      stream.close();
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
