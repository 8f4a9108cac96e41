package org.assetstager.upload;

import java.util.Optional;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.TopHash;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ObjectFacts;
import org.assetstager.plan.Exclusion;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.Side;
import org.assetstager.settings.Settings;

/**
 * Asks the remote for a content that staging doesn't hold. After the listings, the server may have
 * moved content that an earlier attempt staged.
 */
final class RemoteLookup {
  private final Settings settings;

  RemoteLookup(Settings settings) {
    this.settings = settings;
  }

  /**
   * Returns {@code KNOWN_REMOTE} or {@code CONFLICT}, by the object's size and ETag; empty where
   * the remote has nothing under the key.
   */
  Optional<UploadResult> find(UploadSource source) throws S3Failure {
    PlannedUpload planned = source.planned();
    String key =
        new ContentKey(
                settings.remote().prefix(),
                new TopHash(planned.topHash()),
                Md5.parse(planned.md5()))
            .toString();
    return BucketReader.of(Side.REMOTE, settings).head(key).map(facts -> result(source, facts));
  }

  private static UploadResult result(UploadSource source, ObjectFacts facts) {
    long size = source.planned().size();
    boolean otherMd5 = !facts.kms() && Etags.isOtherMd5(source.planned().md5(), facts.etag());
    return facts.size() == size && !otherMd5
        ? UploadResult.known(source, Outcome.KNOWN_REMOTE, null, facts.etag())
        : UploadResult.known(
            source,
            Outcome.CONFLICT,
            Exclusion.conflict(facts.size(), facts.etag(), size),
            facts.etag());
  }
}
