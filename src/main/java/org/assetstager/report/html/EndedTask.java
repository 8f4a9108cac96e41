package org.assetstager.report.html;

/**
 * One attempt of a Spark task that has ended.
 *
 * @param stage Spark's number of the stage
 * @param index of the partition
 * @param attempt from 0
 * @param startedAt milliseconds since the epoch
 * @param endedAt milliseconds since the epoch
 * @param failed whether it failed or was killed
 * @param speculative whether it was a second copy of a slow task
 * @param bytes that it read, verified or sent, as our own accumulators say
 */
public record EndedTask(
    int stage,
    int index,
    int attempt,
    String executor,
    String host,
    long startedAt,
    long endedAt,
    boolean failed,
    boolean speculative,
    long bytes) {
  /** Returns how long it ran, never less than nothing. */
  public long millis() {
    return Math.max(0, endedAt - startedAt);
  }
}
