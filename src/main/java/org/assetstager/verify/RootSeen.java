package org.assetstager.verify;

import org.assetstager.files.Host;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * A root, or a mount point below it, as a host saw it.
 *
 * @param root as the manifest gives it
 * @param mountPoint absolute, without symbolic links; null for the root itself
 * @param realPath where the root, or the mount point, leads to
 * @param inode unsigned
 * @param host as {@link Host#name} has it
 */
public record RootSeen(
    String root, @Nullable String mountPoint, String realPath, long inode, String host) {
  public static final RecordCodec<RootSeen> CODEC = RecordCodec.of(RootSeen.class);

  AssetRoot.Seen seen() {
    return new AssetRoot.Seen(realPath, inode);
  }
}
