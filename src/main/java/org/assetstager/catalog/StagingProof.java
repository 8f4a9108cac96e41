package org.assetstager.catalog;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assetstager.asset.Md5;
import org.assetstager.digest.FileDigester;
import org.assetstager.digest.PartPlan;
import org.jspecify.annotations.Nullable;

/**
 * What an ETag proves. "Checking object integrity" in the Amazon S3 User Guide: the MD5 of an
 * object put as one, the MD5 of the parts' MD5s and their number where it was put in parts; under
 * SSE-KMS and SSE-C neither, so callers ask only where these aren't used. Who writes an object
 * can't choose its ETag: it follows from the bytes, or, under SSE-KMS and SSE-C, the store makes
 * one up.
 */
public final class StagingProof {
  private static final Pattern MULTIPART = Pattern.compile("([0-9a-f]{32})-([1-9][0-9]{0,4})");

  private static final long MIB = 1 << 20;

  /** Part sizes that widespread tools use, in MiB, the most usual first. */
  private static final List<Long> USUAL_PART_MIB = List.of(8L, 16L, 5L, 64L, 32L, 10L, 15L, 50L);

  /** Each size to try costs a read of the whole file, so not more than that. */
  private static final int MOST_PART_SIZES = 4;

  private StagingProof() {}

  /**
   * Whether the ETag proves that an object put as one has this MD5.
   *
   * @param etag without quotes, or null
   */
  public static boolean isSinglePartEtagOf(@Nullable String etag, Md5 md5) {
    return md5.toHex().equals(etag);
  }

  /**
   * Returns how many parts the ETag's object was put in; empty where it is no multipart ETag.
   *
   * @param etag without quotes, or null
   */
  public static OptionalInt partsOf(@Nullable String etag) {
    if (etag == null) {
      return OptionalInt.empty();
    }
    Matcher matcher = MULTIPART.matcher(etag);
    if (!matcher.matches()) {
      return OptionalInt.empty();
    }
    int parts = Integer.parseInt(matcher.group(2));
    return parts <= PartPlan.MOST_PARTS ? OptionalInt.of(parts) : OptionalInt.empty();
  }

  /** Whether the ETag proves that an object put in these parts has them. */
  public static boolean isMultipartEtagOf(@Nullable String etag, List<Md5> partMd5s) {
    return !partMd5s.isEmpty() && FileDigester.multipartEtag(partMd5s).equals(etag);
  }

  /**
   * Returns plans that cut a content into the number of parts in an ETag, the likeliest first.
   *
   * @param size bytes of the content
   * @param parts as {@link #partsOf} gave them
   * @param hintedPartSize what the object's metadata says, or null; a wrong value only costs a read
   * @param configuredPartSize what this job would use
   */
  public static List<PartPlan> plansFor(
      long size, int parts, @Nullable Long hintedPartSize, long configuredPartSize) {
    Set<Long> sizes = new LinkedHashSet<>();
    if (hintedPartSize != null) {
      sizes.add(hintedPartSize);
    }
    sizes.add(PartPlan.of(size, configuredPartSize).partSize());
    USUAL_PART_MIB.forEach(mib -> sizes.add(mib * MIB));
    long even = (size + parts - 1) / parts;
    sizes.add((even + MIB - 1) / MIB * MIB);
    return sizes.stream()
        .flatMap(partSize -> plan(size, partSize))
        .filter(plan -> plan.count() == parts)
        .limit(MOST_PART_SIZES)
        .toList();
  }

  private static Stream<PartPlan> plan(long size, long partSize) {
    boolean possible =
        partSize >= PartPlan.LEAST_PART_BYTES
            && partSize <= PartPlan.MOST_PART_BYTES
            && size <= PartPlan.MOST_PARTS * partSize;
    return possible ? Stream.of(new PartPlan(size, partSize)) : Stream.empty();
  }
}
