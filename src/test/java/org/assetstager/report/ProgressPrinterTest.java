package org.assetstager.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {
  private static final ProgressPrinter.Totals TOTALS =
      new ProgressPrinter.Totals(100_000, 3_400_000_000L);
  private static final ProgressPrinter.Totals UNKNOWN = new ProgressPrinter.Totals(0, 0);

  @Test
  void line_underWay_showsRateAndTimeLeft() {
    assertThat(ProgressPrinter.line("verify", TOTALS, 50_000, 1_200_000_000L, 10, false))
        .isEqualTo("verify  50,000 of 100,000 files  1.2 GB of 3.4 GB  120.0 MB/s  ETA 00:18");
  }

  @Test
  void line_smallFilesLag_estimatesByTheirNumber() {
    assertThat(ProgressPrinter.line("verify", TOTALS, 25_000, 3_400_000_000L, 10, false))
        .endsWith("ETA 00:30");
  }

  @Test
  void line_nothingDoneYet_hasNoEstimate() {
    assertThat(ProgressPrinter.line("verify", TOTALS, 0, 0, 10, false))
        .isEqualTo("verify  0 of 100,000 files  0 B of 3.4 GB  0 B/s");
  }

  @Test
  void line_totalsUnknown_hasNoEstimate() {
    assertThat(ProgressPrinter.line("walk", UNKNOWN, 7, 0, 1, false))
        .isEqualTo("walk  7 files  0 B  0 B/s");
  }

  @Test
  void line_moreThanTheTotal_namesNoTotalAndIsNeverNegative() {
    assertThat(ProgressPrinter.line("verify", TOTALS, 200_000, 6_800_000_000L, 10, false))
        .isEqualTo("verify  200,000 files  6.8 GB  680.0 MB/s  ETA 00:00");
  }

  @Test
  void line_last_showsTheTimeTaken() {
    assertThat(ProgressPrinter.line("verify", TOTALS, 100_000, 3_400_000_000L, 3700, true))
        .endsWith("took 1:01:40");
  }

  @Test
  void close_inALog_endsWithAFinalLine() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    AtomicLong files = new AtomicLong();
    CountDownLatch printedTwice = new CountDownLatch(2);
    try (ProgressPrinter printer =
        new ProgressPrinter(
            "verify",
            TOTALS,
            () -> {
              printedTwice.countDown();
              return files.incrementAndGet();
            },
            () -> 0,
            new PrintStream(bytes, true, UTF_8),
            false,
            Duration.ofMillis(1))) {
      printer.start();
      assertThat(printedTwice.await(10, TimeUnit.SECONDS)).isTrue();
    }
    String[] lines = bytes.toString(UTF_8).split("\n");
    assertThat(lines).hasSizeGreaterThanOrEqualTo(2).allMatch(line -> line.startsWith("verify  "));
    assertThat(lines[0]).startsWith("verify  1 of 100,000 files").doesNotContain("took");
    assertThat(lines[lines.length - 1])
        .startsWith("verify  " + files.get() + " of")
        .contains("took");
  }

  @Test
  void close_onATerminal_ends_theLineInPlace() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ProgressPrinter printer =
        new ProgressPrinter(
            "verify",
            UNKNOWN,
            () -> 3,
            () -> 5,
            new PrintStream(bytes, true, UTF_8),
            true,
            Duration.ofDays(1));
    printer.start();
    printer.close();
    assertThat(bytes.toString(UTF_8)).startsWith("\rverify  3 files  5 B").endsWith("\u001b[K\n");
  }
}
