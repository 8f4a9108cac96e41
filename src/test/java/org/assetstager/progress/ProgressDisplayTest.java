package org.assetstager.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.assetstager.spark.TaskProgress;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  private static final Duration SHORT = Duration.ofMillis(40);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private final AtomicLong files = new AtomicLong();

  private Progress files() {
    return new Progress(
        TaskProgress.FILES, files.get(), 10, files.get() * 100, 1_000, 0, 3, "limit 7/s");
  }

  private static Progress tasks() {
    return new Progress(Progress.TASKS, 1, 2, 0, 0, 0, 0, "");
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
    try (var display = ProgressDisplay.start("digest", this::files, out, false, SHORT)) {
      files.set(4);
      await("digest  4 of 10 files  400 B of 1.0 kB");
      files.set(10);
    }

    assertThat(printed()).doesNotContain("\r").doesNotContain("\u001b").endsWith("\n");
    assertThat(printed().lines()).allMatch(line -> line.startsWith("digest  "));
    assertThat(printed().lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("digest  10 of 10 files  1.0 kB of 1.0 kB")
        .contains("  took 00:00  3 retries  limit 7/s");
    assertThat(printed().lines().filter(line -> line.contains("took"))).hasSize(1);
  }

  @Test
  void inALog_phaseOfAMomentWithoutFiles_printsNothing() {
    ProgressDisplay.start("plan", ProgressDisplayTest::tasks, out, false, Duration.ofSeconds(10))
        .close();

    assertThat(printed()).isEmpty();
  }

  @Test
  void inALog_beforeTheInterval_printsNothing() throws Exception {
    var display = ProgressDisplay.start("digest", this::files, out, false, Duration.ofSeconds(10));
    Thread.sleep(100);

    assertThat(printed()).isEmpty();
    display.close();
  }

  @Test
  void onATerminal_drawsABarInItsLineAndLeavesOneLine() throws Exception {
    try (var display = ProgressDisplay.start("digest", this::files, out, true, SHORT)) {
      files.set(4);
      await("4 of 10 files  400 B of 1.0 kB");
      await(" 40%");
      await("ETA 00:");
      await("3 retries  limit 7/s");
      assertThat(printed()).contains("█").doesNotContain("\n");
    }

    assertThat(printed()).containsOnlyOnce("\n").endsWith("\u001b[K" + System.lineSeparator());
    assertThat(printed().substring(printed().lastIndexOf('\r')))
        .startsWith("\rdigest  4 of 10 files")
        .contains("took");
  }

  @Test
  void onATerminal_phaseOfAMomentWithoutFiles_leavesNothing() {
    ProgressDisplay.start("plan", ProgressDisplayTest::tasks, out, true, SHORT).close();

    assertThat(printed()).endsWith("\r\u001b[K").doesNotContain("\n");
  }

  @Test
  void start_none_showsNothing() {
    assertThat(ProgressDisplay.start(ProgressMode.NONE, "digest", this::files)).isNull();
  }
}
