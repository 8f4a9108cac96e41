package org.assetstager.snapshot;

import java.io.Serializable;
import java.util.List;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.TopHash;
import org.assetstager.manifest.ListFormat;
import org.jspecify.annotations.Nullable;

/**
 * What to write a manifest of, and how.
 *
 * @param root directory on the file system that driver and executors share; made absolute
 * @param topHash the namespace of every row
 * @param out folder for the manifest, on a Hadoop file system that can create a file only if it
 *     isn't there
 * @param classId of every row, or null
 * @param asset of every row, or null
 * @param since manifests, as {@code stage --manifest} takes them, and folders of finished runs: a
 *     file that is as it was there keeps its MD5 and isn't read
 * @param list names the files to take; null takes all that are below the root
 * @param hashed whether files without an MD5 of earlier are read, for their MD5s
 */
public record SnapshotRequest(
    String root,
    String topHash,
    String out,
    @Nullable String classId,
    @Nullable String asset,
    List<String> since,
    @Nullable ListOption list,
    boolean hashed)
    implements Serializable {
  /**
   * Copies the list.
   *
   * @throws JobFailure of kind INPUT if {@code topHash} is none
   */
  public SnapshotRequest {
    since = List.copyOf(since);
    try {
      new TopHash(topHash);
    } catch (IllegalArgumentException e) {
      throw JobFailure.input(String.valueOf(e.getMessage()), "Name another --top-hash", e);
    }
  }

  /**
   * Where a list of files is.
   *
   * @param place a file of any Hadoop file system, or {@code -} for standard input
   */
  public record ListOption(String place, ListFormat format) implements Serializable {
    boolean isStandardInput() {
      return place.equals(SpooledList.STANDARD_INPUT);
    }
  }
}
