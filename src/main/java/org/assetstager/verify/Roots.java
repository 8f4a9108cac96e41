package org.assetstager.verify;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.ManifestSettings;

/** The roots that the tasks of one attempt at a run open, each once a JVM. */
public final class Roots implements Serializable {
  private static final int MOST_ATTEMPTS = 8;
  private static final ConcurrentHashMap<String, Map<String, AssetRoot>> OPENED =
      new ConcurrentHashMap<>();

  private final RunFolder folder;
  private final String nonce;
  private final List<String> allowedRoots;
  private final String attempt = UUID.randomUUID().toString();

  private Roots(RunFolder folder, String nonce, List<String> allowedRoots) {
    this.folder = folder;
    this.nonce = nonce;
    this.allowedRoots = allowedRoots;
  }

  /** Prepares to open roots. */
  public static Roots ofRun(
      RunFolder folder, RunDescription description, ManifestSettings manifest) {
    return new Roots(folder, description.nonce(), List.copyOf(manifest.allowedRoots()));
  }

  private Map<String, AssetRoot> opened() {
    Map<String, AssetRoot> opened = OPENED.computeIfAbsent(attempt, unused -> check());
    if (OPENED.size() > MOST_ATTEMPTS) {
      OPENED.keySet().retainAll(Set.of(attempt));
    }
    return opened;
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
    return new ConcurrentHashMap<>();
  }

  /** Opens a root for the scan. */
  public AssetRoot of(String path) {
    return opened()
        .computeIfAbsent(
            path,
            unused -> {
              AssetRoot root = AssetRoot.open(path);
              root.requireAllowed(allowedRoots);
              return root;
            });
  }

  /** Opens a root that the scan saw. */
  public AssetRoot of(String path, AssetRoot.Seen seen) {
    return opened().computeIfAbsent(path, unused -> AssetRoot.open(path, seen, allowedRoots));
  }

  /** Returns the roots that this JVM has opened. */
  public List<RootSeen> seenByThisTask() {
    return opened().entrySet().stream()
        .map(root -> new RootSeen(root.getKey(), root.getValue().seen(), Host.name()))
        .toList();
  }

  /** Compares what hosts saw with what the driver sees. */
  public void compare(Collection<RootSeen> roots) {
    Map<String, AssetRoot> own = new HashMap<>();
    for (RootSeen seen : roots) {
      AssetRoot root =
          own.computeIfAbsent(
              seen.root(),
              path -> {
                AssetRoot opened = AssetRoot.open(path);
                opened.requireAllowed(allowedRoots);
                return opened;
              });
      if (!root.seen().equals(seen.seen())) {
        throw JobFailure.system(
            "The root '" + seen.root() + "' is not on " + seen.host() + " what it is here",
            "Mount its file system there, and run again with --resume");
      }
    }
  }
}
