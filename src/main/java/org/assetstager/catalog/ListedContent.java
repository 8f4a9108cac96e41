package org.assetstager.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A content that one side holds.
 *
 * @param md5 32 lower-case hex digits, as the key says; whether the bytes have it is not known
 * @param size in bytes
 * @param etag without quotes, or null where the store gives none
 */
public record ListedContent(String topHash, String md5, long size, @Nullable String etag) {}
