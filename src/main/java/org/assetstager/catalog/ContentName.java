package org.assetstager.catalog;

import java.io.Serializable;
import java.util.Optional;
import org.assetstager.asset.FileId;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Md5;
import org.assetstager.s3.S3Failure;

/**
 * Names a content.
 *
 * @param topHash the namespace
 * @param md5 32 lower-case hex digits
 */
public record ContentName(String topHash, String md5) implements Serializable {
  private String keyBelow(String contents) {
    return contents + topHash + "/" + new FileId(Md5.parse(md5));
  }

  /**
   * Asks a bucket for the content; empty where there is no such object.
   *
   * @param contents what the keys of all contents begin with
   * @throws JobFailure if the bucket doesn't answer: what it holds must be known before anything is
   *     uploaded
   */
  Optional<KnownContent> ask(BucketReader bucket, String contents) {
    try {
      return bucket
          .head(keyBelow(contents))
          .map(facts -> new KnownContent(topHash, md5, facts.size(), facts.etag(), facts.kms()));
    } catch (S3Failure failure) {
      throw failure.toJobFailure();
    }
  }

  /** Returns text that {@link #parse} reads; equal only for equal names. */
  String toText() {
    return topHash + "/" + md5;
  }

  static ContentName parse(String text) {
    int slash = text.indexOf('/');
    return new ContentName(text.substring(0, slash), text.substring(slash + 1));
  }
}
