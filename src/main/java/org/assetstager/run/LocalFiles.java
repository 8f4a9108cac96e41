package org.assetstager.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hadoop's local file system, but for two things. Without its native library it starts a {@code
 * chmod} for every file and directory that it makes: here only for those that don't have the wanted
 * permissions, as they do where the process's umask is Hadoop's. And it says that a file isn't
 * there whatever keeps it from looking, such as a missing permission: here only where there is
 * none.
 */
final class LocalFiles extends RawLocalFileSystem {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);

  /** EPERM and others, by which file systems without hard links refuse one, link(2). */
  private static final Set<String> NO_LINKS =
      Set.of("Operation not permitted", "Operation not supported", "Function not implemented");

  private static final int MOST_OPENS = 10;

  private LocalFiles() {}

  /** Returns a file system that does the same as a given one. */
  static FileSystem inPlaceOf(FileSystem files) throws IOException {
    if (!files.getClass().equals(LocalFileSystem.class)) {
      return files;
    }
    FileSystem local = new LocalFileSystem(new LocalFiles());
    local.initialize(URI.create("file:///"), files.getConf());
    return local;
  }

  @Override
  public void setPermission(Path path, FsPermission permission) throws IOException {
    PosixFileAttributeView now =
        Files.getFileAttributeView(
            java.nio.file.Path.of(makeQualified(path).toUri().getPath()),
            PosixFileAttributeView.class);
    // chmod(1) keeps a directory's setgid bit, which Java would clear.
    if (now == null
        || !PosixFilePermissions.toString(now.readAttributes().permissions())
            .equals(permission.toString())) {
      super.setPermission(path, permission);
    }
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    try {
      return super.getFileStatus(path);
    } catch (FileNotFoundException e) {
      look(pathToFile(path).toPath());
      throw e;
    }
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    try {
      return super.listStatus(path);
    } catch (IOException e) {
      look(pathToFile(path).toPath());
      throw e;
    }
  }

  /**
   * Opens a file; null where there is none.
   *
   * @throws IOException if there is one, or may be
   */
  static @Nullable InputStream open(RawLocalFileSystem files, Path path) throws IOException {
    for (int opens = 1; ; opens++) {
      try {
        return files.open(path);
      } catch (FileNotFoundException e) {
        BasicFileAttributes there = look(files.pathToFile(path).toPath());
        if (there == null || there.isDirectory()) {
          return null;
        }
        // It has come meanwhile, and may go again; or this process has too many open files.
        if (opens == MOST_OPENS) {
          throw new IOException(e.getMessage(), e);
        }
      }
    }
  }

  /**
   * Looks for the cause for which Hadoop finds nothing.
   *
   * @return what is there all the same; null if there is nothing
   * @throws IOException the system's error, if it is another one
   */
  private static @Nullable BasicFileAttributes look(java.nio.file.Path path) throws IOException {
    try {
      BasicFileAttributes there = Files.readAttributes(path, BasicFileAttributes.class);
      if (!Files.isReadable(path) && Files.exists(path)) {
        throw new AccessDeniedException(path.toString());
      }
      return there;
    } catch (AccessDeniedException e) {
      throw new IOException("Permission denied: " + e.getFile(), e);
    } catch (FileSystemException e) {
      if (e instanceof NoSuchFileException || isBelowAFile(path)) {
        return null;
      }
      throw e;
    }
  }

  private static boolean isBelowAFile(java.nio.file.Path path) {
    for (java.nio.file.Path on = path.getParent(); on != null; on = on.getParent()) {
      if (Files.exists(on)) {
        return !Files.isDirectory(on);
      }
    }
    return false;
  }

  /**
   * Writes a small file as {@link RunFolder#writeNew} does, by a hard link.
   *
   * @return empty for all but local file systems, and where no hard link can be made. After a lost
   *     answer of a file server it may be false all the same, link(2)
   */
  static Optional<Boolean> writeNew(FileSystem files, Path path, String text) throws IOException {
    if (!(files instanceof RawLocalFileSystem local)) {
      return Optional.empty();
    }
    java.nio.file.Path file = local.pathToFile(path).toPath();
    java.nio.file.Path temporary =
        file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".new");
    try {
      Files.createDirectories(file.getParent());
      // On the disk before it has its name, so that a power failure leaves no empty file.
      Files.writeString(temporary, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
      // A new file that is opened exclusively would be empty for a moment.
      Files.createLink(file, temporary);
      return Optional.of(true);
    } catch (FileAlreadyExistsException e) {
      return Optional.of(false);
    } catch (UnsupportedOperationException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if (!NO_LINKS.contains(String.valueOf(e.getReason()))) {
        throw e;
      }
      LOG.debug("No hard link can be made of {}", temporary, e);
      return Optional.empty();
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
