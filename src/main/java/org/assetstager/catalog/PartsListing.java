package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.List;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Request;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * The listing of a multipart upload's parts, page by page. A part without a number or a size is
 * left out, as if the store didn't have it.
 */
record PartsListing(BucketConnection connection, String key, String uploadId) {
  /** "Amazon S3 multipart upload limits", S3 User Guide. */
  private static final int PAGE_PARTS = 1_000;

  /** Returns all parts, in the order of their numbers. */
  List<StoredPart> all() throws S3Failure {
    List<StoredPart> parts = new ArrayList<>();
    int marker = 0;
    while (true) {
      ListPartsResponse page = page(marker);
      int last = marker;
      for (Part part : page.parts()) {
        Integer number = part.partNumber();
        if (number != null && number > last) {
          last = number;
          add(part, number, parts);
        }
      }
      Integer next = page.nextPartNumberMarker();
      int from = marker;
      marker = next == null ? last : Math.max(last, next);
      // Where the page doesn't say whether more follow, an empty one ends the listing.
      if (Boolean.FALSE.equals(page.isTruncated()) || marker == from) {
        return parts;
      }
    }
  }

  /**
   * Returns one part, or null.
   *
   * @param index 0 for the first
   */
  @Nullable StoredPart one(int index) throws S3Failure {
    List<StoredPart> parts = new ArrayList<>();
    // Some stores know no marker: of what may be on the first page, that is asked for.
    for (Part part : page(index < PAGE_PARTS ? 0 : index).parts()) {
      Integer number = part.partNumber();
      if (number != null && number == index + 1) {
        add(part, number, parts);
      }
    }
    return parts.isEmpty() ? null : parts.get(0);
  }

  private static void add(Part part, int number, List<StoredPart> parts) {
    Long size = part.size();
    if (size != null) {
      parts.add(new StoredPart(number - 1, size, part.eTag()));
    }
  }

  private ListPartsResponse page(int marker) throws S3Failure {
    return connection.call(
        S3Request.LIST_PARTS,
        key,
        client ->
            client.listParts(
                r ->
                    r.bucket(connection.bucket())
                        .key(key)
                        .uploadId(uploadId)
                        .partNumberMarker(marker == 0 ? null : marker)));
  }
}
