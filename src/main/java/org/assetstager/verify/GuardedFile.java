package org.assetstager.verify;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import org.assetstager.files.FileFacts;
import org.assetstager.files.OpenFile;
import org.assetstager.files.UnixFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A regular file inside a root, open for reading. It is checked again once it is open, so that
 * replacing it meanwhile gains nothing: the job never reads a byte outside the root, and never
 * waits for a FIFO.
 */
public final class GuardedFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedFile.class);

  private final LocatedFile located;
  private final FileChannel channel;
  private final FileFacts factsWhenOpened;

  private GuardedFile(LocatedFile located, FileChannel channel, FileFacts factsWhenOpened) {
    this.located = located;
    this.channel = channel;
    this.factsWhenOpened = factsWhenOpened;
  }

  /**
   * Opens a file.
   *
   * @param path relative to the root
   * @throws FileRefusedException if it isn't a regular file inside the root, or can't be read
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if the root is lost
   */
  public static GuardedFile open(AssetRoot root, String path) throws FileRefusedException {
    GuardedFile ordinary = openOrdinary(root, path);
    return ordinary == null ? open(LocatedFile.find(root, path)) : ordinary;
  }

  /**
   * As {@link #open(AssetRoot, String)}, but of a file that no symbolic link below the root leads
   * to.
   *
   * @return null where a link does
   */
  static @Nullable GuardedFile openUnlinked(AssetRoot root, String path)
      throws FileRefusedException {
    GuardedFile ordinary = openOrdinary(root, path);
    if (ordinary != null) {
      return ordinary;
    }
    LocatedFile located = LocatedFile.find(root, path);
    return located.realPath().equals(located.path()) ? open(located) : null;
  }

  /**
   * Opens a regular file that no symbolic link leads to, with few system calls.
   *
   * @return null where it isn't certain that this is one; nothing has been read then
   */
  private static @Nullable GuardedFile openOrdinary(AssetRoot root, String relativePath) {
    try {
      LocatedFile located = LocatedFile.assume(root, relativePath);
      if (located == null) {
        return null;
      }
      OpenFile file = UnixFiles.openForReading(located.path());
      try {
        FileFacts facts = UnixFiles.facts(file.link());
        if (facts.isRegularFile() && file.realPath().equals(located.path())) {
          return new GuardedFile(located, file.channel(), facts);
        }
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
      file.close();
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Opens a file that was found; by now it may be another one. */
  static GuardedFile open(LocatedFile located) throws FileRefusedException {
    try {
      OpenFile file = UnixFiles.openForReading(located.realPath());
      try {
        FileFacts facts = UnixFiles.facts(file.link());
        LocatedFile.requireRegularFile(facts);
        LocatedFile.requireInside(located.root(), file.realPath());
        return new GuardedFile(located, file.channel(), facts);
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (FileRefusedException e) {
      throw e;
    } catch (IOException e) {
      throw LocatedFile.explain(located.root(), located.path(), e);
    }
  }

  /** Returns the opened file's facts of before the first read. */
  public FileFacts factsWhenOpened() {
    return factsWhenOpened;
  }

  /**
   * Returns the facts of what is at the path now: another inode than {@link #factsWhenOpened} has
   * means that the file was replaced. Unless the file system is known to be local, the path is
   * opened again and the opened file is looked at, because only an open makes NFS ask its server
   * (close-to-open consistency, nfs(5)). The file itself may be closed.
   *
   * @throws FileRefusedException if there is no regular file inside the root any more
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if the root is lost
   */
  public FileFacts factsNow() throws FileRefusedException {
    FileFacts same = factsIfSame();
    if (same != null) {
      return same;
    }
    LocatedFile now = LocatedFile.find(located.root(), located.relativePath());
    try (OpenFile again = UnixFiles.openForReading(now.realPath())) {
      return UnixFiles.facts(again.link());
    } catch (IOException e) {
      throw LocatedFile.explain(now.root(), now.path(), e);
    }
  }

  /**
   * Returns the facts of the file at the path where it is the opened one, which was found inside
   * the root, with the content that it had then; else null.
   */
  private @Nullable FileFacts factsIfSame() {
    try {
      FileFacts facts = UnixFiles.facts(located.realPath(), LinkOption.NOFOLLOW_LINKS);
      boolean local = located.root().local() && facts.device() == located.root().device();
      if (facts.isRegularFile() && !local) {
        try (OpenFile again = UnixFiles.openForReading(located.realPath())) {
          facts = UnixFiles.facts(again.link());
        }
      }
      return facts.sameContent(factsWhenOpened) ? facts : null;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Returns the channel to read from, which {@link #close} closes. An interrupt of a reading thread
   * closes it too.
   */
  public FileChannel channel() {
    return channel;
  }

  /**
   * Closes the file. If that fails, as some file systems let it, what was read stays right: nothing
   * was written.
   */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("'{}' could not be closed", located.path(), e);
    }
  }
}
