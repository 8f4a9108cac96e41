package org.assetstager.run;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hadoop's local file system, which without its native library starts a {@code chmod} for every
 * file and directory that it makes: here only for those that don't have the wanted permissions, as
 * they do where the process's umask is Hadoop's.
 */
final class LocalFiles extends RawLocalFileSystem {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);

  /** EPERM and others, by which file systems without hard links refuse one, link(2). */
  private static final Set<String> NO_LINKS =
      Set.of("Operation not permitted", "Operation not supported", "Function not implemented");

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
