package org.assetstager.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Real trees to walk. */
final class Trees {
  /** Names that a shell, a URI, a CSV file or a terminal would trip over. */
  static final List<String> HOSTILE_NAMES =
      List.of(
          " ",
          "a b",
          "a#b?c%41+d",
          "a::b",
          "\"quoted\" 'too'",
          "new\nline",
          "tab\tcr\r",
          "back\\slash",
          "\u001b[2J",
          "données é",
          "e\u0301 is not \u00e9",
          "\u202egpj",
          "数据\ud83d\ude00",
          "\ufffd",
          "*.csv",
          "-rf",
          "..a",
          "_hidden",
          ".hidden",
          "x".repeat(255),
          "é".repeat(127) + "x");

  private Trees() {}

  static Path write(Path root, String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Runs a command, whose arguments are quoted by nobody. */
  static void command(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(String.join(" ", words)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", words)).isZero();
  }

  /** Makes a file whose name is the one byte 0xff, which is no UTF-8. */
  static void writeUnrepresentable(Path directory) throws IOException, InterruptedException {
    command("bash", "-c", "cd -- \"$1\" && : > $'\\xff'", "bash", directory.toString());
  }
}
