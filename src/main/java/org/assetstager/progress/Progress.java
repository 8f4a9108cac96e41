package org.assetstager.progress;

import org.assetstager.report.Amounts;
import org.assetstager.run.Weights;
import org.assetstager.spark.TaskProgress;

/**
 * How far a phase is at one moment, and its text.
 *
 * @param noun what is counted, such as {@code files}
 * @param done how many of them are done
 * @param all how many there are, or 0 where that isn't known
 * @param bytes that were read or sent; 0 in a phase that is not about bytes
 * @param allBytes how many there are, or 0 where that isn't known
 * @param passedOver bytes of what is done that needn't be read or sent after all
 * @param retries attempts to send a request again
 * @param limits the limits that hold, in words; empty where there are none
 */
record Progress(
    String noun,
    long done,
    long all,
    long bytes,
    long allBytes,
    long passedOver,
    long retries,
    String limits) {
  /** The noun of phases that count nothing of their own. */
  static final String TASKS = "tasks";

  /** Returns a line that stands for itself. */
  String line(String phase, double seconds) {
    String rate = rate(seconds);
    return phase
        + "  "
        + counts()
        + (rate.isEmpty() ? "" : "  " + rate)
        + (doneFraction() > 0
            ? "  ETA " + Amounts.time(secondsLeft(seconds))
            : "  for " + Amounts.time(seconds))
        + extras();
  }

  /** Returns the line that a phase leaves behind. */
  String lastLine(String phase, double seconds) {
    String rate = rate(seconds);
    return phase
        + (hasCounted() ? "  " + counts() : "")
        + (rate.isEmpty() ? "" : "  " + rate)
        + "  took "
        + Amounts.time(seconds)
        + extras();
  }

  /** Returns what is done of all. */
  String counts() {
    StringBuilder text = new StringBuilder(Amounts.count(done));
    // More are done than there are where tasks ran again, or other files stood in for failed ones.
    if (all >= Math.max(1, done)) {
      text.append(" of ").append(Amounts.count(all));
    }
    text.append(' ').append(noun);
    if (bytes > 0 || allBytes > 0) {
      text.append("  ").append(Amounts.bytes(bytes));
      if (allBytes >= Math.max(1, bytes)) {
        text.append(" of ").append(Amounts.bytes(allBytes));
      }
    }
    return text.toString();
  }

  /** Returns the throughput in bytes; in a phase that is not about bytes, in what it counts. */
  String rate(double seconds) {
    if (seconds <= 0 || noun.equals(TASKS)) {
      return "";
    }
    return bytes > 0 || allBytes > 0
        ? Amounts.rate(bytes, seconds)
        : Amounts.count(Math.round(done / seconds)) + " " + noun + "/s";
  }

  /** Returns what people look for when it is slow. */
  String extras() {
    String again =
        retries == 0 ? "" : "  " + Amounts.count(retries) + (retries == 1 ? " retry" : " retries");
    return again + (limits.isEmpty() ? "" : "  " + limits);
  }

  /** Whether files went through the phase. */
  boolean hasFiles() {
    return done > 0 && noun.equals(TaskProgress.FILES);
  }

  /** Whether something went through the phase. */
  boolean hasCounted() {
    return done > 0 && !noun.equals(TASKS);
  }

  double secondsLeft(double seconds) {
    double done = doneFraction();
    return done > 0 ? seconds * (1 - done) / done : 0;
  }

  /**
   * The share of the weight that is done, in the unit that balances tasks: a file's bytes and what
   * it costs beside them. Neither many small files nor a large one then tell alone. Tasks are those
   * of one of several stages: they tell nothing of the phase's end.
   */
  double doneFraction() {
    double allWeight = weight(all, allBytes);
    return noun.equals(TASKS) || allWeight == 0
        ? 0
        : weight(Math.min(done, all), Math.min(bytes + passedOver, allBytes)) / allWeight;
  }

  private static double weight(long files, long bytes) {
    return bytes + (double) files * Weights.OF_FILE;
  }
}
