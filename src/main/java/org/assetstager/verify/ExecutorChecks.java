package org.assetstager.verify;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.broadcast.Broadcast;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;

/**
 * What each executor's JVM makes sure of before its first row: that file names can be asked for,
 * that every root is the directory that the driver saw and an allowed one, and that the run's
 * folder is the driver's. So a missing mount never looks like deleted files, and no result is
 * written where nobody reads it.
 */
public final class ExecutorChecks implements Serializable {
  /** More runs at a time in one JVM look at their roots more than once. */
  private static final int MOST_PASSED = 8;

  private static final ConcurrentHashMap<String, Map<String, AssetRoot>> PASSED =
      new ConcurrentHashMap<>();

  private final RunFolder folder;
  private final String nonce;
  private final Broadcast<Map<String, AssetRoot.Seen>> seen;
  private final List<String> allowedRoots;

  /** Of this attempt at the run alone, whatever came before it in the same JVM. */
  private final String attempt = UUID.randomUUID().toString();

  /**
   * Prepares the checks on the driver.
   *
   * @param nonce of the run's description
   * @param seen the roots of the manifest, and what the driver saw of them
   * @param allowedRoots absolute directories; empty allows every root
   */
  public ExecutorChecks(
      RunFolder folder,
      String nonce,
      Broadcast<Map<String, AssetRoot.Seen>> seen,
      List<String> allowedRoots) {
    this.folder = folder;
    this.nonce = nonce;
    this.seen = seen;
    this.allowedRoots = List.copyOf(allowedRoots);
  }

  /**
   * Makes the checks, once in a JVM and an attempt at the run.
   *
   * @return the roots by their paths
   * @throws JobFailure naming the host and the remedy
   */
  public Map<String, AssetRoot> roots() {
    // A run that is resumed in the same JVM may meet file systems that were mounted anew.
    Map<String, AssetRoot> roots = PASSED.computeIfAbsent(attempt, unused -> check());
    if (PASSED.size() > MOST_PASSED) {
      PASSED.keySet().retainAll(Set.of(attempt));
    }
    return roots;
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
    seen.value()
        .forEach((root, expected) -> roots.put(root, AssetRoot.open(root, expected, allowedRoots)));
    return Map.copyOf(roots);
  }
}
