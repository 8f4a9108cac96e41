package org.assetstager.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;

/** An open directory. It gives its entries one by one, once, without {@code .} and {@code ..}. */
public final class OpenDirectory implements Iterator<Path>, AutoCloseable {
  private final Path path;
  private final Path realPath;
  private final DirectoryStream<Path> stream;
  private final Iterator<Path> entries;

  OpenDirectory(Path path, Path realPath, DirectoryStream<Path> stream) {
    this.path = path;
    this.realPath = realPath;
    this.stream = stream;
    this.entries = stream.iterator();
  }

  /**
   * Returns where the directory was when it was opened, without symbolic links, as the system knows
   * it.
   */
  public Path realPath() {
    return realPath;
  }

  /**
   * Whether there is more in it.
   *
   * @throws DirectoryIteratorException if reading the directory fails
   */
  @Override
  public boolean hasNext() {
    return entries.hasNext();
  }

  /** Returns the next entry, its name below the path by which the directory was opened. */
  @Override
  public Path next() {
    return path.resolve(entries.next().getFileName());
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
