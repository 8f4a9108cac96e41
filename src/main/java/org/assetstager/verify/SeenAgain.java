package org.assetstager.verify;

import java.util.HashMap;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * Looks at files that a run has seen, without reading a byte of them: whether each is now exactly
 * what it was then. Files are opened for reading alone, because only an open makes a file server
 * tell what is there now, and because only an opened file tells whether a link led to it. Safe for
 * many threads.
 */
public final class SeenAgain {
  /** Of more lost roots some are looked at more than once. */
  private static final int MOST_LOST = 1000;

  private final Roots roots;
  private final RootsSeen.Collector seen;
  private final Map<String, String> lost = new HashMap<>();

  /**
   * Makes what a task looks with.
   *
   * @param seen gets what is seen of the roots
   */
  public SeenAgain(Roots roots, RootsSeen.Collector seen) {
    this.roots = roots;
    this.seen = seen;
  }

  /** What has become of a file. */
  public enum Change {
    /** It has exactly the facts that it had. */
    NONE,
    /** No regular file is at the path. */
    GONE,
    /** A symbolic link is on the way below the root, or in the file's place. */
    LINKED,
    /** It has other facts. */
    ALTERED,
    /** It can't be opened. */
    UNREADABLE,
    /** Its root, or a mount point below it, isn't what it should be on this host. */
    UNREACHABLE
  }

  /**
   * What was found.
   *
   * @param detail in words, or null
   */
  public record Found(Change change, @Nullable String detail) {}

  /**
   * Returns where a root leads, all links followed; null where it can't be looked at, which {@link
   * #look} tells of its files.
   */
  public @Nullable String realPath(String root) {
    AssetRoot found = find(root);
    return found == null ? null : found.realPath().toString();
  }

  private @Nullable AssetRoot find(String root) {
    synchronized (lost) {
      if (lost.containsKey(root)) {
        return null;
      }
    }
    try {
      return roots.of(root);
    } catch (JobFailure e) {
      synchronized (lost) {
        if (lost.size() < MOST_LOST) {
          lost.put(root, String.valueOf(e.getMessage()));
        }
      }
      return null;
    }
  }

  private @Nullable String whyLost(String root) {
    synchronized (lost) {
      return lost.get(root);
    }
  }

  /**
   * Looks at a file.
   *
   * @param root absolute
   * @param path relative to the root
   * @param before its facts, all of them
   */
  public Found look(String root, String path, SeenFacts before) {
    AssetRoot found = find(root);
    if (found == null) {
      return new Found(Change.UNREACHABLE, whyLost(root));
    }
    seen.add(found);
    try (GuardedFile file = GuardedFile.openUnlinked(found, path)) {
      if (file == null) {
        return new Found(Change.LINKED, null);
      }
      seen.addMountPoints(found, found.realPath().resolve(path));
      return new Found(
          SeenFacts.of(file.factsWhenOpened()).equals(before) ? Change.NONE : Change.ALTERED, null);
    } catch (FileRefusedException e) {
      return refused(e);
    } catch (JobFailure e) {
      return new Found(Change.UNREACHABLE, e.getMessage());
    }
  }

  private static Found refused(FileRefusedException e) {
    return switch (e.verdict()) {
      case DELETED -> new Found(Change.GONE, e.getMessage());
      case OUTSIDE_ROOT -> new Found(Change.LINKED, e.getMessage());
      default -> new Found(Change.UNREADABLE, e.getMessage());
    };
  }
}
