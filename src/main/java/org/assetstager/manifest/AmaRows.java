package org.assetstager.manifest;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes manifest rows from AMA's three documents. */
public record AmaRows(ManifestFields fields) {
  private static final String MD5_PREFIX = "md5_";

  /**
   * Makes the row of an object.
   *
   * @param contentState the state stored of the object's content id, or null
   * @param objectState the state stored of the object's path, or null; counts where the content has
   *     none
   * @param stats the stats stored of the object's path, or null
   * @return the row; where something is wrong with it, all its faults and what could be read
   */
  public ManifestRow join(
      AmaHeader header,
      AmaObject object,
      @Nullable AmaState contentState,
      @Nullable AmaState objectState,
      @Nullable AmaFileStats stats) {
    AmaState state = contentState != null ? contentState : objectState;
    Map<String, @Nullable Object> values = new HashMap<>();
    putHeader(values, header);
    putObject(values, object);
    if (stats != null) {
      putStats(values, stats);
    } else {
      values.put("st_size", object.contentSize());
    }
    List<String> problems = new ArrayList<>();
    if (object.fault() != null && !object.unrepresentable()) {
      problems.add(object.fault());
    }
    if (state != null) {
      values.put("state", state.state());
      if (state.fault() != null) {
        problems.add(state.fault());
      }
    }
    if (stats != null && stats.fault() != null) {
      problems.add(stats.fault());
    }
    return fields.row(
        new RawRow(
            header.manifestFile(),
            object.index(),
            values,
            problems.isEmpty(),
            problems,
            object.fault() != null && object.unrepresentable()
                ? List.of(object.fault())
                : List.of(),
            stats == null ? "file_stats.json has no entry for the path" : null,
            notAddedReason(object, state, stats),
            object.sourced()));
  }

  private static void putHeader(Map<String, @Nullable Object> values, AmaHeader header) {
    values.put("top_hash", header.topHash());
    values.put("root", header.root());
    values.put("class_id", header.classId());
    values.put("asset", header.asset());
  }

  private static void putObject(Map<String, @Nullable Object> values, AmaObject object) {
    values.put("path", object.path());
    values.put("proxy", object.proxy());
    values.put("content_id", object.contentId());
    values.put("mime_type", object.mimeType());
    values.put("created_by", object.createdBy());
    values.put("created_at", object.createdAt());
    String hash = hash(object);
    if (hash != null && hash.startsWith(MD5_PREFIX)) {
      values.put("md5", hash.substring(MD5_PREFIX.length()));
    }
  }

  private static void putStats(Map<String, @Nullable Object> values, AmaFileStats stats) {
    values.put("st_size", stats.size());
    values.put("st_mtime", stats.contentTime());
    values.put("st_ctime", stats.metadataTime());
    values.put("st_nlink", stats.numLinks());
    Long inode = stats.inode();
    values.put("st_ino", inode == null ? null : new BigInteger(Long.toUnsignedString(inode)));
  }

  private static @Nullable String notAddedReason(
      AmaObject object, @Nullable AmaState state, @Nullable AmaFileStats stats) {
    if (state == null) {
      return "it has no stored state: it came with the asset";
    }
    String hash = hash(object);
    if (hash != null && !hash.startsWith(MD5_PREFIX)) {
      return "its content has no MD5: " + Text.quoted(hash);
    }
    if (object.sourced() && stats == null) {
      return "its content comes from elsewhere (meta.src), and no file was added";
    }
    return null;
  }

  /** Returns what follows the storage in the content id: {@code md5_...}, or another hash. */
  private static @Nullable String hash(AmaObject object) {
    String contentId = object.contentId();
    return contentId == null ? null : contentId.substring(contentId.indexOf(':') + 1);
  }
}
