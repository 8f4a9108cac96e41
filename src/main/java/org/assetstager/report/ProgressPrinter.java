package org.assetstager.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Shows how far a phase is, on standard error: in place on a terminal, else one line every ten
 * seconds. Closing it ends the phase with a last line.
 */
public final class ProgressPrinter implements AutoCloseable {
  private static final Duration ON_TERMINAL = Duration.ofMillis(500);
  private static final Duration IN_LOG = Duration.ofSeconds(10);

  /** ECMA-48, EL: erases from the cursor to the end of the line. */
  private static final String ERASE_TO_END = "\u001b[K";

  /**
   * How much there is to do.
   *
   * @param files 0 where it isn't known
   * @param bytes 0 where it isn't known
   */
  public record Totals(long files, long bytes) {}

  private final String phase;
  private final Totals totals;
  private final LongSupplier files;
  private final LongSupplier bytes;
  private final PrintStream out;
  private final boolean inPlace;
  private final long startedAtNanos = System.nanoTime();
  private final Thread thread;

  ProgressPrinter(
      String phase,
      Totals totals,
      LongSupplier files,
      LongSupplier bytes,
      PrintStream out,
      boolean inPlace,
      Duration interval) {
    this.phase = phase;
    this.totals = totals;
    this.files = files;
    this.bytes = bytes;
    this.out = out;
    this.inPlace = inPlace;
    this.thread = new Thread(() -> printEvery(interval), "progress of " + phase);
    thread.setDaemon(true);
  }

  /**
   * Starts to show a phase.
   *
   * @param phase one word, such as {@code verify}
   * @param files how many files are done; asked from another thread
   * @param bytes how many bytes are done; asked from another thread
   */
  public static ProgressPrinter start(
      String phase, Totals totals, LongSupplier files, LongSupplier bytes) {
    boolean terminal = standardErrorIsTerminal();
    ProgressPrinter printer =
        new ProgressPrinter(
            phase, totals, files, bytes, System.err, terminal, terminal ? ON_TERMINAL : IN_LOG);
    printer.start();
    return printer;
  }

  void start() {
    thread.start();
  }

  /** {@code System.console()} tells of standard input and output, and since Java 22 not of them. */
  private static boolean standardErrorIsTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  private void printEvery(Duration interval) {
    try {
      while (true) {
        Thread.sleep(interval.toMillis());
        print(false);
      }
    } catch (InterruptedException e) {
      // close() ends the loop; nobody else waits for this thread.
      Thread.currentThread().interrupt();
    }
  }

  private void print(boolean last) {
    double seconds = (System.nanoTime() - startedAtNanos) / 1e9;
    String line = line(phase, totals, files.getAsLong(), bytes.getAsLong(), seconds, last);
    if (inPlace) {
      out.print("\r" + line + ERASE_TO_END + (last ? System.lineSeparator() : ""));
      out.flush();
    } else {
      out.println(line);
    }
  }

  /** Returns what is shown after so many seconds. */
  static String line(
      String phase, Totals totals, long files, long bytes, double seconds, boolean last) {
    StringBuilder line = new StringBuilder(phase).append("  ").append(Amounts.count(files));
    // More are done than there are where tasks ran again, or other files stood in for failed ones.
    if (totals.files() >= Math.max(1, files)) {
      line.append(" of ").append(Amounts.count(totals.files()));
    }
    line.append(" files  ").append(Amounts.bytes(bytes));
    if (totals.bytes() >= Math.max(1, bytes)) {
      line.append(" of ").append(Amounts.bytes(totals.bytes()));
    }
    line.append("  ").append(Amounts.rate(bytes, seconds));
    double done = doneFraction(totals, files, bytes);
    if (last) {
      line.append("  took ").append(Amounts.time(seconds));
    } else if (done > 0) {
      line.append("  ETA ").append(Amounts.time(seconds * (1 - done) / done));
    }
    return line.toString();
  }

  /** Small files take their time by number, large ones by size: the lesser share tells. */
  private static double doneFraction(Totals totals, long files, long bytes) {
    double byFiles = totals.files() > 0 ? (double) files / totals.files() : 1;
    double byBytes = totals.bytes() > 0 ? (double) bytes / totals.bytes() : 1;
    boolean known = totals.files() > 0 || totals.bytes() > 0;
    return known ? Math.min(1, Math.min(byFiles, byBytes)) : 0;
  }

  /** Prints the last line and ends the thread. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    print(true);
  }
}
