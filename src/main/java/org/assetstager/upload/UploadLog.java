package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Serializable;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assetstager.run.RunFolder;

/**
 * A run's record of its open multipart uploads: a folder for each below {@code uploads/} of the
 * run's folder, written right after the upload was opened and removed when it no longer is. Only
 * what is on record here may be gone on with or aborted: a listing of the bucket doesn't say whose
 * an upload is. Safe for many threads and tasks.
 */
public final class UploadLog implements Serializable {
  private static final String FOLDER = "uploads";
  private static final String UPLOAD = "/upload.json";
  private static final Pattern PART = Pattern.compile("part-([0-9]+)-([A-Za-z0-9_-]+)");

  private final RunFolder folder;

  /** Keeps the record in a run's folder. */
  public UploadLog(RunFolder folder) {
    this.folder = folder;
  }

  /** Puts an upload on record. */
  void opened(OpenUpload upload) {
    folder.writeJson(name(upload.key(), upload.uploadId()) + UPLOAD, upload);
  }

  /**
   * Puts a part on record whose ETag doesn't tell its MD5, as under SSE-KMS, after the store has
   * taken it by its {@code Content-MD5}.
   *
   * @param index 0 for the first
   * @param etag as S3 gave it
   */
  void sent(String key, String uploadId, int index, String etag) {
    String coded = Base64.getUrlEncoder().withoutPadding().encodeToString(etag.getBytes(UTF_8));
    folder.writeText(name(key, uploadId) + "/part-" + index + "-" + coded, "");
  }

  /** Takes an upload off the record; it may be off already. */
  void closed(String key, String uploadId) {
    folder.delete(name(key, uploadId));
  }

  /** Returns all uploads on record, in any order. */
  List<OpenUpload> open() {
    return read("");
  }

  /** Returns the uploads on record for a key. */
  List<OpenUpload> open(String key) {
    return read(hash(key));
  }

  private List<OpenUpload> read(String prefix) {
    return names(FOLDER)
        .filter(name -> name.startsWith(prefix))
        .map(name -> folder.readJson(FOLDER + "/" + name + UPLOAD, OpenUpload.class))
        // Another task may have closed it meanwhile.
        .flatMap(Optional::stream)
        .toList();
  }

  /** Returns the ETags of the parts on record of an upload, by index. */
  Map<Integer, String> sent(String key, String uploadId) {
    Map<Integer, String> etags = new HashMap<>();
    for (String name : names(name(key, uploadId)).toList()) {
      Matcher part = PART.matcher(name);
      if (part.matches()) {
        String etag = new String(Base64.getUrlDecoder().decode(part.group(2)), UTF_8);
        etags.put(Integer.valueOf(part.group(1)), etag);
      }
    }
    return etags;
  }

  private Stream<String> names(String of) {
    return folder.list(of).stream().map(file -> file.getPath().getName());
  }

  /** Keys and upload ids may have characters that file names can't have. */
  private static String name(String key, String uploadId) {
    return FOLDER + "/" + hash(key) + "." + hash(uploadId);
  }

  private static String hash(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(UTF_8)).toString();
  }
}
