package org.assetstager.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is open for reading.
 *
 * @param channel to read from; an interrupt of a reading thread closes it too
 * @param link leads to the opened file as long as it is open, even if another file is at its path
 *     by now: proc(5)
 */
public record OpenFile(FileChannel channel, Path link) implements AutoCloseable {
  /**
   * Returns the path under which the file was opened, without symbolic links, as the system knows
   * it; ends in {@code " (deleted)"} where it is gone.
   */
  public Path realPath() throws IOException {
    return Files.readSymbolicLink(link);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
