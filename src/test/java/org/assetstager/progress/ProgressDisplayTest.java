package org.assetstager.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.assetstager.asset.Total;
import org.assetstager.spark.TaskProgress;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  private static final Duration SHORT = Duration.ofMillis(40);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private final AtomicLong files = new AtomicLong();
  private final AtomicInteger columns = new AtomicInteger(200);
  private final Screen screen = new Screen(out);

  private Progress files() {
    return new Progress(
        TaskProgress.FILES,
        files.get(),
        10,
        files.get() * 100,
        1_000,
        0,
        Total.NONE,
        3,
        "limit 7/s");
  }

  private static Progress uncounted() {
    return Progress.uncounted(0, "");
  }

  private ProgressDisplay inLog(String step, Supplier<Progress> source, Duration interval) {
    return ProgressDisplay.inLog(step, source, out::println, interval);
  }

  private ProgressDisplay onTerminal(String step, Supplier<Progress> source) {
    PrintStream above = new PrintStream(screen.above(out), true, UTF_8);
    return ProgressDisplay.onTerminal(step, source, screen, columns::get, above::println, SHORT);
  }

  private String printed() {
    return bytes.toString(UTF_8);
  }

  private void await(String text) throws InterruptedException {
    for (int i = 0; i < 500 && !printed().contains(text); i++) {
      Thread.sleep(20);
    }
    assertThat(printed()).contains(text);
  }

  @Test
  void inALog_printsWholeLinesAndALastOne() throws Exception {
    try (var display = inLog("digest", this::files, SHORT)) {
      files.set(4);
      await("digest  4 of 10 files  400 B of 1.0 kB");
      files.set(10);
    }

    assertThat(printed()).doesNotContain("\r").doesNotContain("\u001b").endsWith("\n");
    assertThat(printed().lines()).allMatch(line -> line.startsWith("digest  "));
    assertThat(printed().lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("digest  10 of 10 files  1.0 kB of 1.0 kB")
        .contains("  took 0s  3 retries  limit 7/s");
    assertThat(printed().lines().filter(line -> line.contains("took"))).hasSize(1);
  }

  @Test
  void inALog_phaseOfAMomentWithoutFiles_printsNothing() {
    inLog("plan", ProgressDisplayTest::uncounted, Duration.ofSeconds(10)).close();

    assertThat(printed()).isEmpty();
  }

  @Test
  void inALog_beforeTheInterval_printsNothing() throws Exception {
    var display = inLog("digest", this::files, Duration.ofSeconds(10));
    Thread.sleep(100);

    assertThat(printed()).isEmpty();
    display.close();
  }

  @Test
  void onATerminal_drawsABarInItsLineAndLeavesOneLine() throws Exception {
    try (var display = onTerminal("digest", this::files)) {
      files.set(4);
      await("4 of 10 files  400 B of 1.0 kB");
      await("  40%  ▕████████ ");
      await("  ETA ");
      await("3 retries  limit 7/s");
      assertThat(printed()).doesNotContain("\n");
    }

    assertThat(printed()).containsOnlyOnce("\n").endsWith(System.lineSeparator());
    assertThat(printed().substring(printed().lastIndexOf("\u001b[J")))
        .startsWith("\u001b[Jdigest  4 of 10 files")
        .contains("took");
  }

  @Test
  void onATerminal_thatBecomesNarrow_drawsWhatFits() throws Exception {
    try (var display = onTerminal("digest", this::files)) {
      files.set(4);
      await("400 B of 1.0 kB");
      columns.set(24);
      await("\u001b[?7ldigest  4 of 10 files\u001b[?7h\r");
    }
    assertThat(printed()).endsWith("digest  4 of 10 files" + System.lineSeparator());
  }

  @Test
  void onATerminal_stepOfAMomentWithoutFiles_leavesNothing() {
    onTerminal("plan", ProgressDisplayTest::uncounted).close();

    assertThat(printed()).doesNotContain("\n").doesNotContain("took");
  }

  @Test
  void start_none_showsNothing() {
    assertThat(ProgressDisplay.start(ProgressMode.NONE, "digest", this::files)).isNull();
  }
}
