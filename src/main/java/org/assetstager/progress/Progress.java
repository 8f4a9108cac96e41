package org.assetstager.progress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.assetstager.asset.Total;
import org.assetstager.report.Amounts;
import org.assetstager.run.Weights;
import org.assetstager.spark.TaskProgress;

/**
 * How far a step is at one moment, and its text.
 *
 * @param noun what is counted, such as {@code files}; empty where nothing is counted yet
 * @param done how many of them are done, by this attempt at the run or by an earlier one
 * @param all how many there are, or 0 where that isn't known
 * @param bytes that were read or sent, by this attempt or by an earlier one; 0 in a step that is
 *     not about bytes
 * @param allBytes how many there are, or 0 where that isn't known
 * @param passedOver bytes of what is done that needn't be read or sent after all
 * @param earlier what of it earlier attempts have done
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
    Total earlier,
    long retries,
    String limits) {
  private static final String GAP = "  ";
  private static final int BAR = 20;

  /** What the percentage is worth among the parts of a line. */
  private static final int PERCENT = 5;

  private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

  /**
   * A part of a line.
   *
   * @param worth parts that are worth less are left out first where the line is too long
   */
  private record Part(int worth, String text) {}

  /** Nothing that is counted. */
  static Progress uncounted(long retries, String limits) {
    return new Progress("", 0, 0, 0, 0, 0, Total.NONE, retries, limits);
  }

  /** Returns a line that stands for itself. */
  String line(String step, double seconds) {
    return join(
        List.of(
            step,
            counts(),
            bytesOfAll(),
            rate(seconds),
            hasEstimate() ? eta(seconds) : "for " + Amounts.time(seconds),
            retried(),
            limits));
  }

  /** Returns the line that a step leaves behind. */
  String lastLine(String step, double seconds) {
    return join(lastParts(step, seconds).stream().map(Part::text).toList());
  }

  /** As {@link #lastLine}, in as many characters as there are. */
  String lastFit(String step, double seconds, int columns) {
    return fit(lastParts(step, seconds), columns);
  }

  private List<Part> lastParts(String step, double seconds) {
    return List.of(
        new Part(9, step),
        new Part(8, hasCounted() ? counts() : ""),
        new Part(6, hasCounted() ? bytesOfAll() : ""),
        new Part(3, rate(seconds)),
        new Part(7, "took " + Amounts.time(seconds)),
        new Part(4, retried()),
        new Part(2, limits));
  }

  /**
   * Returns the line in as many characters as there are. Where they don't suffice, it goes without
   * its bar first, then without the time that has passed, then without bytes; no part is cut.
   */
  String fit(String step, double seconds, int columns) {
    boolean estimate = hasEstimate();
    return fit(
        List.of(
            new Part(10, step),
            new Part(PERCENT, estimate ? percent() : ""),
            new Part(0, estimate ? bar() : ""),
            new Part(9, counts()),
            new Part(2, bytesOfAll()),
            new Part(4, rate(seconds)),
            new Part(1, Amounts.time(seconds)),
            new Part(8, estimate ? eta(seconds) : ""),
            new Part(6, retried()),
            new Part(3, limits)),
        columns);
  }

  private static String fit(List<Part> all, int columns) {
    List<Part> parts = new ArrayList<>(all);
    parts.removeIf(part -> part.text().isEmpty());
    String line = join(parts.stream().map(Part::text).toList());
    while (line.length() > columns) {
      parts.remove(parts.stream().min(Comparator.comparingInt(Part::worth)).orElseThrow());
      line = join(parts.stream().map(Part::text).toList());
    }
    // A longer part than the percentage may have gone after it, and left room for it.
    List<Part> more =
        all.stream().filter(part -> parts.contains(part) || part.worth() == PERCENT).toList();
    String longer = join(more.stream().map(Part::text).toList());
    return longer.length() <= columns ? longer : line;
  }

  private static String join(List<String> texts) {
    return texts.stream().filter(text -> !text.isEmpty()).collect(Collectors.joining(GAP));
  }

  private String percent() {
    return (int) Math.floor(100 * doneFraction()) + "%";
  }

  private String bar() {
    int eighths = (int) (doneFraction() * BAR * 8);
    StringBuilder bar = new StringBuilder("▕");
    for (int i = 0; i < BAR; i++) {
      bar.append(EIGHTHS.charAt(Math.max(0, Math.min(8, eighths - 8 * i))));
    }
    return bar.append('▏').toString();
  }

  /** Returns what is done of all; empty where nothing is counted. */
  String counts() {
    if (noun.isEmpty()) {
      return "";
    }
    // More are done than there are where tasks ran again, or other files stood in for failed ones.
    String ofAll = all >= Math.max(1, done) ? " of " + Amounts.count(all) : "";
    return Amounts.count(done) + ofAll + " " + noun;
  }

  private String bytesOfAll() {
    if (bytes == 0 && allBytes == 0) {
      return "";
    }
    return Amounts.bytes(bytes)
        + (allBytes >= Math.max(1, bytes) ? " of " + Amounts.bytes(allBytes) : "");
  }

  /** Returns the throughput in bytes; in a step that is not about bytes, in what it counts. */
  String rate(double seconds) {
    if (seconds <= 0 || noun.isEmpty()) {
      return "";
    }
    return bytes > 0 || allBytes > 0
        ? Amounts.rate(Math.max(0, bytes - earlier.bytes()), seconds)
        : Amounts.count(Math.round(Math.max(0, done - earlier.rows()) / seconds))
            + " "
            + noun
            + "/s";
  }

  /** Returns what people look for when it is slow. */
  private String retried() {
    return retries == 0 ? "" : Amounts.count(retries) + (retries == 1 ? " retry" : " retries");
  }

  private String eta(double seconds) {
    return "ETA " + Amounts.time(secondsLeft(seconds));
  }

  /** Whether files went through the step. */
  boolean hasFiles() {
    return done > 0 && noun.equals(TaskProgress.FILES);
  }

  /** Whether something went through the step. */
  boolean hasCounted() {
    return done > 0;
  }

  /** Whether this attempt has come far enough to say how long the rest takes. */
  boolean hasEstimate() {
    return doneFraction() > earlierFraction();
  }

  /** Returns the time left, at the speed of this attempt. */
  double secondsLeft(double seconds) {
    return hasEstimate()
        ? seconds * (1 - doneFraction()) / (doneFraction() - earlierFraction())
        : 0;
  }

  /**
   * The share of the weight that is done, in the unit that balances tasks: a file's bytes and what
   * it costs beside them. Neither many small files nor a large one then tell alone.
   */
  double doneFraction() {
    return fraction(done, bytes + passedOver);
  }

  private double earlierFraction() {
    return fraction(earlier.rows(), earlier.bytes());
  }

  private double fraction(long someDone, long someBytes) {
    double allWeight = weight(all, allBytes);
    return allWeight == 0
        ? 0
        : weight(Math.min(someDone, all), Math.min(someBytes, allBytes)) / allWeight;
  }

  private static double weight(long files, long bytes) {
    return bytes + (double) files * Weights.OF_FILE;
  }
}
