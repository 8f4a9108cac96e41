package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStartTest {
  private static final List<String> LEFTOVERS = List.of("report.json", "attempts");

  @TempDir private Path ledgers;
  private RunFolder folder;

  @BeforeEach
  void nameFolder() {
    folder = new RunFolder("file://" + ledgers, "r1", new Configuration());
  }

  private static RunDescription run(String nonce) {
    return new RunDescription(
        RunDescription.FORMAT,
        "r1",
        List.of(),
        null,
        null,
        false,
        2,
        "f",
        Map.of(),
        0,
        nonce,
        null,
        null,
        null);
  }

  private RunDescription there() {
    return RunDescription.find(folder).orElseThrow();
  }

  @Test
  void start_byTwoDriversOfAFreshId_isOneOfThem() {
    assertThat(RunStart.start(folder, run("first"), null, LEFTOVERS)).isTrue();
    new StepCommits(folder, "first").commit("manifest", List.of(), Map.of());

    assertThat(RunStart.start(folder, run("second"), null, LEFTOVERS)).isFalse();
    assertThat(there()).isEqualTo(run("first"));
    assertThat(new StepCommits(folder, "first").find("manifest")).isNotNull();
  }

  @Test
  void start_afterARefusedRun_removesWhatItLeft() {
    folder.writeJson(RunDescription.FILE, run("refused"));
    folder.writeText("report.json", "{}");
    folder.writeText("attempts/1.json", "{}");

    assertThat(RunStart.start(folder, run("next"), run("refused"), LEFTOVERS)).isTrue();
    assertThat(there()).isEqualTo(run("next"));
    assertThat(folder.exists("report.json")).isFalse();
    assertThat(folder.exists("attempts")).isFalse();
    assertThat(new StepCommits(folder, "next").find("manifest")).isNull();
  }

  @Test
  void start_afterSeveralRefusedRuns_isTheLast() {
    folder.writeJson(RunDescription.FILE, run("first"));

    assertThat(RunStart.start(folder, run("second"), run("first"), LEFTOVERS)).isTrue();
    assertThat(RunStart.start(folder, run("third"), run("second"), LEFTOVERS)).isTrue();

    assertThat(there()).isEqualTo(run("third"));
    assertThat(RunStart.start(folder, run("late"), run("second"), LEFTOVERS)).isFalse();
    assertThat(there()).isEqualTo(run("third"));
  }

  /** One saw the refused run and was suspended; another resumes it. */
  @Test
  void start_refusedRunThatIsResumedMeanwhile_leavesItsSteps() {
    folder.writeJson(RunDescription.FILE, run("refused"));
    StepCommit resumed = new StepCommits(folder, "refused").commit("manifest", List.of(), Map.of());

    assertThat(RunStart.start(folder, run("late"), run("refused"), LEFTOVERS)).isTrue();

    assertThat(there()).isEqualTo(run("refused"));
    assertThat(new StepCommits(folder, "refused").find("manifest")).isEqualTo(resumed);
    assertThatThrownBy(() -> new StepCommits(folder, "late").find("manifest"))
        .isInstanceOf(OvertakenException.class)
        .hasMessageContaining("for another run of its id");
  }

  /** One saw the refused run, was suspended, and wakes up when another has started anew. */
  @Test
  void start_refusedRunThatAnotherDriverReplacedMeanwhile_leavesTheOthersAlone() {
    folder.writeJson(RunDescription.FILE, run("refused"));
    assertThat(RunStart.start(folder, run("other"), run("refused"), LEFTOVERS)).isTrue();
    new StepCommits(folder, "other").commit("ledger", List.of(), Map.of());
    folder.writeText("report.json", "{\"of\": \"other\"}");

    assertThat(RunStart.start(folder, run("late"), run("refused"), LEFTOVERS)).isFalse();
    assertThat(there()).isEqualTo(run("other"));
    assertThat(new StepCommits(folder, "other").find("ledger")).isNotNull();
    assertThat(folder.readText("report.json")).contains("{\"of\": \"other\"}");
  }
}
