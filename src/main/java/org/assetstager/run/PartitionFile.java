package org.assetstager.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Writes all rows of a partition to one file, as {@link RecordWriter} does. */
final class PartitionFile {
  private PartitionFile() {}

  /**
   * Writes rows to a new file of the partition.
   *
   * @param footer what the file's footer says besides its seal, by its key
   * @return the file
   * @throws IOException if the store refuses; then nothing is left of it
   */
  static StepFile write(
      RunFolder run,
      Path folder,
      int partition,
      StructType schema,
      Map<String, String> footer,
      Iterator<Row> rows)
      throws IOException {
    try (RecordWriter writer =
        new RecordWriter(run, folder, StepFile.PART, partition, schema, footer)) {
      while (rows.hasNext()) {
        writer.write(rows.next());
      }
      return writer.end(Map.of());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
