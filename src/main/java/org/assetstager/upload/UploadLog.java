package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.Serializable;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assetstager.asset.Md5;
import org.assetstager.run.RunFolder;
import org.assetstager.s3.RequestCounts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's record of its open multipart uploads: a folder for each below {@code uploads/} of the
 * run's folder, in one for its key; written right after the upload was opened and removed when it
 * no longer is. Only what is on record here may be gone on with or aborted: a listing of the bucket
 * doesn't say whose an upload is. Safe for many threads and tasks.
 */
public final class UploadLog implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(UploadLog.class);
  private static final String FOLDER = "uploads";
  private static final String UPLOAD = "/upload.json";
  private static final Pattern PART =
      Pattern.compile("part-([0-9]+)-([0-9a-f]{32})-([A-Za-z0-9_-]+)");

  private final RunFolder folder;
  private final String driver = UUID.randomUUID().toString();

  /** Keeps the record in a run's folder. */
  public UploadLog(RunFolder folder) {
    this.folder = folder;
  }

  /** Returns what tells this driver's attempt at the run from earlier ones. */
  public String driver() {
    return driver;
  }

  /** Counts an upload that an earlier attempt has left, once, as this attempt's. */
  public void adopt(OpenUpload upload) {
    if (!driver.equals(upload.driver())) {
      opened(upload.withDriver(driver));
    }
  }

  /** Puts an upload on record. */
  public void opened(OpenUpload upload) {
    folder.writeJson(name(upload.key(), upload.uploadId()) + UPLOAD, upload);
    RequestCounts.uploadOpened();
  }

  /**
   * Puts a part on record whose ETag doesn't tell its MD5, as under SSE-KMS, after the store has
   * taken it by its {@code Content-MD5}.
   *
   * @param index 0 for the first
   */
  void sent(String key, String uploadId, int index, RecordedPart part) {
    byte[] etag = part.etag().getBytes(UTF_8);
    String coded = Base64.getUrlEncoder().withoutPadding().encodeToString(etag);
    String name = "/part-" + index + "-" + part.md5() + "-" + coded;
    folder.writeText(name(key, uploadId) + name, "");
  }

  /** Takes an upload off the record; it may be off already. */
  public void closed(String key, String uploadId) {
    if (folder.delete(name(key, uploadId))) {
      RequestCounts.uploadClosed();
    }
  }

  /** Returns all uploads on record, in any order. */
  public List<OpenUpload> open() {
    return names(FOLDER).map(name -> FOLDER + "/" + name).flatMap(this::read).toList();
  }

  /** Returns the uploads on record for a key. */
  public List<OpenUpload> open(String key) {
    return read(folderOf(key)).toList();
  }

  private Stream<OpenUpload> read(String ofKey) {
    return names(ofKey)
        // Another task may have closed it meanwhile.
        .flatMap(name -> folder.readText(ofKey + "/" + name + UPLOAD).stream())
        .flatMap(text -> parse(ofKey, text).stream());
  }

  /** An upload whose record is lost, as by a power failure, is the bucket's lifecycle rule's. */
  private Optional<OpenUpload> parse(String ofKey, String text) {
    try {
      return Optional.ofNullable(RunFolder.fromJson(text, OpenUpload.class));
    } catch (JsonProcessingException e) {
      LOG.warn(
          "{}/{}: the record of an open upload is damaged; the run goes on without it ({})",
          folder.location(),
          ofKey,
          e.getOriginalMessage());
      return Optional.empty();
    }
  }

  /** Returns what is on record of an upload's parts, by index: one for each time it was sent. */
  Map<Integer, Set<RecordedPart>> sent(String key, String uploadId) {
    Map<Integer, Set<RecordedPart>> parts = new HashMap<>();
    for (String name : names(name(key, uploadId)).toList()) {
      Matcher part = PART.matcher(name);
      if (part.matches()) {
        String etag = new String(Base64.getUrlDecoder().decode(part.group(3)), UTF_8);
        parts
            .computeIfAbsent(Integer.valueOf(part.group(1)), i -> new HashSet<>())
            .add(new RecordedPart(Md5.parse(part.group(2)), etag));
      }
    }
    return parts;
  }

  private Stream<String> names(String of) {
    return folder.list(of).stream().map(file -> file.getPath().getName());
  }

  /** Keys and upload ids may have characters that file names can't have. */
  private static String name(String key, String uploadId) {
    return folderOf(key) + "/" + hash(uploadId);
  }

  private static String folderOf(String key) {
    return FOLDER + "/" + hash(key);
  }

  private static String hash(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(UTF_8)).toString();
  }
}
