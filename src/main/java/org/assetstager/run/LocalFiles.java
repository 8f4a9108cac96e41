package org.assetstager.run;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system, which without its native library starts a {@code chmod} for every
 * file and directory that it makes: here only for those that don't have the wanted permissions, as
 * they do where the process's umask is Hadoop's.
 */
final class LocalFiles extends RawLocalFileSystem {
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
}
