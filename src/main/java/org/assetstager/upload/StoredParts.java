package org.assetstager.upload;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.StoredPart;
import org.assetstager.digest.PartMd5s;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Failure;

/** Finds out which parts an upload on record has already. */
final class StoredParts {
  private final BucketReader reader;
  private final UploadLog log;

  StoredParts(BucketReader reader, UploadLog log) {
    this.reader = reader;
    this.log = log;
  }

  /**
   * What an open upload has.
   *
   * @param parts by their index
   * @param recorded ETags by index, of the parts whose ETag doesn't tell their MD5
   */
  record Stored(Map<Integer, StoredPart> parts, Map<Integer, Set<String>> recorded) {
    /**
     * Returns the ETag, as S3 gave it, of a part that is proved to be there: the ETag is its MD5,
     * or one that this run recorded when it had sent the part.
     */
    Optional<String> etagOf(int index, long length, Md5 md5) {
      StoredPart part = parts.get(index);
      String etag = part == null || part.size() != length ? null : part.etag();
      String unquoted = Etags.unquoted(etag);
      boolean proved =
          unquoted != null
              && (unquoted.equals(md5.toHex())
                  || recorded.getOrDefault(index, Set.of()).stream()
                      .anyMatch(sent -> unquoted.equals(Etags.unquoted(sent))));
      return proved ? Optional.ofNullable(etag) : Optional.empty();
    }
  }

  /** Looks at an upload; empty where it isn't open. */
  Optional<Stored> look(String key, String uploadId) throws S3Failure {
    Optional<List<StoredPart>> parts = reader.parts(key, uploadId);
    return parts.map(
        list ->
            new Stored(
                list.stream()
                    .collect(
                        Collectors.toMap(
                            StoredPart::index, Function.identity(), (first, second) -> first)),
                log.sent(key, uploadId)));
  }

  /**
   * Returns the ETag of a part that was just taken and answered without one: as it is listed, else
   * its MD5, which it is on most stores ("Checking object integrity" in the Amazon S3 User Guide).
   * A wrong one makes Complete fail, and nothing worse. Empty where the part isn't there.
   *
   * @param index 0 for the first
   */
  Optional<String> etagOfSent(String key, String uploadId, int index, long length, Md5 md5)
      throws S3Failure {
    return reader
        .part(key, uploadId, index)
        .filter(part -> part.size() == length)
        .map(part -> Etags.unquoted(part.etag()) == null ? '"' + md5.toHex() + '"' : part.etag());
  }

  /**
   * Returns an upload of a key that an earlier attempt has left open, with the parts that it has;
   * of several the one that has most. Where the MD5s of its parts aren't on record, the file is
   * read for them.
   *
   * @throws FileChangedException if the file turns out to have another MD5
   */
  Optional<OpenedUpload> leftOpen(String key, UploadSource source) throws S3Failure, IOException {
    OpenedUpload best = null;
    for (OpenUpload upload : log.open(key)) {
      log.adopt(upload);
      Optional<Stored> stored = look(key, upload.uploadId());
      if (stored.isEmpty()) {
        log.closed(key, upload.uploadId());
        continue;
      }
      PartPlan plan = new PartPlan(source.planned().size(), upload.partSize());
      OpenUpload digested =
          upload.partMd5s().isEmpty()
              ? upload.withPartMd5s(PartMd5s.join(source.partMd5s(plan)))
              : upload;
      Map<Integer, String> proved = proved(digested, plan, stored.get());
      if (best == null || proved.size() > best.sent().size()) {
        best = new OpenedUpload(digested, proved);
      }
    }
    return Optional.ofNullable(best);
  }

  private static Map<Integer, String> proved(OpenUpload upload, PartPlan plan, Stored stored) {
    List<Md5> md5s = PartMd5s.split(upload.partMd5s());
    Map<Integer, String> proved = new HashMap<>();
    for (int i = 0; i < plan.count(); i++) {
      int index = i;
      stored
          .etagOf(index, plan.length(index), md5s.get(index))
          .ifPresent(etag -> proved.put(index, etag));
    }
    return proved;
  }
}
