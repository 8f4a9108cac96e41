package org.assetstager.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.function.Function;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.jspecify.annotations.Nullable;

/**
 * Writes the identity of each record of a run into its Parquet footer: its run, its step and its
 * name. So a reader recognises a file from elsewhere, or one that another program has written
 * again, before it uses the file's rows.
 */
public final class RecordSeal {
  static final String PUT_BACK =
      "Put back what the run wrote, or start a new run, which finds what this one has staged";

  private static final String DO_AGAIN =
      "Delete it and run again with --resume, which repeats the recorded work";

  private static final String KEY = "asset-stager.record";
  private static final String RUN = "asset-stager.run";

  private static final String WEIGHT = "asset-stager.weight";
  private static final String OUTCOMES = "asset-stager.outcomes";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<Outcome, Total>> TOTALS = new TypeReference<>() {};

  private RecordSeal() {}

  /** Returns the sums of a file's rows, as metadata of its footer. */
  static Map<String, String> ofSums(long weight, Map<Outcome, Total> outcomes) {
    try {
      return Map.of(WEIGHT, String.valueOf(weight), OUTCOMES, JSON.writeValueAsString(outcomes));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

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

  /**
   * A file to check.
   *
   * @param kind of its rows
   * @param number of its partition
   * @param path of the file
   * @param written where it was written
   */
  record Sealed(String kind, int number, String path, String written) implements Serializable {}

  /**
   * Opens a file.
   *
   * @param written where it was written
   * @throws JobFailure if it isn't what the run wrote there
   */
  static ParquetFileReader open(RunFolder folder, String nonce, Path file, Path written) {
    ParquetFileReader reader = openUnchecked(folder, file);
    try {
      check(
          reader.getFooter().getFileMetaData().getKeyValueMetaData(), folder, nonce, file, written);
    } catch (JobFailure e) {
      IOUtils.closeStream(reader);
      throw e;
    }
    return reader;
  }

  /**
   * Opens a file, written by any driver.
   *
   * @throws JobFailure if it can't be read
   */
  static ParquetFileReader openUnchecked(RunFolder folder, Path file) {
    try {
      return ParquetFileReader.open(
          HadoopInputFile.fromPath(file, folder.configuration()),
          HadoopReadOptions.builder(folder.configuration(), file)
              .usePageChecksumVerification()
              .build());
    } catch (IOException | RuntimeException e) {
      throw damaged(folder, file, "can't be read: " + e.getMessage());
    }
  }

  /** Returns the outcomes of a file's rows; null where its footer has no sums. */
  static @Nullable Set<Outcome> outcomes(ParquetMetadata footer) {
    String sums = footer.getFileMetaData().getKeyValueMetaData().getOrDefault(OUTCOMES, "{}");
    try {
      Set<Outcome> outcomes = JSON.readValue(sums, TOTALS).keySet();
      return outcomes.isEmpty() ? null : outcomes;
    } catch (JsonProcessingException e) {
      // Of another version of the job: the rows themselves tell.
      return null;
    }
  }

  private static void check(
      Map<String, String> footer, RunFolder folder, String nonce, Path file, Path written) {
    String found = footer.get(KEY);
    if (!text(written).equals(found)) {
      throw damaged(
          folder,
          file,
          "is not what the run wrote there, but "
              + (found == null ? "a file of another program" : "a copy of " + found));
    }
    if (!nonce.equals(footer.get(RUN))) {
      throw damaged(folder, file, "belongs to another run that had this id");
    }
  }

  /**
   * Makes a failure of a record that can't be read as it was written.
   *
   * @param file of a step or of the ledger
   * @param problem goes on from the file's name
   */
  static JobFailure damaged(RunFolder run, Path file, String problem) {
    String step = StepCommits.files(file.getParent().getName());
    boolean open = run.exists(step) && !run.exists(step + ".json");
    return JobFailure.system(
        "The run's record " + file + " " + problem, open ? DO_AGAIN : PUT_BACK);
  }

  /**
   * Checks files and counts their rows.
   *
   * @param whole whether all pages are read, and compared with their checksums; else the footer
   *     alone
   */
  record Check(RunFolder folder, String nonce, boolean whole)
      implements Function<Sealed, StepFile> {
    @Override
    public StepFile call(Sealed sealed) {
      Path file = new Path(sealed.path());
      Path written = new Path(sealed.written());
      try (ParquetFileReader reader = open(folder, nonce, file, written)) {
        if (whole) {
          readAll(reader);
        }
        Map<String, String> footer = reader.getFooter().getFileMetaData().getKeyValueMetaData();
        return new StepFile(
            sealed.kind(),
            sealed.number(),
            written.getName(),
            reader.getRecordCount(),
            Long.parseLong(footer.getOrDefault(WEIGHT, "0")),
            JSON.readValue(footer.getOrDefault(OUTCOMES, "{}"), TOTALS));
      } catch (JobFailure e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        throw damaged(folder, file, "can't be read: " + e.getMessage());
      }
    }

    private static void readAll(ParquetFileReader reader) throws IOException {
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        pages.close();
      }
    }
  }
}
