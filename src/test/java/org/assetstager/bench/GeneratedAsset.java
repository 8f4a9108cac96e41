package org.assetstager.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.TopHash;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;

/**
 * An asset of any number of files. Its manifest and the remote's inventory are generated, with an
 * MD5 for each file as if all differed:
 *
 * <pre>
 * number modulo 100 | content         | held by
 * 0, 10, 20 .. 90   | one for all     | the remote
 * 1 to 9            | one of its own  | neither
 * others            | one of its own  | the remote
 * </pre>
 */
public final class GeneratedAsset {
  /** Of the bucket that the inventory is of. */
  static final String REMOTE = "remote";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NAMES = 1_000;
  private static final int PLAIN_NAMESPACES = 4;
  private static final int ROWS_OF_ROOT = 10;
  private static final int MISSING = 10;
  private static final long SIZE_BYTES = 1 << 20;
  private static final int LINES_OF_INVENTORY_FILE = 1_000_000;

  private final Path root;
  private final Shape shape;
  private final long rows;

  private GeneratedAsset(Path root, Shape shape, long rows) {
    this.root = root;
    this.shape = shape;
    this.rows = rows;
  }

  /**
   * In which way it is large. Where nothing else is said, its files are one file: links from
   * directories to themselves lead to it by as many paths as are wanted.
   */
  enum Shape {
    /** Four namespaces, one root. */
    PLAIN,
    /** What the following ones are compared with: one namespace, one root. */
    BASE,
    /** A namespace for each row, and no content twice. */
    NAMESPACES,
    /** A root, with a file of its own, for every ten rows. */
    ROOTS,
    /** As many files in one directory. Ten rows of files that the remote holds have none. */
    DIRECTORY,
    /** All rows are of one content, which neither side holds. */
    EQUAL;

    /** Returns the number of a row's content. */
    private long content(long row) {
      return switch (this) {
        case NAMESPACES -> row;
        case EQUAL -> 1;
        default -> row % 10 == 0 ? 0 : row;
      };
    }

    private String topHash(long content) {
      return switch (this) {
        case PLAIN -> "h" + content % PLAIN_NAMESPACES;
        case NAMESPACES -> "h" + content;
        default -> "h0";
      };
    }

    private String key(long content) {
      return new ContentKey("", new TopHash(topHash(content)), md5(content)).toString();
    }

    /** Returns the contents that the remote holds: more than those of the rows. */
    private LongStream held() {
      return LongStream.iterate(0, content -> content + 1)
          .filter(content -> this == EQUAL || content(content) == content)
          .filter(content -> content % 100 == 0 || content % 100 >= 10);
    }

    /**
     * Returns how many rows a plan has by their outcomes, those that have rows.
     *
     * @param rows a multiple of a hundred
     */
    Map<Outcome, Long> outcomes(long rows) {
      long missing = this == DIRECTORY ? MISSING : 0;
      long planned = this == EQUAL ? rows : rows / 100 * 9;
      Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
      outcomes.put(Outcome.PLANNED, planned);
      outcomes.put(Outcome.KNOWN_REMOTE, rows - planned - missing);
      outcomes.put(Outcome.DELETED, missing);
      outcomes.values().removeIf(count -> count == 0);
      return outcomes;
    }
  }

  /**
   * Writes all files.
   *
   * @param folder gets {@code root/}, {@code manifest.jsonl} and {@code inventory/}
   * @param rows of the manifest, and keys of the remote's inventory; a multiple of a hundred
   */
  static void write(Path folder, Shape shape, long rows) throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    new GeneratedAsset(root, shape, rows).writeManifest(folder.resolve("manifest.jsonl"));
    writeInventory(Files.createDirectories(folder.resolve("inventory")), shape, rows);
  }

  /** Has a bucket hold the first ones of the contents that the remote's inventory names. */
  static void fill(BenchBucket bucket, Shape shape, long count) {
    shape
        .held()
        .limit(count)
        .forEach(
            content -> {
              String md5 = md5(content).toHex();
              bucket.put(
                  shape.key(content), new BenchBucket.Stored(SIZE_BYTES, md5, 0, Map.of()), false);
            });
  }

  private void writeManifest(Path manifest) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(manifest, StandardCharsets.US_ASCII)) {
      switch (shape) {
        case ROOTS -> writeRoots(out);
        case DIRECTORY -> writeDirectory(out);
        default -> writeLinks(out);
      }
    }
  }

  private void writeLinks(BufferedWriter out) throws IOException {
    FileFacts facts = makeFile(root.resolve("f"));
    String[] names =
        LongStream.range(0, NAMES).mapToObj(GeneratedAsset::name).toArray(String[]::new);
    for (String name : names) {
      Files.createSymbolicLink(root.resolve(name), Path.of("."));
    }
    for (long row = 0; row < rows; row++) {
      String directory =
          names[(int) (row / NAMES / NAMES)]
              + '/'
              + names[(int) (row / NAMES % NAMES)]
              + '/'
              + names[(int) (row % NAMES)];
      writeRow(out, row, root, directory + "/f", facts);
    }
  }

  private void writeRoots(BufferedWriter out) throws IOException {
    for (long first = 0; first < rows; first += ROWS_OF_ROOT) {
      Path own = Files.createDirectory(root.resolve(String.valueOf(first / ROWS_OF_ROOT)));
      FileFacts facts = makeFile(own.resolve("f"));
      Files.createSymbolicLink(own.resolve("l"), Path.of("."));
      for (int i = 0; i < ROWS_OF_ROOT; i++) {
        writeRow(out, first + i, own, "l/".repeat(i) + "f", facts);
      }
    }
  }

  private void writeDirectory(BufferedWriter out) throws IOException {
    Path directory = Files.createDirectory(root.resolve("d"));
    for (long row = 0; row < rows; row++) {
      writeRow(out, row, root, "d/" + row, makeFile(directory.resolve(String.valueOf(row))));
    }
    for (int i = 0; i < MISSING; i++) {
      Files.delete(directory.resolve(String.valueOf(rows / MISSING * i)));
    }
  }

  private static String name(long number) {
    return String.format(Locale.ROOT, "%03d", number);
  }

  private static FileFacts makeFile(Path file) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(SIZE_BYTES);
    }
    return UnixFiles.facts(file);
  }

  private void writeRow(BufferedWriter out, long row, Path of, String path, FileFacts facts)
      throws IOException {
    long content = shape.content(row);
    out.append("{\"top_hash\":\"").append(shape.topHash(content));
    out.append("\",\"root\":").append(JSON.writeValueAsString(of.toString()));
    out.append(",\"path\":\"").append(path);
    out.append("\",\"state\":\"pending\",\"st_size\":").append(String.valueOf(facts.size()));
    out.append(",\"st_mtime_ns\":").append(String.valueOf(facts.modifiedAtNanos()));
    out.append(",\"st_ctime_ns\":").append(String.valueOf(facts.changedAtNanos()));
    out.append(",\"st_nlink\":1,\"st_ino\":").append(Long.toUnsignedString(facts.inode()));
    out.append(",\"md5\":\"").append(md5(content).toHex()).append("\"}\n");
  }

  /** As S3 writes it: keys are URL-encoded. */
  private static void writeInventory(Path folder, Shape shape, long keys) throws IOException {
    StringBuilder files = new StringBuilder();
    PrimitiveIterator.OfLong held = shape.held().limit(keys).iterator();
    for (long written = 0; written < keys; ) {
      String name = "data-" + written + ".csv";
      files.append(files.isEmpty() ? "" : ",").append("{\"key\":\"").append(name).append("\"}");
      long end = Math.min(keys, written + LINES_OF_INVENTORY_FILE);
      try (BufferedWriter out = Files.newBufferedWriter(folder.resolve(name))) {
        for (; written < end; written++) {
          long content = held.nextLong();
          String md5 = md5(content).toHex();
          out.append('"').append(shape.key(content).replace("=", "%3D")).append("\",\"");
          out.append(String.valueOf(SIZE_BYTES)).append("\",\"").append(md5).append("\"\n");
        }
      }
    }
    Files.writeString(
        folder.resolve("manifest.json"),
        """
        {"sourceBucket": "%s", "creationTimestamp": "%d", "fileFormat": "CSV",
         "fileSchema": "Key, Size, ETag", "files": [%s]}
        """
            .formatted(REMOTE, System.currentTimeMillis(), files));
  }

  private static Md5 md5(long content) {
    return new Md5(mixed(content), mixed(~content));
  }

  /** The last steps of SplitMix64. */
  private static long mixed(long number) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
