package org.assetstager.verify;

import com.google.common.collect.Iterators;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.FileFacts;
import org.assetstager.files.Host;
import org.assetstager.files.MountTable;
import org.assetstager.files.OpenDirectory;
import org.assetstager.files.UnixFiles;
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
 * @param mountPoints where other file systems are mounted below it, on this host or the driver's,
 *     without symbolic links
 */
public record AssetRoot(
    Path path, Path realPath, long inode, long device, boolean local, List<Path> mountPoints) {
  static final String ROOT = "root";
  static final String MOUNT_POINT = "mount point";

  private static final Set<String> LOCAL_FILE_SYSTEMS =
      Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs");

  /**
   * Looks at a root.
   *
   * @param path absolute
   * @throws JobFailure of kind SYSTEM if it is no directory or can't be reached
   */
  public static AssetRoot open(String path) {
    return open(path, MountTable.read(), MountTable.EMPTY);
  }

  /**
   * Looks at a root.
   *
   * @param here what is mounted on this host
   * @param driver what is mounted on the driver's
   */
  static AssetRoot open(String path, MountTable here, MountTable driver) {
    Path given;
    try {
      given = Path.of(path);
    } catch (InvalidPathException e) {
      throw JobFailure.system(
          "The root '" + path + "' can't be a path on " + Host.name() + ": " + e.getReason(),
          "Correct the root in the manifest and stage again");
    }
    try {
      Path realPath = given.toRealPath();
      FileFacts facts = UnixFiles.facts(realPath);
      if (!facts.isDirectory()) {
        throw lost(given, "it is " + facts.kind() + ", not a directory", null);
      }
      String type = here.typeAt(realPath, facts.device());
      return new AssetRoot(
          given,
          realPath,
          facts.inode(),
          facts.device(),
          type != null && LOCAL_FILE_SYSTEMS.contains(type),
          Stream.concat(here.below(realPath).stream(), driver.below(realPath).stream())
              .distinct()
              .map(Path::of)
              .toList());
    } catch (IOException e) {
      throw lost(given, SystemErrors.describe(e), e);
    }
  }

  /**
   * Makes sure that a root can be looked at, and is an allowed one.
   *
   * @param path absolute
   * @param allowedRoots as {@link #requireAllowed} has them
   * @throws JobFailure if it is no directory, can't be read or isn't allowed
   */
  public static void tryOut(String path, List<String> allowedRoots) {
    AssetRoot root = open(path);
    root.requireAllowed(allowedRoots);
    try (OpenDirectory directory = UnixFiles.openDirectory(root.realPath())) {
      Iterators.advance(directory, 1);
    } catch (DirectoryIteratorException e) {
      IOException cause = Objects.requireNonNull(e.getCause());
      throw lost(root.path(), SystemErrors.describe(cause), cause);
    } catch (IOException e) {
      throw lost(root.path(), SystemErrors.describe(e), e);
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
   * Makes sure that this is the directory that another host has seen.
   *
   * @param expected what it saw
   * @param allowedRoots as {@link #requireAllowed} has them
   * @throws JobFailure of kind SYSTEM if it isn't the same directory here, or isn't allowed here
   */
  public void requireSame(Seen expected, List<String> allowedRoots) {
    if (!isAllowed(allowedRoots)) {
      throw lost(
          path, "it leads to " + realPath + ", not below one of manifest.allowed-roots", null);
    }
    String difference = difference(expected, seen());
    if (difference != null) {
      throw lost(path, difference, null);
    }
  }

  /** Returns how what a host found differs from what the driver's saw, in words; null if not. */
  static @Nullable String difference(Seen expected, Seen found) {
    if (!found.realPath().equals(expected.realPath())) {
      return "it leads to " + found.realPath() + ", on the driver's host to " + expected.realPath();
    }
    return found.inode() == expected.inode()
        ? null
        : inodes(expected.inode(), found.inode()) + " on the driver's host";
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
          "Remove its rows from the manifest, or allow the directory that it leads to");
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
      facts = UnixFiles.facts(path);
    } catch (IOException e) {
      throw lost(path, SystemErrors.describe(e), e);
    }
    if (facts.inode() != inode || facts.device() != device) {
      throw lost(path, inodes(inode, facts.inode()) + " at the start", null);
    }
  }

  /**
   * Makes sure that what is mounted at or above a path, on this host or the driver's, is mounted
   * here now; to be asked before a file is called deleted.
   *
   * @param reached absolute, without symbolic links
   * @throws JobFailure of kind SYSTEM if it isn't
   */
  public void requireMounted(Path reached) {
    for (Path mountPoint : mountPoints) {
      if (reached.startsWith(mountPoint)) {
        try {
          seenAt(mountPoint);
        } catch (IOException e) {
          throw lost(MOUNT_POINT, mountPoint, Host.name(), SystemErrors.describe(e), e);
        }
        if (!MountTable.read().isMountPoint(mountPoint)) {
          throw lost(MOUNT_POINT, mountPoint, Host.name(), "nothing is mounted there", null);
        }
      }
    }
  }

  /**
   * Looks at what is mounted at a mount point.
   *
   * @throws IOException the system's error
   */
  static Seen seenAt(Path mountPoint) throws IOException {
    // What is mounted on demand is mounted by a look below, not by one at the directory: stat(2).
    FileFacts facts = UnixFiles.facts(mountPoint.resolve("."));
    return new Seen(mountPoint.toRealPath().toString(), facts.inode());
  }

  private static String inodes(long expected, long found) {
    return "it is another directory (inode "
        + Long.toUnsignedString(found)
        + ") than the one (inode "
        + Long.toUnsignedString(expected)
        + ") seen";
  }

  private static JobFailure lost(Path path, String reason, @Nullable IOException cause) {
    return lost(ROOT, path, Host.name(), reason, cause);
  }

  /**
   * Makes the failure of a root, or a mount point below one, that isn't what it should be.
   *
   * @param what {@link #ROOT} or {@link #MOUNT_POINT}
   * @param host where it isn't, as {@link Host#name} has it
   */
  static JobFailure lost(
      String what, Path path, String host, String reason, @Nullable IOException cause) {
    String problem =
        "The " + what + " '" + path + "' is not what it should be on " + host + ": " + reason;
    String remedy =
        "Mount its file system there, readable by the job's user, and run again with --resume";
    return cause == null
        ? JobFailure.system(problem, remedy)
        : JobFailure.system(problem, remedy, cause);
  }
}
