package org.assetstager.snapshot;

import java.io.Serializable;
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
 */
public record SnapshotRequest(
    String root, String topHash, String out, @Nullable String classId, @Nullable String asset)
    implements Serializable {}
