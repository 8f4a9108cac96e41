package org.assetstager.commit;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.catalog.StagingProof;
import org.assetstager.digest.PartPlan;
import org.jspecify.annotations.Nullable;

/**
 * An object in staging that was proved to be a content.
 *
 * @param size bytes
 * @param etag that it was proved under, without quotes: whatever has another isn't it
 * @param metadata as {@link ObjectFacts} has it
 * @param version in a bucket that keeps versions, or null
 */
record StagedObject(
    String key, long size, String etag, Map<String, String> metadata, @Nullable String version) {
  /** Bytes of each part but the last, as {@code stage} writes it. */
  static final String PART_SIZE = "part-size";

  /** Most bytes that CopyObject takes: "Copying objects" in the Amazon S3 User Guide. */
  private static final long MOST_COPY_BYTES = PartPlan.MOST_PART_BYTES;

  /** Whether it is copied in one request. */
  boolean isCopiedWhole(long partSize) {
    return size <= Math.min(partSize, MOST_COPY_BYTES);
  }

  /**
   * Returns the parts to copy it in: those that it was put in, as far as its metadata and its ETag
   * tell, since the copy then has the same ETag.
   *
   * @param partSize of an object whose parts aren't known
   */
  PartPlan parts(long partSize) {
    OptionalInt count = StagingProof.partsOf(etag);
    if (count.isPresent()) {
      List<PartPlan> plans =
          StagingProof.plansFor(size, count.getAsInt(), hintedPartSize(), partSize);
      if (!plans.isEmpty()) {
        return plans.get(0);
      }
    }
    return PartPlan.of(size, partSize);
  }

  private @Nullable Long hintedPartSize() {
    String hint = metadata.get(PART_SIZE);
    try {
      return hint == null ? null : Long.valueOf(hint);
    } catch (NumberFormatException e) {
      // Any user of staging can have written it.
      return null;
    }
  }
}
