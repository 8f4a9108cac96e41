package org.assetstager.upload;

import org.assetstager.spark.RecordCodec;

/**
 * A part that is in staging, sent by any attempt.
 *
 * @param partIndex 0 for the first; S3's part number less one
 * @param partEtag as S3 gave it
 * @param partMd5 of the bytes as they were read here: 32 lower-case hex digits
 */
public record SentPart(int partIndex, String partEtag, String partMd5) {
  public static final RecordCodec<SentPart> CODEC = RecordCodec.of(SentPart.class);
}
