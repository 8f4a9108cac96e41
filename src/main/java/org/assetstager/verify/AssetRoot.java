package org.assetstager.verify;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * An asset's root directory as this host saw it at the start. A root that is another directory
 * later, or none, is a missing mount, which must never look like deleted files.
 *
 * @param path as the manifest gives it, absolute
 * @param realPath without symbolic links
 * @param inode unsigned; the same on every host that shares the file system
 * @param device comparable on this host only
 * @param local whether its file system is known to be on this host alone, so that {@code stat}
 *     tells the truth without an open
 */
public record AssetRoot(Path path, Path realPath, long inode, long device, boolean local) {
  private static final Set<String> LOCAL_FILE_SYSTEMS =
      Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs");

  /**
   * Looks at a root.
   *
   * @param path absolute
   * @throws JobFailure of kind SYSTEM if it is no directory or can't be reached
   */
  public static AssetRoot open(String path) {
    Path given = Path.of(path);
    try {
      Path realPath = given.toRealPath();
      FileFacts facts = FileFacts.ofPath(realPath);
      if (!facts.isDirectory()) {
        throw lost(given, "it is " + facts.kind() + ", no directory", null);
      }
      return new AssetRoot(given, realPath, facts.inode(), facts.device(), isLocal(realPath));
    } catch (IOException e) {
      throw lost(given, SystemErrors.describe(e), e);
    }
  }

  private static boolean isLocal(Path realPath) {
    try {
      return LOCAL_FILE_SYSTEMS.contains(Files.getFileStore(realPath).type());
    } catch (IOException e) {
      // The list of mounts doesn't show every container's file system.
      return false;
    }
  }

  /**
   * What one host tells the others of a root. An inode alone isn't enough: it is one among those of
   * its file system only, and the topmost directory of most has the same one.
   *
   * @param realPath {@link AssetRoot#realPath}
   * @param inode {@link AssetRoot#inode}
   */
  public record Seen(String realPath, long inode) implements Serializable {}

  /** Returns what the other hosts have to see too. */
  public Seen seen() {
    return new Seen(realPath.toString(), inode);
  }

  /**
   * Looks at a root that the driver has seen.
   *
   * @param expected what the driver saw
   * @param allowedRoots as {@link #requireAllowed} has them
   * @throws JobFailure of kind SYSTEM if it isn't the same directory here, or isn't allowed here
   */
  public static AssetRoot open(String path, Seen expected, List<String> allowedRoots) {
    AssetRoot root = open(path);
    String found = root.realPath.toString();
    if (!root.isAllowed(allowedRoots)) {
      throw lost(
          root.path, "it leads to " + found + ", not below one of manifest.allowed-roots", null);
    }
    if (!found.equals(expected.realPath())) {
      throw lost(
          root.path,
          "it leads to " + found + ", on the driver's host to " + expected.realPath(),
          null);
    }
    if (root.inode != expected.inode()) {
      throw lost(root.path, inodes(expected.inode(), root.inode) + " on the driver's host", null);
    }
    return root;
  }

  /**
   * Makes sure that the directory is an allowed one, or below one, with all links followed: what
   * the manifest says is only a name.
   *
   * @param allowedRoots absolute directories; empty allows every root
   * @throws JobFailure of kind INPUT if it isn't
   */
  public void requireAllowed(List<String> allowedRoots) {
    if (!isAllowed(allowedRoots)) {
      throw JobFailure.input(
          "The root '"
              + path
              + "' leads to "
              + realPath
              + ", not below one of manifest.allowed-roots",
          "Remove its rows from the manifest, or allow where it leads to");
    }
  }

  private boolean isAllowed(List<String> allowedRoots) {
    return allowedRoots.isEmpty() || allowedRoots.stream().anyMatch(this::isWithin);
  }

  private boolean isWithin(String directory) {
    try {
      return realPath.startsWith(Path.of(directory).toRealPath());
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw lost(Path.of(directory), SystemErrors.describe(e), e);
    }
  }

  /**
   * Makes sure that the root is still the directory that it was; to be asked before a file below it
   * is called deleted or unreadable.
   *
   * @throws JobFailure of kind SYSTEM if it isn't
   */
  public void requireAlive() {
    FileFacts facts;
    try {
      facts = FileFacts.ofPath(path);
    } catch (IOException e) {
      throw lost(path, SystemErrors.describe(e), e);
    }
    if (facts.inode() != inode || facts.device() != device) {
      throw lost(path, inodes(inode, facts.inode()) + " at the start", null);
    }
  }

  private static String inodes(long expected, long found) {
    return "it is another directory (inode "
        + Long.toUnsignedString(found)
        + ") than the one (inode "
        + Long.toUnsignedString(expected)
        + ") seen";
  }

  private static JobFailure lost(Path path, String reason, @Nullable IOException cause) {
    String problem =
        "The root '" + path + "' is not what it should be on " + Host.name() + ": " + reason;
    String remedy =
        "Mount its file system there, readable by the job's user, and run again with --resume";
    return cause == null
        ? JobFailure.system(problem, remedy)
        : JobFailure.system(problem, remedy, cause);
  }
}
