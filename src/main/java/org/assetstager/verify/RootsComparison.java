package org.assetstager.verify;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assetstager.files.Host;
import org.assetstager.files.MountTable;
import org.assetstager.spark.Daemons;

/**
 * Compares, on the driver, what tasks saw of roots with what the driver sees. It looks at several
 * roots at a time: looks wait for file servers, and there may be a hundred thousand. Belongs to one
 * thread.
 */
final class RootsComparison implements AutoCloseable {
  private static final int THREADS = 16;

  /** Roots that are looked at ahead of their comparison. */
  private static final int MOST_AHEAD = 1_000;

  /** Some megabytes; of more roots some are looked at more than once. */
  private static final int MOST_OPEN = 10_000;

  private final List<String> allowedRoots;
  private final MountTable here = MountTable.read();
  private final ExecutorService pool =
      Executors.newFixedThreadPool(THREADS, Daemons.threads("compare-roots"));
  private final Map<String, Future<AssetRoot>> own = new HashMap<>();
  private final List<RootSeen> waiting = new ArrayList<>();

  /**
   * Begins with nothing.
   *
   * @param allowedRoots as {@link AssetRoot#requireAllowed} has them
   */
  RootsComparison(List<String> allowedRoots) {
    this.allowedRoots = List.copyOf(allowedRoots);
  }

  /**
   * Adds what a task saw, and may compare what was added so far.
   *
   * @throws org.assetstager.asset.JobFailure as {@link Roots#compare} does
   */
  void add(RootSeen seen) {
    own.computeIfAbsent(seen.root(), root -> pool.submit(() -> open(root)));
    waiting.add(seen);
    if (waiting.size() == MOST_AHEAD) {
      finish();
    }
  }

  /**
   * Compares what is left.
   *
   * @throws org.assetstager.asset.JobFailure as {@link Roots#compare} does
   */
  void finish() {
    for (RootSeen seen : waiting) {
      compare(seen, result(Objects.requireNonNull(own.get(seen.root()))));
    }
    waiting.clear();
    if (own.size() + MOST_AHEAD > MOST_OPEN) {
      own.clear();
    }
  }

  private AssetRoot open(String path) {
    AssetRoot root = AssetRoot.open(path, here, MountTable.EMPTY);
    root.requireAllowed(allowedRoots);
    return root;
  }

  private static AssetRoot result(Future<AssetRoot> look) {
    try {
      // What has ended is returned to an interrupted thread too.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return look.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Looking at the roots was interrupted");
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void compare(RootSeen elsewhere, AssetRoot root) {
    String mountPoint = elsewhere.mountPoint();
    String what = mountPoint == null ? AssetRoot.ROOT : AssetRoot.MOUNT_POINT;
    Path path = mountPoint == null ? root.path() : Path.of(mountPoint);
    AssetRoot.Seen here;
    try {
      here = mountPoint == null ? root.seen() : AssetRoot.seenAt(path);
    } catch (IOException e) {
      throw AssetRoot.lost(what, path, Host.name(), SystemErrors.describe(e), e);
    }
    String difference = AssetRoot.difference(here, elsewhere.seen());
    if (difference != null) {
      throw AssetRoot.lost(what, path, elsewhere.host(), difference, null);
    }
  }

  /** Ends looks that nobody waits for. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
