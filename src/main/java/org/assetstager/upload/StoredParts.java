package org.assetstager.upload;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.StoredPart;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Failure;

/** Finds out which parts a recorded upload already has. */
record StoredParts(BucketReader reader, UploadLog log) {
  /**
   * What an open upload has.
   *
   * @param parts by their index
   * @param recorded by index, of the parts whose ETag doesn't tell their MD5
   */
  record Stored(Map<Integer, StoredPart> parts, Map<Integer, Set<SentPart>> recorded) {
    static final Stored NONE = new Stored(Map.of(), Map.of());

    /**
     * Returns the ETag, as S3 gave it, of a part that is proved to be there: the ETag is its MD5,
     * or one that this run recorded when it had sent these bytes.
     */
    Optional<String> etagOf(int index, long length, Md5 md5) {
      StoredPart part = parts.get(index);
      String etag = part == null || part.size() != length ? null : part.etag();
      String unquoted = Etags.unquoted(etag);
      boolean proved =
          unquoted != null
              && (unquoted.equals(md5.toHex())
                  || recorded.getOrDefault(index, Set.of()).stream()
                      .filter(sent -> sent.partMd5().equals(md5.toHex()))
                      .anyMatch(sent -> unquoted.equals(Etags.unquoted(sent.partEtag()))));
      return proved ? Optional.ofNullable(etag) : Optional.empty();
    }
  }

  /**
   * An upload to send parts to.
   *
   * @param stored the parts that it has already
   */
  record OpenedUpload(OpenUpload upload, Stored stored) {}

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
   * of several the one that has most.
   *
   * @param size bytes of the content; an upload whose parts can't hold it isn't one of its own
   */
  Optional<OpenedUpload> leftOpen(String key, long size) throws S3Failure {
    OpenedUpload best = null;
    for (OpenUpload upload : log.open(key)) {
      log.adopt(upload);
      Optional<Stored> stored = look(key, upload.uploadId());
      if (stored.isEmpty()) {
        log.closed(key, upload.uploadId());
        continue;
      }
      boolean fits = size <= PartPlan.MOST_PARTS * upload.partSize();
      int parts = stored.get().parts().size();
      if (fits && (best == null || parts > best.stored().parts().size())) {
        best = new OpenedUpload(upload, stored.get());
      }
    }
    return Optional.ofNullable(best);
  }
}
