package org.assetstager.run;

import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.function.ForeachPartitionFunction;

/**
 * Says in each record of a run, in its Parquet footer, which one it is: its run, its stage and its
 * partition. A file that was put there from elsewhere, or that another program has written again,
 * is told by it before its rows are taken for those of the partition.
 */
final class RecordSeal {
  private static final String KEY = "asset-stager.record";

  private RecordSeal() {}

  /** Returns the seal of a file, as the metadata of its footer. */
  static Map<String, String> of(Path file) {
    return Map.of(KEY, text(file));
  }

  /** The last parts of its path: those before may be mounted elsewhere when the run is resumed. */
  private static String text(Path file) {
    String path = file.toUri().getPath();
    int run = path.lastIndexOf("/" + RunFolder.PREFIX);
    return path.substring(run + 1);
  }

  /** Checks files, by their paths. */
  static final class Check implements ForeachPartitionFunction<String> {
    private final RunFolder folder;

    Check(RunFolder folder) {
      this.folder = folder;
    }

    @Override
    public void call(Iterator<String> files) {
      files.forEachRemaining(file -> check(new Path(file)));
    }

    private void check(Path file) {
      String found;
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromPath(file, folder.configuration()))) {
        found = reader.getFooter().getFileMetaData().getKeyValueMetaData().get(KEY);
      } catch (IOException | RuntimeException e) {
        throw StageRecords.damaged(folder, file, "can't be read: " + e.getMessage());
      }
      if (!text(file).equals(found)) {
        throw StageRecords.damaged(
            folder,
            file,
            "is not what the run wrote there, but "
                + (found == null ? "a file of another program" : "a copy of " + found));
      }
    }
  }
}
