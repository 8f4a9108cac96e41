package org.assetstager.manifest;

import java.io.Serializable;

/**
 * A share of a manifest file: the rows whose first byte, in Parquet the row groups whose middle,
 * lies in {@code [start, end)}.
 *
 * @param end {@link Long#MAX_VALUE} where the file is compressed as a whole and can't be split
 */
record ManifestSplit(ManifestFile source, long start, long end) implements Serializable {
  /** Returns the path of the manifest file. */
  String file() {
    return source.path();
  }
}
