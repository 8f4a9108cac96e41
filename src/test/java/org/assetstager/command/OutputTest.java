package org.assetstager.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OutputTest {
  @Test
  void rows_writerThatHidesItsFailures_isAskedAsTheyGo() throws Exception {
    try (PrintWriter hiding = new PrintWriter(Files.newBufferedWriter(Path.of("/dev/full")))) {
      Output output = new Output(hiding);
      String text = "x".repeat(1 << 17);
      assertThatThrownBy(() -> output.forPrograms().write(text)).isInstanceOf(IOException.class);
      assertThat(output.hasFailed()).isTrue();
      assertThat(output.problem()).contains("Standard output could not be written");
    }
  }
}
