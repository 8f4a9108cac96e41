package org.assetstager.digest;

/** A thread's work on a file, which other threads may wait for. */
public interface Membership extends AutoCloseable {
  /** Says that the thread has no more to bring. */
  @Override
  void close();
}
