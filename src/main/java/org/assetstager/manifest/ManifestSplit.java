package org.assetstager.manifest;

/**
 * A share of a JSON Lines file: the rows whose first byte lies in {@code [start, end)}.
 *
 * @param end {@link Long#MAX_VALUE} where the file is compressed and can't be split
 */
record ManifestSplit(String file, long start, long end) {}
