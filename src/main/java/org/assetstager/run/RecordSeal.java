package org.assetstager.run;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.function.Function;

/**
 * Says in each record of a run, in its Parquet footer, which one it is: its run, its step and its
 * name. A file that was put there from elsewhere, or that another program has written again, is
 * told by it before its rows are taken for those of the partition.
 */
final class RecordSeal {
  private static final String KEY = "asset-stager.record";
  private static final String RUN = "asset-stager.run";

  private RecordSeal() {}

  /**
   * Returns what tells the run from others of its id, as metadata of a file's footer.
   *
   * @param nonce of its description
   */
  static Map<String, String> ofRun(String nonce) {
    return Map.of(RUN, nonce);
  }

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

  /** Returns the size of a file's rows, as compressed. */
  static long bytes(ParquetMetadata footer) {
    return footer.getBlocks().stream().mapToLong(BlockMetaData::getCompressedSize).sum();
  }

  /**
   * A file to check.
   *
   * @param number of its partition
   * @param path where it lies
   * @param written where it was written
   */
  record Sealed(int number, String path, String written) implements Serializable {}

  /** Checks files and counts their rows. */
  static final class Check implements Function<Sealed, StepFile> {
    private final RunFolder folder;
    private final String nonce;

    Check(RunFolder folder, String nonce) {
      this.folder = folder;
      this.nonce = nonce;
    }

    @Override
    public StepFile call(Sealed sealed) {
      Path file = new Path(sealed.path());
      Map<String, String> footer;
      long rows;
      long bytes;
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromPath(file, folder.configuration()))) {
        footer = reader.getFooter().getFileMetaData().getKeyValueMetaData();
        rows = reader.getRecordCount();
        bytes = bytes(reader.getFooter());
      } catch (IOException | RuntimeException e) {
        throw StepFiles.damaged(folder, file, "can't be read: " + e.getMessage());
      }
      String found = footer.get(KEY);
      Path written = new Path(sealed.written());
      if (!text(written).equals(found)) {
        throw StepFiles.damaged(
            folder,
            file,
            "is not what the run wrote there, but "
                + (found == null ? "a file of another program" : "a copy of " + found));
      }
      if (!nonce.equals(footer.get(RUN))) {
        throw StepFiles.damaged(folder, file, "is of another run that had this id");
      }
      return new StepFile(sealed.number(), written.getName(), rows, bytes);
    }
  }
}
