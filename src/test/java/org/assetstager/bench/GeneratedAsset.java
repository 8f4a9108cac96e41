package org.assetstager.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.LongStream;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;

/**
 * An asset of any number of files, of which there is one: links from directories to themselves lead
 * to it by as many paths as are wanted. Its manifest and the remote's inventory are generated, with
 * an MD5 for each file as if they were as many:
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
  private static final int NAMESPACES = 4;
  private static final long SIZE_BYTES = 1 << 20;
  private static final int LINES_OF_INVENTORY_FILE = 1_000_000;

  private GeneratedAsset() {}

  /** Who holds a content. */
  private enum Holder {
    NEITHER,
    REMOTE
  }

  /**
   * Writes all files.
   *
   * @param folder gets {@code root/}, {@code manifest.jsonl} and {@code inventory/}
   * @param rows of the manifest, and keys of the remote's inventory
   */
  static void write(Path folder, long rows) throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    Path file = root.resolve("f");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(SIZE_BYTES);
    }
    for (int i = 0; i < NAMES; i++) {
      Files.createSymbolicLink(root.resolve(name(i)), Path.of("."));
    }
    writeManifest(folder.resolve("manifest.jsonl"), root, UnixFiles.facts(file), rows);
    writeInventory(Files.createDirectories(folder.resolve("inventory")), rows);
  }

  private static String name(long number) {
    return String.format(Locale.ROOT, "%03d", number);
  }

  private static void writeManifest(Path manifest, Path root, FileFacts facts, long rows)
      throws IOException {
    String head = "\",\"root\":" + JSON.writeValueAsString(root.toString()) + ",\"path\":\"";
    String tail =
        "/f\",\"state\":\"pending\",\"st_size\":"
            + facts.size()
            + ",\"st_mtime_ns\":"
            + facts.modifiedAtNanos()
            + ",\"st_ctime_ns\":"
            + facts.changedAtNanos()
            + ",\"st_nlink\":1,\"st_ino\":"
            + Long.toUnsignedString(facts.inode())
            + ",\"md5\":\"";
    String[] names =
        LongStream.range(0, NAMES).mapToObj(GeneratedAsset::name).toArray(String[]::new);
    try (BufferedWriter out = Files.newBufferedWriter(manifest, StandardCharsets.US_ASCII)) {
      for (long i = 0; i < rows; i++) {
        out.append("{\"top_hash\":\"").append(topHash(i)).append(head);
        out.append(names[(int) (i / NAMES / NAMES)]).append('/');
        out.append(names[(int) (i / NAMES % NAMES)]).append('/').append(names[(int) (i % NAMES)]);
        out.append(tail).append(md5(i).toHex()).append("\"}\n");
      }
    }
  }

  /** As S3 writes it: keys are URL-encoded. */
  private static void writeInventory(Path folder, long keys) throws IOException {
    StringBuilder files = new StringBuilder();
    long number = 0;
    for (long written = 0; written < keys; ) {
      String name = "data-" + written + ".csv";
      files.append(files.isEmpty() ? "" : ",").append("{\"key\":\"").append(name).append("\"}");
      long end = Math.min(keys, written + LINES_OF_INVENTORY_FILE);
      try (BufferedWriter out = Files.newBufferedWriter(folder.resolve(name))) {
        for (; written < end; number++) {
          if ((number == 0 || !sharesContent(number)) && holder(number) == Holder.REMOTE) {
            String md5 = md5(number).toHex();
            out.append('"').append(key(number).replace("=", "%3D")).append("\",\"");
            out.append(String.valueOf(SIZE_BYTES)).append("\",\"").append(md5).append("\"\n");
            written++;
          }
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

  private static String key(long number) {
    return new ContentKey("", new TopHash(topHash(number)), md5(number)).toString();
  }

  private static Holder holder(long number) {
    int kind = (int) (number % 100);
    return kind > 0 && kind < 10 ? Holder.NEITHER : Holder.REMOTE;
  }

  private static boolean sharesContent(long number) {
    return number % 10 == 0;
  }

  private static String topHash(long number) {
    return "h" + (sharesContent(number) ? 0 : number % NAMESPACES);
  }

  private static Md5 md5(long number) {
    long seed = sharesContent(number) ? 0 : number;
    return new Md5(mixed(seed), mixed(~seed));
  }

  /** The last steps of SplitMix64. */
  private static long mixed(long number) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
