package org.assetstager.manifest;

import com.google.common.io.ByteStreams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assetstager.asset.JobFailure;

/** How a list of files begins, which tells its format. */
final class ListHead {
  /** Of an entry: paths have 4,096 bytes at most, and are with other fields in a CSV list. */
  static final int MOST_BYTES = 64 << 10;

  /** As {@code mmapplypolicy} writes: inode, generation, snapshot, what a rule shows, the path. */
  private static final Pattern OF_POLICY = Pattern.compile("-?\\d+ -?\\d+ -?\\d+ .*-- /.*");

  private final String place;
  private final byte[] bytes;

  private ListHead(String place, byte[] bytes) {
    this.place = place;
    this.bytes = bytes;
  }

  /**
   * Reads the beginning.
   *
   * @param place of the list, for messages
   * @param in at its start
   */
  static ListHead read(String place, InputStream in) throws IOException {
    return new ListHead(place, ByteStreams.limit(in, MOST_BYTES).readAllBytes());
  }

  /**
   * Tells the format.
   *
   * @throws JobFailure of kind INPUT if it isn't clear
   */
  ListFormat format() {
    if (startsWith(0xFF, 0xFE) || startsWith(0xFE, 0xFF)) {
      throw JobFailure.input("The list " + place + " is UTF-16", "Write it in UTF-8");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\0') >= 0) {
      return ListFormat.NUL;
    }
    String line = text.lines().findFirst().orElse("");
    if (OF_POLICY.matcher(line).matches()) {
      throw JobFailure.input(
          "The list "
              + place
              + " comes from mmapplypolicy: it has the inode and more before each path",
          "Remove what is before the paths: sed 's,^[^/]* -- /,/,' "
              + place
              + " | asset-stager snapshot ... --files-from - --files-format newline");
    }
    List<String> names =
        List.of(line.replace("\"", "").replace("\uFEFF", "").strip().split(",", -1));
    if (!names.contains(FieldNames.PATH)) {
      return ListFormat.NEWLINE;
    }
    if (names.size() == 1 || !names.stream().allMatch(FieldNames::isKnown)) {
      throw JobFailure.input(
          "The list "
              + place
              + " begins with '"
              + Text.shown(line)
              + "', which may be a path or a CSV header",
          "Say which with --files-format csv or --files-format newline");
    }
    return ListFormat.CSV;
  }

  private boolean startsWith(int first, int second) {
    return bytes.length > 1 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
  }

  /**
   * Returns the names of the columns of a CSV list.
   *
   * @throws JobFailure of kind INPUT if they aren't those of a list
   */
  List<String> header() throws IOException {
    List<String> names = new ArrayList<>();
    try (CsvReader records =
        new CsvReader(
            place, new ByteArrayInputStream(bytes), 0, false, Long.MAX_VALUE, MOST_BYTES)) {
      List<byte[]> record = records.next();
      for (byte[] name : record == null ? List.<byte[]>of() : record) {
        names.add(Text.decodeUtf8(name));
      }
    } catch (CharacterCodingException e) {
      throw bad("its header is " + e.getMessage());
    }
    if (names.stream().anyMatch(name -> name.indexOf('\r') >= 0)) {
      throw bad("its lines end in carriage returns alone, not in line feeds");
    }
    if (!names.contains(FieldNames.PATH)) {
      throw bad("its header has no column 'path': " + Text.shown(String.join(",", names)));
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw bad("its header has a column twice: " + Text.shown(String.join(",", names)));
    }
    Map<String, Object> columns = new HashMap<>();
    names.forEach(name -> columns.put(name, ""));
    FieldValues fields = new FieldValues(columns);
    FieldNames.check(fields, columns);
    String fault = fields.fault();
    if (fault != null) {
      throw bad(fault);
    }
    return names;
  }

  private JobFailure bad(String problem) {
    return JobFailure.input(
        "The list " + place + " is not a CSV list of files: " + problem,
        "Begin it with the names of its columns: 'path', and any other field of a manifest");
  }
}
