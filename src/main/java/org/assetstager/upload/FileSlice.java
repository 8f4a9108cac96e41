package org.assetstager.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.assetstager.files.FileFacts;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.GuardedFile;
import org.jspecify.annotations.Nullable;

/**
 * A range of a file, too long for a buffer, read as it is sent. Each attempt opens the file again:
 * the SDK interrupts an attempt that takes too long, and an interrupt closes a channel that is
 * being read.
 */
final class FileSlice implements AutoCloseable {
  private final AssetRoot root;
  private final String path;
  private final FileFacts facts;
  private final long offset;
  private final long length;
  private @Nullable GuardedFile file;

  /**
   * Makes the range.
   *
   * @param facts that the file has to have
   */
  FileSlice(AssetRoot root, String path, FileFacts facts, long offset, long length) {
    this.root = root;
    this.path = path;
    this.facts = facts;
    this.offset = offset;
    this.length = length;
  }

  long length() {
    return length;
  }

  /** Opens the range from its first byte; what was opened before is closed. */
  InputStream open() {
    try {
      closeFile();
      GuardedFile opened = GuardedFile.open(root, path);
      file = opened;
      if (!opened.factsWhenOpened().sameContent(facts)) {
        throw new FileChangedException("The file changed while it was uploaded");
      }
      return new Range(opened, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void closeFile() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  @Override
  public void close() {
    try {
      closeFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Range extends InputStream {
    private final GuardedFile file;
    private long position;
    private long left;

    Range(GuardedFile file, long offset, long length) {
      this.file = file;
      this.position = offset;
      this.left = length;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int available() {
      return (int) Math.min(left, Integer.MAX_VALUE);
    }

    @Override
    public int read(byte[] buffer, int from, int count) {
      if (left == 0) {
        return -1;
      }
      try {
        int wanted = (int) Math.min(count, left);
        int read = file.channel().read(ByteBuffer.wrap(buffer, from, wanted), position);
        if (read < 0) {
          throw new FileChangedException("The file shrank while it was uploaded");
        }
        position += read;
        left -= read;
        return read;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
