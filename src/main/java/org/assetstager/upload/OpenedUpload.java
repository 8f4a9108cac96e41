package org.assetstager.upload;

/**
 * An upload to send parts to.
 *
 * @param stored the parts that it has already
 */
record OpenedUpload(OpenUpload upload, StoredParts.Stored stored) {}
