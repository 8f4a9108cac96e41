package org.assetstager.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Has one thing take another's place and back, all the time, until it is closed. */
public final class Swapper implements AutoCloseable {
  private final Thread thread;

  private Swapper(Thread thread) {
    this.thread = thread;
  }

  /**
   * Starts to swap.
   *
   * @param aside a free name in the same file system
   */
  public static Swapper start(Path one, Path other, Path aside) {
    Thread thread = new Thread(() -> swap(one, other, aside), "swapper");
    thread.start();
    return new Swapper(thread);
  }

  private static void swap(Path one, Path other, Path aside) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
