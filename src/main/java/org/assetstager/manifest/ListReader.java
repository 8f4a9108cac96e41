package org.assetstager.manifest;

import com.google.common.collect.AbstractIterator;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ListedFile.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The files that a list names, or a range of it.
 *
 * <p>The methods of the iterator throw a {@link JobFailure} where the list can't be read.
 */
public final class ListReader extends AbstractIterator<ListedFile> implements Closeable {
  private final String file;
  private final List<String> roots;
  private final List<String> header;
  private final @Nullable LineReader lines;
  private final @Nullable CsvReader records;
  private final ManifestFields fields = new ManifestFields(null, List.of(), FolderColumns.NONE);

  private ListReader(
      String file,
      List<String> roots,
      List<String> header,
      @Nullable LineReader lines,
      @Nullable CsvReader records) {
    this.file = file;
    this.roots = List.copyOf(roots);
    this.header = List.copyOf(header);
    this.lines = lines;
    this.records = records;
  }

  /**
   * Reads paths without anything else.
   *
   * @param roots the names of the root directory, absolute and normalised
   */
  static ListReader ofPaths(String file, List<String> roots, LineReader lines) {
    return new ListReader(file, roots, List.of(), lines, null);
  }

  /**
   * Reads CSV.
   *
   * @param roots as {@link #ofPaths}
   * @param header the names of the columns
   */
  static ListReader ofCsv(String file, List<String> roots, List<String> header, CsvReader records) {
    return new ListReader(file, roots, header, null, records);
  }

  @Override
  protected @Nullable ListedFile computeNext() {
    try {
      if (records != null) {
        List<byte[]> record = records.next();
        return record == null ? endOfData() : ofRecord(record, records.recordStart());
      }
      Line line = lines == null ? null : lines.next();
      return line == null ? endOfData() : ofLine(line);
    } catch (IOException e) {
      throw JobFailure.system(
          "The list " + file + " can't be read: " + e.getMessage(),
          "Check its file system, and run again with --resume",
          e);
    }
  }

  private ListedFile ofLine(Line line) {
    byte[] bytes = line.bytes();
    return bytes == null
        ? bad("", line.offset(), "it has " + line.length() + " bytes, more than a path can have")
        : ofPath(bytes, null, Map.of());
  }

  private ListedFile ofRecord(List<byte[]> record, long position) {
    if (record.size() != header.size()) {
      String shown = new String(record.get(0), StandardCharsets.UTF_8);
      String problem = "it has " + record.size() + " fields, the header " + header.size();
      return bad(shown, position, problem);
    }
    byte[] path = record.get(header.indexOf(FieldNames.PATH));
    Map<String, @Nullable Object> values = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i);
      if (record.get(i).length > 0 && FieldNames.concern(name) && !name.equals(FieldNames.PATH)) {
        try {
          values.put(name, FolderColumns.typed(name, Text.decodeUtf8(record.get(i))));
        } catch (CharacterCodingException e) {
          String shown = new String(path, StandardCharsets.UTF_8);
          return bad(shown, position, "'" + name + "' is " + e.getMessage());
        }
      }
    }
    ManifestRow row = fields.row(RawRow.part(file, position, values));
    if (row.fault() != null) {
      return bad(new String(path, StandardCharsets.UTF_8), position, row.fault());
    }
    Map<String, Object> carried = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (value != null && FieldNames.isCarried(name)) {
            carried.put(name, value);
          }
        });
    return ofPath(path, row, carried);
  }

  private static ListedFile bad(String shown, long position, String problem) {
    return ListedFile.bad(shown, Problem.INVALID, "byte " + position + ": " + problem);
  }

  private ListedFile ofPath(byte[] bytes, @Nullable ManifestRow row, Map<String, Object> carried) {
    String text;
    try {
      text = Text.decodeUtf8(bytes);
    } catch (CharacterCodingException e) {
      return ListedFile.bad(
          new String(bytes, StandardCharsets.UTF_8), Problem.NOT_UTF8, e.getMessage());
    }
    String root = row == null ? null : row.root();
    String path = root == null || text.startsWith("/") ? text : root + "/" + text;
    try {
      String relative = path.startsWith("/") ? below(PosixPath.absolute(path)) : path;
      if (relative == null) {
        return ListedFile.bad(text, Problem.OUTSIDE_ROOT, null);
      }
      if (!text.isEmpty() && PosixPath.absolute("/" + relative).equals("/")) {
        return ListedFile.bad(text, Problem.ROOT, null);
      }
      return new ListedFile(PosixPath.relative(relative), row, carried, null, null);
    } catch (IllegalArgumentException e) {
      return ListedFile.bad(text, Problem.INVALID, "the path " + e.getMessage());
    }
  }

  /** Returns a path relative to the root, empty for the root itself; null for one elsewhere. */
  private @Nullable String below(String absolute) {
    for (String root : roots) {
      if (PosixPath.isWithin(absolute, root)) {
        return absolute.substring(
            Math.min(absolute.length(), root.endsWith("/") ? 1 : root.length() + 1));
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
    if (records != null) {
      records.close();
    }
  }
}
