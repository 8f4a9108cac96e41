package org.assetstager.catalog;

import org.assetstager.asset.Md5;
import org.jspecify.annotations.Nullable;

/**
 * The result of reading an object back.
 *
 * @param md5 of the bytes read
 * @param size how many they were
 * @param etag of the object they came from, without quotes, or null where the store gives none
 */
public record ObjectDigest(Md5 md5, long size, @Nullable String etag) {}
