package org.assetstager.upload;

import java.io.ByteArrayInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * Bytes of a request, which the SDK reads as often as it needs to: to sign them over http, and for
 * each attempt.
 *
 * <p>Where they are read from a file as they are sent, that file's errors are an {@link
 * java.io.UncheckedIOException}: the SDK would take any other for trouble of the network and try
 * again.
 */
record Body(long length, ContentStreamProvider streams, Runnable release) implements AutoCloseable {
  static final String TYPE = "application/octet-stream";

  /** Makes a body of the first bytes of a buffer, which goes back to its pool when closed. */
  static Body ofBuffer(byte[] buffer, int length, BufferPool pool) {
    return new Body(
        length, () -> new ByteArrayInputStream(buffer, 0, length), () -> pool.give(buffer));
  }

  /** Makes a body of a file's bytes. */
  static Body ofSlice(FileSlice slice) {
    return new Body(slice.length(), slice::open, slice::close);
  }

  RequestBody toRequestBody() {
    return RequestBody.fromContentProvider(streams, length, TYPE);
  }

  @Override
  public void close() {
    release.run();
  }
}
