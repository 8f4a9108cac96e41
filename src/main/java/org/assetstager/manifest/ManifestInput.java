package org.assetstager.manifest;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.assetstager.files.UnixFiles;

/** Opens the files of a manifest. */
final class ManifestInput {
  private static final int BUFFER_BYTES = 64 << 10;

  private ManifestInput() {}

  /**
   * Opens a file; one on a local disk without waiting, even if a FIFO has taken its place.
   *
   * @param position the byte to begin at
   * @return closed by the caller
   */
  static InputStream open(Path path, long position, Configuration configuration)
      throws IOException {
    FileSystem files = path.getFileSystem(configuration);
    if (files.getUri().getScheme().equals("file")) {
      FileInputStream local =
          UnixFiles.openRegularFile(java.nio.file.Path.of(path.toUri().getPath()));
      local.getChannel().position(position);
      return new BufferedInputStream(local, BUFFER_BYTES);
    }
    FSDataInputStream in = files.open(path);
    in.seek(position);
    return in;
  }
}
