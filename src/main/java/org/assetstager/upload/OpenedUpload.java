package org.assetstager.upload;

import java.util.Map;

/**
 * An upload to send parts to.
 *
 * @param sent ETags, as S3 gave them, of the parts that it has already, by index
 */
record OpenedUpload(OpenUpload upload, Map<Integer, String> sent) {}
