package org.assetstager.upload;

import java.util.List;
import org.assetstager.asset.Md5;

/**
 * An upload whose parts are all sent.
 *
 * @param etags as S3 gave them, in the parts' order
 * @param partMd5s in the parts' order
 */
record SentUpload(String uploadId, List<String> etags, List<Md5> partMd5s) {}
