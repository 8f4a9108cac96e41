package org.assetstager.files;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.assetstager.files.UnixCalls.OpenException;

/**
 * Opens files and directories without ever blocking. Checking before the open isn't enough: if a
 * FIFO replaces the file in between, the open would wait for a writer, maybe for ever.
 */
public final class UnixFiles {
  // Flags of open(2), as all of Linux's architectures that Java runs on have them; the flags that
  // differ come from the JVM.
  private static final int NON_BLOCKING = 04000;
  private static final int NO_TERMINAL = 0400;
  private static final int CLOSE_ON_EXEC = 02000000;

  /** Links to this JVM's open files, proc(5). */
  private static final String DESCRIPTORS = "/proc/self/fd";

  /** EAGAIN, errno(3). */
  private static final int TRY_AGAIN = 11;

  /** As long as the system gives a lease holder by default: lease-break-time, proc(5). */
  private static final long LEASE_BREAK_NANOS = 45_000_000_000L;

  private static final long LEASE_LOOK_NANOS = 20_000_000L;

  /** {@code nfs_sillyrename}, fs/nfs/unlink.c of Linux. */
  private static final Pattern REMOVED_ON_NFS = Pattern.compile("\\.nfs[0-9a-f]{24}");

  private UnixFiles() {}

  /**
   * Returns the facts of what is at a path, by {@code stat(2)}, or {@code lstat(2)} with {@link
   * LinkOption#NOFOLLOW_LINKS}.
   *
   * @throws IOException the system's error
   */
  public static FileFacts facts(Path path, LinkOption... options) throws IOException {
    return UnixCalls.get().facts(Files.readAttributes(path, PosixFileAttributes.class, options));
  }

  /**
   * Whether a file name is what an NFS client calls a file that was removed while a program still
   * has it open. The file goes when that program ends.
   */
  public static boolean isRemovedOnNfs(String name) {
    return REMOVED_ON_NFS.matcher(name).matches();
  }

  /**
   * Opens a file for reading, with {@code O_NONBLOCK}, and without following a link in the last
   * part of the path. What turns out to be no regular file is open all the same: it has no content,
   * and reading it doesn't wait either.
   *
   * @throws IOException the system's error
   */
  public static OpenFile openForReading(Path path) throws IOException {
    UnixCalls calls = UnixCalls.get();
    int number = open(calls, path);
    return new OpenFile(new FileInputStream(calls.descriptor(number)).getChannel(), linkTo(number));
  }

  private static Path linkTo(int number) {
    return Path.of(DESCRIPTORS, Integer.toString(number));
  }

  /**
   * Opens a regular file for reading, links followed.
   *
   * @return at the file's first byte; the caller closes it
   * @throws IOException the system's error, or if it is no regular file
   */
  public static FileInputStream openRegularFile(Path path) throws IOException {
    UnixCalls calls = UnixCalls.get();
    int number = open(calls, path.toRealPath());
    FileInputStream opened = new FileInputStream(calls.descriptor(number));
    if (Files.isRegularFile(linkTo(number))) {
      return opened;
    }
    opened.close();
    throw new FileSystemException(path.toString(), null, "It is not a regular file");
  }

  /**
   * Opens a directory to list it, without following a link in the last part of its path.
   *
   * @return what is in the directory; the caller closes it
   * @throws java.nio.file.NotDirectoryException if it is something else
   * @throws IOException the system's error
   */
  @SuppressWarnings("StreamResourceLeak") // OpenDirectory closes it
  public static OpenDirectory openDirectory(Path path) throws IOException {
    UnixCalls calls = UnixCalls.get();
    int number = open(calls, path);
    // Java opens directories in its own way, which would wait for a FIFO: not for this one.
    try (FileInputStream opened = new FileInputStream(calls.descriptor(number))) {
      Path link = linkTo(number);
      if (!Files.isDirectory(link)) {
        throw new NotDirectoryException(path.toString());
      }
      return new OpenDirectory(path, Files.readSymbolicLink(link), Files.newDirectoryStream(link));
    }
  }

  private static int open(UnixCalls calls, Path path) throws IOException {
    long begin = System.nanoTime();
    while (true) {
      try {
        return calls.open(path, NON_BLOCKING | NO_TERMINAL | CLOSE_ON_EXEC | calls.noFollow());
      } catch (OpenException e) {
        // A file server holds a lease and has been asked to give it back, fcntl(2).
        if (e.errno() != TRY_AGAIN || System.nanoTime() - begin > LEASE_BREAK_NANOS) {
          throw e.error();
        }
        LockSupport.parkNanos(LEASE_LOOK_NANOS);
        if (Thread.currentThread().isInterrupted()) {
          throw e.error();
        }
      }
    }
  }
}
