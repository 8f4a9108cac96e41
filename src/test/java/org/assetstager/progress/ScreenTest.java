package org.assetstager.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Screen screen = new Screen(bytes);
  private final PrintStream above = new PrintStream(screen.above(bytes), true, UTF_8);

  private String sent() {
    return bytes.toString(UTF_8);
  }

  /**
   * Returns what a terminal of endless lines shows: it knows the carriage return, the newline, the
   * erasing of all that follows the cursor, and passes over other escapes.
   */
  private static String shown(String sent) {
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    int column = 0;
    String text = sent.replaceAll("\u001b\\[\\?7[lh]", "").replace("\u001b[J", "\u0000");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      StringBuilder line = lines.get(lines.size() - 1);
      switch (c) {
        case '\r' -> column = 0;
        case '\u0000' -> line.setLength(column);
        case '\n' -> {
          lines.add(new StringBuilder());
          column = 0;
        }
        default -> {
          line.setLength(Math.max(line.length(), column));
          line.replace(column, Math.min(line.length(), column + 1), String.valueOf(c));
          column++;
        }
      }
    }
    return String.join("\n", lines);
  }

  @Test
  void print_whileALineIsDrawn_goesAboveIt() {
    screen.draw("scan  5 rows");
    above.println("INFO something");
    screen.draw("scan  7 rows");
    above.println("WARN longer than what is drawn");

    assertThat(shown(sent()))
        .isEqualTo("INFO something\nWARN longer than what is drawn\nscan  7 rows");
  }

  @Test
  void print_inPieces_staysWholeWhateverIsDrawnMeanwhile() {
    screen.draw("scan  5 rows");
    above.print("INFO ");
    screen.draw("scan  6 rows");
    above.print("something");
    screen.draw("scan  7 rows");
    above.println();

    assertThat(shown(sent())).isEqualTo("INFO something\nscan  7 rows");
  }

  @Test
  void draw_shorterText_leavesNothingOfTheLongerOne() {
    screen.draw("scan  1,000,000 rows");
    screen.draw("scan");

    assertThat(shown(sent())).isEqualTo("scan");
  }

  @Test
  void draw_leavesTheCursorWhereErasingRemovesAllOfABrokenLine() {
    screen.draw("scan  5 rows");

    assertThat(sent()).endsWith("\r");
    screen.draw("scan  6 rows");
    assertThat(sent()).contains("\r\u001b[J");
  }

  @Test
  void close_drawsNothingAnyMoreButPrints() {
    screen.draw("scan  5 rows");
    screen.close();
    screen.draw("scan  6 rows");
    above.println("Interrupted.");

    assertThat(shown(sent())).isEqualTo("Interrupted.\n");
  }

  @Test
  void print_byManyThreads_keepsLinesWhole() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                for (int j = 0; j < 200; j++) {
                  screen.draw("live " + number + " " + j);
                  byte[] line = ("line of " + number + " at " + j + "\n").getBytes(UTF_8);
                  above.write(line, 0, line.length);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    screen.draw("");

    List<String> lines = shown(sent()).lines().toList();
    assertThat(lines).hasSize(1600).allMatch(line -> line.matches("line of \\d at \\d+"));
  }

  @Test
  void draw_terminalThatIsGone_isGivenUp() throws IOException {
    Screen gone =
        new Screen(
            new OutputStream() {
              @Override
              public void write(int octet) throws IOException {
                throw new IOException("Input/output error");
              }
            });
    gone.draw("scan");
    gone.draw("scan  5 rows");

    gone.above(bytes).write('x');
    assertThat(sent()).isEqualTo("x");
  }

  @Test
  void moveTo_appenderOfSomebodyElsesSettings_logsAboveTheLine() {
    try (LoggerContext context = new LoggerContext("logs")) {
      DefaultConfiguration configuration = new DefaultConfiguration();
      ConsoleAppender console =
          ConsoleAppender.newBuilder()
              .setName("theirs")
              .setTarget(ConsoleAppender.Target.SYSTEM_ERR)
              .setLayout(PatternLayout.newBuilder().withPattern("%p %m%n").build())
              .build();
      console.start();
      configuration.addAppender(console);
      configuration
          .getRootLogger()
          .getAppenders()
          .keySet()
          .forEach(name -> configuration.getRootLogger().removeAppender(name));
      configuration.getRootLogger().addAppender(console, null, null);
      context.start(configuration);

      ConsoleLogs.moveTo(context, above);
      screen.draw("scan  5 rows");
      context.getLogger("x").error("broken");

      assertThat(shown(sent())).isEqualTo("ERROR broken\nscan  5 rows");
    }
  }
}
