package org.assetstager.upload;

import com.google.common.primitives.Longs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ObjectDigest;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.catalog.StagingProof;
import org.assetstager.digest.PartPlan;
import org.assetstager.s3.S3Failure;

/**
 * Finds out whether the object under a content's key is that content; see "Known content" in
 * design.md. The object's metadata is a hint where to begin, never proof.
 */
record StagingInspector(BucketReader reader, long configuredPartSize) {
  /**
   * Looks at the object, reading it back where nothing cheaper proves it.
   *
   * @throws S3Failure if S3 doesn't answer
   * @throws FileChangedException if the file turns out to have another MD5
   */
  Standing inspect(String key, UploadSource source) throws S3Failure, IOException {
    Optional<ObjectFacts> found = reader.head(key);
    if (found.isEmpty()) {
      return Standing.ABSENT;
    }
    ObjectFacts facts = found.get();
    String runId = facts.metadata().get(Metadata.RUN_ID);
    if (facts.size() != source.planned().size()) {
      return new Standing(true, false, facts.etag(), runId);
    }
    if (isProvedByEtag(facts, source)) {
      return new Standing(true, true, facts.etag(), runId);
    }
    Optional<ObjectDigest> digest;
    try {
      digest = reader.hash(key, bytes -> {});
    } catch (S3Failure e) {
      if (e.kind() != S3Failure.Kind.REFUSED) {
        throw e;
      }
      // Who put it has seen to it that nobody reads it.
      return new Standing(true, false, facts.etag(), runId);
    }
    return digest.isEmpty()
        ? Standing.ABSENT
        : new Standing(true, digest.get().md5().equals(source.md5()), digest.get().etag(), runId);
  }

  private boolean isProvedByEtag(ObjectFacts facts, UploadSource source) throws IOException {
    if (facts.kms()) {
      return false;
    }
    if (StagingProof.isSinglePartEtagOf(facts.etag(), source.md5())) {
      return true;
    }
    OptionalInt parts = StagingProof.partsOf(facts.etag());
    if (parts.isEmpty()) {
      return false;
    }
    if (parts.getAsInt() == 1) {
      return StagingProof.isMultipartEtagOf(facts.etag(), List.of(source.md5()));
    }
    String partSize = facts.metadata().get(Metadata.PART_SIZE);
    Long hint = partSize == null ? null : Longs.tryParse(partSize);
    for (PartPlan plan :
        StagingProof.plansFor(facts.size(), parts.getAsInt(), hint, configuredPartSize)) {
      if (StagingProof.isMultipartEtagOf(facts.etag(), source.partMd5s(plan))) {
        return true;
      }
    }
    return false;
  }
}
