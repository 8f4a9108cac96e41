package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
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
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunFolder;
import org.assetstager.s3.RequestCounts;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.settings.Settings;
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

  public void opened(OpenUpload upload) {
    folder.writeJson(name(upload.key(), upload.uploadId()) + UPLOAD, upload);
    RequestCounts.uploadOpened();
  }

  /**
   * Puts a part on record whose ETag doesn't tell its MD5, as under SSE-KMS, after the store has
   * taken it by its {@code Content-MD5}.
   */
  void sent(String key, String uploadId, SentPart part) {
    byte[] etag = part.partEtag().getBytes(UTF_8);
    String coded = Base64.getUrlEncoder().withoutPadding().encodeToString(etag);
    String name = "/part-" + part.partIndex() + "-" + part.partMd5() + "-" + coded;
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

  /** Aborts an upload, which may be gone already. */
  public interface Abort {
    void abort(String key, String uploadId) throws S3Failure, IOException;
  }

  /**
   * Aborts every multipart upload to staging that the run has left open, when nobody will go on
   * with it, as {@link #abortAll(Abort)} does.
   *
   * @param settings that the run was started with
   */
  public List<String> abortAll(Settings settings) {
    return abortAll(
        (key, uploadId) ->
            new StagingWriter(
                    S3Clients.staging(settings), settings.staging(), settings.s3(), Duration.ZERO)
                .abort(key, uploadId));
  }

  /**
   * Aborts every multipart upload that is on record, and takes it off the record. One that isn't
   * open any more does no harm.
   *
   * @return the keys whose uploads were on record
   * @throws JobFailure if S3 doesn't let one be aborted; it stays on record
   */
  public List<String> abortAll(Abort how) {
    List<OpenUpload> open = open();
    for (OpenUpload upload : open) {
      try {
        how.abort(upload.key(), upload.uploadId());
      } catch (S3Failure e) {
        throw e.toJobFailure();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      closed(upload.key(), upload.uploadId());
    }
    return open.stream().map(OpenUpload::key).toList();
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
          "{}/{}: the record of an open upload is damaged; the run continues without it ({})",
          folder.location(),
          ofKey,
          e.getOriginalMessage());
      return Optional.empty();
    }
  }

  /** Returns what is on record of an upload's parts, by index: one for each time it was sent. */
  Map<Integer, Set<SentPart>> sent(String key, String uploadId) {
    Map<Integer, Set<SentPart>> parts = new HashMap<>();
    for (String name : names(name(key, uploadId)).toList()) {
      Matcher part = PART.matcher(name);
      if (part.matches()) {
        int index = Integer.parseInt(part.group(1));
        String etag = new String(Base64.getUrlDecoder().decode(part.group(3)), UTF_8);
        parts
            .computeIfAbsent(index, i -> new HashSet<>())
            .add(new SentPart(index, etag, part.group(2)));
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
