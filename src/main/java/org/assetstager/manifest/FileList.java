package org.assetstager.manifest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile.Format;
import org.assetstager.spark.PlainFiles;
import org.assetstager.spark.SharedConfiguration;

/**
 * A list of files, in a file of its own; {@code .gz} and {@code .zst} are decompressed.
 *
 * @param source the file
 * @param format never {@link ListFormat#AUTO}
 * @param header the columns of a CSV list; empty of others
 */
public record FileList(
    ManifestFile source, ListFormat format, List<String> header, SharedConfiguration configuration)
    implements Serializable {
  /** 20,000 paths: looking at their files takes seconds. */
  private static final long MOST_SPLIT_BYTES = 2L << 20;

  private static final int MOST_PARTITIONS = 20_000;

  private static final int COUNT_BYTES = 1 << 20;

  /**
   * A share of a list: the entries whose first byte lies in {@code [start, end)}.
   *
   * @param quoted whether {@code start} is inside of a field in quotes
   */
  public record Split(long start, long end, boolean quoted) implements Serializable {}

  /** Returns the path with its scheme. */
  public String path() {
    return source.path();
  }

  /**
   * Opens a list and tells its format.
   *
   * @param place a file of any Hadoop file system
   * @throws JobFailure of kind INPUT if it isn't there, or its format isn't clear
   */
  public static FileList open(String place, ListFormat asked, Configuration configuration) {
    FileStatus status = look(place, configuration);
    ManifestFile source =
        ManifestFile.of(status, ManifestFile.formatOf(status.getPath().getName()));
    try (InputStream in = plain(source, 0, configuration)) {
      ListHead head = ListHead.read(place, in);
      ListFormat format = asked == ListFormat.AUTO ? head.format() : asked;
      return new FileList(
          source,
          format,
          format == ListFormat.CSV ? head.header() : List.of(),
          new SharedConfiguration(configuration));
    } catch (IOException e) {
      throw unreadable(place, e);
    }
  }

  /**
   * Returns a short text that is another one when the list is written anew.
   *
   * @throws JobFailure of kind INPUT if it isn't there
   */
  public static String fingerprint(String place, Configuration configuration) {
    FileStatus status = look(place, configuration);
    String etag = status instanceof EtagSource source ? source.getEtag() : null;
    return status.getPath()
        + " of "
        + status.getLen()
        + " bytes, "
        // Stores tell the time of an object in milliseconds in a listing, in seconds otherwise.
        + (etag == null ? "modified at " + status.getModificationTime() : "ETag " + etag);
  }

  private static FileStatus look(String place, Configuration configuration) {
    try {
      Path path = PlainFiles.named("--files-from", place, configuration);
      FileSystem files = PlainFiles.of(path, configuration);
      FileStatus status = files.getFileStatus(path);
      if (status.isDirectory()) {
        throw JobFailure.input(
            "--files-from names the folder " + place, "Name the file that has the list");
      }
      ManifestFile.requireRegular(status);
      ManifestFile.requireClosed(files, status);
      return status;
    } catch (FileNotFoundException e) {
      throw JobFailure.input(
          "The list " + place + " does not exist", "Check --files-from and its scheme", e);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(place, e);
    }
  }

  private static JobFailure unreadable(String place, Exception e) {
    return JobFailure.input(
        "Can't read the list " + place + ": " + e.getMessage(),
        "Check the path, its scheme and the rights of the user who runs the job",
        e);
  }

  private static InputStream plain(ManifestFile source, long position, Configuration configuration)
      throws IOException {
    return Compression.decompress(source.path(), source.open(position, configuration));
  }

  /**
   * Returns the shares of the list, in tasks of their own; the shares of a CSV list are counted.
   */
  public JavaRDD<Split> splits(JavaSparkContext spark) {
    return splits(
        spark,
        ManifestReader.splitBytes(
            source.lengthBytes(), spark.defaultParallelism(), MOST_SPLIT_BYTES));
  }

  JavaRDD<Split> splits(JavaSparkContext spark, long splitBytes) {
    List<Split> splits = new ArrayList<>();
    long lengthBytes = source.lengthBytes();
    boolean whole = source.format() == Format.JSONL_GZ || source.format() == Format.JSONL_ZST;
    for (long start = 0; start < lengthBytes; ) {
      boolean last = whole || lengthBytes - start <= splitBytes;
      long next = last ? Long.MAX_VALUE : start + splitBytes;
      splits.add(new Split(start, next, false));
      start = next;
    }
    if (format == ListFormat.CSV && splits.size() > 1) {
      splits = withQuotes(spark, splits);
    }
    return splits.isEmpty()
        ? spark.emptyRDD()
        : spark.parallelize(splits, Math.min(splits.size(), MOST_PARTITIONS));
  }

  /** Finds out which splits begin inside of quotes: those with an odd number of quotes before. */
  private List<Split> withQuotes(JavaSparkContext spark, List<Split> splits) {
    List<Boolean> odd =
        spark
            .parallelize(splits, Math.min(splits.size(), MOST_PARTITIONS))
            .map(new HasOddQuotes(this))
            .collect();
    List<Split> counted = new ArrayList<>();
    boolean quoted = false;
    for (int i = 0; i < splits.size(); i++) {
      counted.add(new Split(splits.get(i).start(), splits.get(i).end(), quoted));
      quoted ^= odd.get(i);
    }
    return counted;
  }

  /** Counts the quotes of a split. */
  private record HasOddQuotes(FileList list) implements Function<Split, Boolean> {
    @Override
    public Boolean call(Split split) throws IOException {
      byte[] chunk = new byte[COUNT_BYTES];
      boolean odd = false;
      try (InputStream in = list.source().open(split.start(), list.configuration().value())) {
        long left = split.end() - split.start();
        while (left > 0) {
          int read = in.read(chunk, 0, (int) Math.min(chunk.length, left));
          if (read < 0) {
            break;
          }
          for (int i = 0; i < read; i++) {
            odd ^= chunk[i] == '"';
          }
          left -= read;
        }
      }
      return odd;
    }
  }

  /**
   * Reads a share.
   *
   * @param roots the names of the root directory, absolute and normalised
   * @return closed by the caller
   * @throws JobFailure of kind INPUT if the list can't be opened
   */
  public ListReader read(Split split, List<String> roots) {
    try {
      InputStream in =
          plain(source, LineReader.firstByteToRead(split.start()), configuration.value());
      if (format != ListFormat.CSV) {
        byte ended = (byte) (format == ListFormat.NUL ? 0 : '\n');
        return ListReader.ofPaths(
            path(),
            roots,
            LineReader.verbatim(in, split.start(), split.end(), ListHead.MOST_BYTES, ended));
      }
      CsvReader records =
          new CsvReader(
              path(), in, split.start(), split.quoted(), split.end(), ListHead.MOST_BYTES);
      if (split.start() == 0) {
        records.next();
      }
      return ListReader.ofCsv(path(), roots, header, records);
    } catch (IOException e) {
      throw unreadable(path(), e);
    }
  }
}
