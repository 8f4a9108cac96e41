package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.io.FileUtils;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.HeldRequests;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms that stay meaningful: what an earlier run told already is no reason for another one. */
@Tag("server")
@Tag("spark")
class StageKnownProblemsTest {
  @TempDir Path folder;
  private StageFixture fixture;
  private Path manifest;

  /** A run whose one problem is a file that is gone. */
  @BeforeEach
  void stageFirst() throws IOException {
    fixture = new StageFixture(folder);
    manifest =
        fixture.manifest(
            fixture.add("good", "good"), fixture.add("gone", "gone"), fixture.add("next", "next"));
    Files.delete(fixture.path("gone"));
    assertThat(fixture.stage(manifest, "--run-id", "first").ran.exitCode()).isEqualTo(3);
  }

  private StageFixture.Ran stage(String runId, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--manifest", manifest.toString(), "--run-id", runId));
    arguments.addAll(List.of(more));
    return fixture.command(arguments);
  }

  private JsonNode problems(String runId) {
    return StageFixture.readReport(fixture.ledgers.resolve("run_id=" + runId)).get("problems");
  }

  @Test
  void stage_sameProblemAsBefore_isToldAndExits0() {
    StageFixture.Ran ran = stage("second", "--known-problems", "first");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("DELETED", "gone", "1 row needs a person: 1 as in the run first, 0 new.")
        .contains("Exit code 0: done; the rows that need a person are known, or no more");
    assertThat(problems("second").get("known").asLong()).isEqualTo(1);
    assertThat(problems("second").get("new").asLong()).isZero();
    assertThat(problems("second").get("known_from").asText()).isEqualTo("first");
  }

  @Test
  void stage_sameProblemAndQuiet_printsNothing() {
    StageFixture.Ran ran = stage("second", "--known-problems", "first", "--quiet");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out() + ran.err()).isEmpty();
  }

  @Test
  void stage_newProblem_exits3() throws IOException {
    Files.delete(fixture.path("next"));

    StageFixture.Ran ran = stage("second", "--known-problems", "first");

    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(3);
    assertThat(ran.out()).contains("2 rows need a person: 1 as in the run first, 1 new.");
    assertThat(problems("second").get("new").asLong()).isEqualTo(1);
  }

  @Test
  void stage_asManyNewProblemsAsAllowed_exits0() throws IOException {
    Files.delete(fixture.path("next"));
    String known = fixture.ledgers.resolve("run_id=first").toString();

    StageFixture.Ran ran = stage("second", "--known-problems", known, "--max-problems", "1");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("1 as in the run first, 1 new, at most 1 allowed.");
    assertThat(stage("third", "--max-problems", "1").exitCode()).isEqualTo(3);
    assertThat(stage("fourth", "--max-problems", "2").exitCode()).isZero();
  }

  /**
   * Breaks the run "begun" off and resumes it, on a manifest with a file that is lost.
   *
   * @param meanwhile what is done between the two
   */
  private StageFixture.Ran resumed(Meanwhile meanwhile, String... options) throws IOException {
    AtomicBoolean refuses = new AtomicBoolean(true);
    try (FaultyS3 store =
        new FaultyS3(
            fixture.server,
            request ->
                refuses.get() && HeldRequests.sendsBytes(request)
                    ? FaultyS3.Answer.error(403, "AccessDenied")
                    : request.forward())) {
      fixture.endpoint(store.endpoint());
      manifest = fixture.manifest(fixture.add("more", "more"), fixture.add("lost", "lost"));
      Files.delete(fixture.path("lost"));
      assertThat(stage("begun", options).exitCode()).isEqualTo(1);
      refuses.set(false);
      meanwhile.run();

      return fixture.command(List.of("--resume", "begun"));
    }
  }

  private interface Meanwhile {
    void run() throws IOException;
  }

  @Test
  void resume_withoutTheOptionsAgain_judgesAsTheRunWasStarted() throws IOException {
    StageFixture.Ran resumed =
        resumed(() -> {}, "--known-problems", "first", "--max-problems", "1");

    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("0 as in the run first, 1 new, at most 1 allowed.");
  }

  @Test
  void stage_endedRunNamedAgain_returnsTheSameCode() {
    assertThat(stage("second", "--known-problems", "first").exitCode()).isZero();

    StageFixture.Ran again = stage("second", "--known-problems", "first");

    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("is done; nothing is left to do", "1 as in the run first");
  }

  @Test
  void stage_endedRunNamedAgainWithoutTheKnownRun_returnsTheSameCode() throws IOException {
    assertThat(stage("second", "--known-problems", "first").exitCode()).isZero();
    removeFirst();

    StageFixture.Ran again = stage("second", "--known-problems", "first");

    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out()).contains("is done; nothing is left to do", "1 as in the run first");
  }

  /** It may be removed by those who keep the ledgers of some weeks. */
  @Test
  void resume_withoutTheKnownRun_countsAllAsNew() throws IOException {
    StageFixture.Ran resumed = resumed(this::removeFirst, "--known-problems", "first");

    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(3);
    assertThat(problems("begun").get("new").asLong()).isEqualTo(1);
    assertThat(problems("begun").get("known").asLong()).isZero();
  }

  @Test
  void resume_knownRunLostAFileMeanwhile_countsAllAsNew() throws IOException {
    StageFixture.Ran resumed = resumed(this::removeAFileOfFirst, "--known-problems", "first");

    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(3);
    assertThat(problems("begun").get("new").asLong()).isEqualTo(1);
  }

  @Test
  void stage_knownRunLacksAFile_exits2BeforeItBegins() throws IOException {
    removeAFileOfFirst();

    StageFixture.Ran ran = stage("second", "--known-problems", "first");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err())
        .contains("run_id=first, named by --known-problems, lacks files of its ledger");
    assertThat(fixture.ledgers.resolve("run_id=second")).doesNotExist();
  }

  private void removeAFileOfFirst() throws IOException {
    Files.delete(fixture.ledgers.resolve("run_id=first/ledger/part-00000.parquet"));
  }

  private void removeFirst() throws IOException {
    FileUtils.deleteDirectory(fixture.ledgers.resolve("run_id=first").toFile());
  }

  @Test
  void stage_knownRunThatIsntThere_exits2BeforeItBegins() {
    StageFixture.Ran ran = stage("second", "--known-problems", "never");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("run_id=never, named by --known-problems, has not ended");
    assertThat(fixture.ledgers.resolve("run_id=second")).doesNotExist();
  }

  @Test
  void stage_negativeMaxProblems_isRefused() {
    StageFixture.Ran ran = stage("second", "--max-problems", "-1");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("--max-problems -1 is negative");
  }
}
