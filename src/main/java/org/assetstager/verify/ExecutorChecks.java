package org.assetstager.verify;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.broadcast.Broadcast;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;

/**
 * What each executor's JVM makes sure of before its first row: that file names can be asked for,
 * that every root is the directory that the driver saw, and that the run's folder is the driver's.
 * So a missing mount never looks like deleted files, and no result is written where nobody reads
 * it.
 */
public final class ExecutorChecks implements Serializable {
  private static final ConcurrentHashMap<String, Map<String, AssetRoot>> PASSED =
      new ConcurrentHashMap<>();

  private final RunFolder folder;
  private final String nonce;
  private final Broadcast<Map<String, Long>> inodes;

  /**
   * Prepares the checks on the driver.
   *
   * @param nonce of the run's description
   * @param inodes the roots of the manifest and the inodes that the driver saw
   */
  public ExecutorChecks(RunFolder folder, String nonce, Broadcast<Map<String, Long>> inodes) {
    this.folder = folder;
    this.nonce = nonce;
    this.inodes = inodes;
  }

  /**
   * Makes the checks, once in a JVM and an attempt at the run.
   *
   * @return the roots by their paths
   * @throws JobFailure naming the host and the remedy
   */
  public Map<String, AssetRoot> roots() {
    // A run that is resumed in the same JVM may meet file systems that were mounted anew.
    return PASSED.computeIfAbsent(nonce + " " + inodes.id(), unused -> check());
  }

  private Map<String, AssetRoot> check() {
    JvmFileNames.requireUtf8();
    RunDescription run = folder.readJson(RunDescription.FILE, RunDescription.class).orElse(null);
    if (run == null || !run.nonce().equals(nonce)) {
      throw JobFailure.system(
          "The run's folder "
              + folder.location()
              + " is not the driver's on "
              + Host.name()
              + ": "
              + (run == null ? "it is empty there" : "it belongs to another run"),
          "Set ledger.path to a file system that driver and executors share");
    }
    Map<String, AssetRoot> roots = new HashMap<>();
    inodes.value().forEach((root, inode) -> roots.put(root, AssetRoot.open(root, inode)));
    return Map.copyOf(roots);
  }
}
