package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinishCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final FinishNews NEWS = new FinishNews("r1", 3, "{\"run_id\" : \"r1\"}\n");

  @TempDir Path folder;

  @Test
  void command_thatDoesNotRead_holdsUpNothing() {
    FinishNews large = new FinishNews("r1", 0, "x".repeat(1 << 20));

    assertThat(FinishCommand.run(List.of("true"), PATIENCE, large)).isNull();
  }

  @Test
  void command_thatDoesNotEnd_isStoppedWithWhatItStarted() throws Exception {
    Path pid = folder.resolve("pid");
    List<String> command =
        List.of("bash", "-c", "sleep 600 & echo $! >\"$0\"; wait", pid.toString());

    assertThat(FinishCommand.run(command, Duration.ofSeconds(2), NEWS))
        .isEqualTo("didn't end within on-finish.timeout, 2000 ms, and was stopped");

    long sleeper = Long.parseLong(Files.readString(pid).strip());
    var handle = ProcessHandle.of(sleeper);
    if (handle.isPresent()) {
      handle.get().onExit().get();
    }
    assertThat(ProcessHandle.of(sleeper).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void command_thatIsNotThere_isNamedWithoutItsArguments() {
    assertThat(FinishCommand.run(List.of("/no/such", "CANARY"), PATIENCE, NEWS))
        .startsWith("can't be started: ")
        .contains("/no/such")
        .doesNotContain("CANARY");
  }
}
