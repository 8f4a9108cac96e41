package org.assetstager.verify;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.Host;
import org.assetstager.files.MountTable;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;

/**
 * The roots that the tasks of one attempt open: only those of their rows, each once in a JVM.
 * Before its first root, a JVM checks that it can use all file names and that it sees the driver's
 * run folder, so that it doesn't write results where nobody reads them. What the scan saw is
 * compared with what the driver sees, so that a missing mount never looks like deleted files. Safe
 * for many threads.
 */
public final class Roots implements Serializable {
  private static final long serialVersionUID = 1;

  /** More attempts at a time in one JVM look at their roots more than once. */
  private static final int MOST_ATTEMPTS = 8;

  /** Some megabytes; of more roots some are looked at more than once. */
  private static final int MOST_OPEN = 10_000;

  private static final ConcurrentHashMap<String, Opened> OPENED = new ConcurrentHashMap<>();

  private final RunFolder folder;
  private final String nonce;
  private final List<String> allowedRoots;
  private final List<String> driversMountPoints;

  /** Belongs to this attempt only, not to earlier ones in the same JVM. */
  private final String attempt = UUID.randomUUID().toString();

  Roots(
      RunFolder folder, String nonce, List<String> allowedRoots, List<String> driversMountPoints) {
    this.folder = folder;
    this.nonce = nonce;
    this.allowedRoots = List.copyOf(allowedRoots);
    this.driversMountPoints = List.copyOf(driversMountPoints);
  }

  /**
   * Prepares an attempt at a run, on the driver.
   *
   * @param allowedRoots as {@link AssetRoot#requireAllowed} has them
   */
  public static Roots ofRun(
      RunFolder folder, RunDescription description, List<String> allowedRoots) {
    JvmFileNames.requireUtf8();
    return new Roots(folder, description.nonce(), allowedRoots, MountTable.read().mountPoints());
  }

  /** What a JVM has looked at in an attempt. */
  private record Opened(MountTable here, MountTable driver, Map<String, AssetRoot> roots) {}

  /**
   * Returns a root, for the scan; what this host sees of it is compared with the driver by {@link
   * #compare}.
   *
   * @param path absolute
   * @throws JobFailure of kind SYSTEM if it is no directory here, of kind INPUT if it isn't allowed
   */
  public AssetRoot of(String path) {
    Opened opened = opened();
    AssetRoot root = opened.roots().get(path);
    if (root == null) {
      root = AssetRoot.open(path, opened.here(), opened.driver());
      root.requireAllowed(allowedRoots);
      keep(opened, path, root);
    }
    return root;
  }

  /**
   * Returns a root that the scan has seen.
   *
   * @param path absolute
   * @param expected what it saw
   * @throws JobFailure of kind SYSTEM if it isn't the same directory here, or isn't allowed here
   */
  public AssetRoot of(String path, AssetRoot.Seen expected) {
    Opened opened = opened();
    AssetRoot root = opened.roots().get(path);
    if (root == null || !root.seen().equals(expected)) {
      root = AssetRoot.open(path, opened.here(), opened.driver());
      root.requireSame(expected, allowedRoots);
      keep(opened, path, root);
    }
    return root;
  }

  /** Returns the root of a candidate, as {@link #of(String, AssetRoot.Seen)} does. */
  public AssetRoot of(Candidate candidate) {
    return of(Objects.requireNonNull(candidate.found().row().root()), candidate.rootSeen());
  }

  private static void keep(Opened opened, String path, AssetRoot root) {
    if (opened.roots().size() >= MOST_OPEN) {
      opened.roots().clear();
    }
    opened.roots().put(path, root);
  }

  private Opened opened() {
    // A run that is resumed in the same JVM may meet file systems that were mounted anew.
    Opened opened = OPENED.get(attempt);
    if (opened == null) {
      opened = OPENED.computeIfAbsent(attempt, unused -> check());
      if (OPENED.size() > MOST_ATTEMPTS) {
        OPENED.keySet().retainAll(Set.of(attempt));
      }
    }
    return opened;
  }

  private Opened check() {
    JvmFileNames.requireUtf8();
    RunDescription run = RunDescription.find(folder).orElse(null);
    if (run == null || !run.nonce().equals(nonce)) {
      throw JobFailure.system(
          "The run's folder "
              + folder.location()
              + " is not the driver's on "
              + Host.name()
              + ": "
              + (run == null ? "it is empty there" : "it belongs to another run"),
          "Set ledger.path, or the --out of a snapshot, to a file system that driver and executors"
              + " share");
    }
    return new Opened(
        MountTable.read(), MountTable.ofMountPoints(driversMountPoints), new ConcurrentHashMap<>());
  }

  /**
   * Compares what tasks saw of roots, and of mount points below them, with what the driver sees.
   * Call it before a row of these tasks becomes final, and before anything is read.
   *
   * @throws JobFailure of kind SYSTEM, naming the host and the root, if a host saw another
   *     directory or if the driver can't reach one; of kind INPUT if a root isn't allowed
   */
  public void compare(Iterable<RootsSeen> tasks) {
    try (RootsComparison comparison = new RootsComparison(allowedRoots)) {
      tasks.forEach(task -> task.forEach(comparison::add));
      comparison.finish();
    }
  }
}
