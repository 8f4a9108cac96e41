package org.assetstager.manifest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A good row that tests spoil in one place. */
final class SampleRow {
  static final ManifestFields FIELDS = new ManifestFields(null, List.of(), FolderColumns.NONE);

  private SampleRow() {}

  /** Returns a share of a file that nobody opens. */
  static ManifestSplit split(String file, long start, long end) {
    return new ManifestSplit(new ManifestFile(file, ManifestFile.Format.JSONL, 0, "1"), start, end);
  }

  static Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("top_hash", "class-1");
    values.put("root", "/data/asset");
    values.put("path", "a/b.txt");
    values.put("st_size", 5L);
    values.put("st_mtime_ns", 1_795_362_024_559_918_601L);
    values.put("st_ctime_ns", 1_795_362_024_559_918_602L);
    values.put("st_nlink", 1L);
    values.put("st_ino", 2_156_760L);
    return values;
  }

  static Map<String, Object> with(String name, Object value) {
    Map<String, Object> values = values();
    values.put(name, value);
    return values;
  }

  static Map<String, Object> without(String... names) {
    Map<String, Object> values = values();
    for (String name : names) {
      values.remove(name);
    }
    return values;
  }

  static ManifestRow row(Map<String, Object> values) {
    return FIELDS.row(RawRow.whole("m.jsonl", 7, values));
  }

  /** The good row as JSON; the members given replace the row's, or are added. */
  static String json(String... members) {
    Map<String, String> all = new LinkedHashMap<>();
    values()
        .forEach(
            (name, value) ->
                all.put(name, value instanceof String ? "\"" + value + "\"" : "" + value));
    for (int i = 0; i < members.length; i += 2) {
      all.put(members[i], members[i + 1]);
    }
    StringBuilder json = new StringBuilder("{");
    all.forEach(
        (name, value) ->
            json.append(json.length() > 1 ? "," : "").append("\"" + name + "\":").append(value));
    return json.append("}").toString();
  }
}
