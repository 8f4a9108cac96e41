package org.assetstager.upload;

import org.assetstager.asset.Md5;

/**
 * A recorded part that this run sent.
 *
 * @param md5 by which the store has taken it
 * @param etag as S3 gave it; not the MD5, as under SSE-KMS
 */
record RecordedPart(Md5 md5, String etag) {}
