package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.assetstager.progress.Phases;
import org.assetstager.progress.ProgressMode;
import org.assetstager.report.RunReport.Phase;
import org.assetstager.report.html.Attempt;
import org.assetstager.report.html.EndedTask;
import org.assetstager.report.html.Page;
import org.assetstager.report.html.TaskTimeline;
import org.assetstager.run.RunFolder;
import org.assetstager.s3.RequestTotals;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class AttemptsTest {
  private static final long START = 1_000;

  @TempDir Path ledgers;
  private final SparkContext context = TestSpark.session().sparkContext();
  private final RequestTotals requests = new RequestTotals(context);
  private RunFolder folder;
  private Path records;

  @BeforeEach
  void makeFolder() {
    folder = new RunFolder("file:" + ledgers, "r", new Configuration());
    folder.create();
    records = ledgers.resolve("run_id=r").resolve(Attempts.FOLDER);
  }

  private Attempts begin(Phases phases) {
    TaskTimeline timeline = new TaskTimeline(START);
    timeline.ended(new EndedTask(1, 2, 0, "3", "host", START, START + 5, false, true, 7));
    return Attempts.begin(folder, phases, requests, timeline);
  }

  private List<Attempt> attempt(String phase) {
    Phases phases = new Phases(context, ProgressMode.NONE, requests, null, null);
    try (Attempts attempts = begin(phases)) {
      phases.run(
          phase,
          "work",
          TaskProgress.FILES,
          progress -> {
            progress.count(3);
            return progress;
          });
      return attempts.all();
    }
  }

  @Test
  void begin_again_knowsAllThatWasSeenBefore() {
    List<Attempt> first = attempt("verify");
    List<Attempt> second = attempt("upload");

    assertThat(first).hasSize(1);
    assertThat(second).hasSize(2);
    assertThat(second.get(0))
        .usingRecursiveComparison()
        .ignoringFields("endedAt")
        .isEqualTo(first.get(0));
    assertThat(second.get(0).startedAt()).isEqualTo(START);
    assertThat(Attempt.phasesOf(attempt("verify")))
        .extracting(Phase::name, Phase::files)
        .containsExactly(tuple("verify", 3L), tuple("upload", 3L));
  }

  @Test
  void all_phaseUnderWay_isWithWhatItHasComeTo() {
    Phases phases = new Phases(context, ProgressMode.NONE, requests, null, null);
    try (Attempts attempts = begin(phases)) {
      List<Attempt> meanwhile =
          phases.run(
              "verify",
              "work",
              TaskProgress.FILES,
              progress -> {
                progress.count(2);
                return attempts.all();
              });

      assertThat(meanwhile.get(0).phases())
          .extracting(Phase::name, Phase::files)
          .containsExactly(tuple("verify", 2L));
    }
  }

  @Test
  void begin_recordsThatCanNotBeRead_areLeftOut() throws IOException {
    attempt("verify");
    Path first = records.resolve("1.json");
    String text = Files.readString(first);
    Files.writeString(first, text.substring(0, text.length() / 2));
    Files.writeString(records.resolve("2.json"), "{\"endedAt\":1,\"phases\":[],\"requests\":{}}");
    Files.writeString(records.resolve("3.json"), text.replaceFirst("\\{", "{ \"newer\" : 1,"));
    Files.writeString(records.resolve("4.json"), text);

    List<Attempt> all = attempt("upload");

    assertThat(all).hasSize(2);
    assertThat(records.resolve("5.json")).exists();
    assertThat(Files.readString(records.resolve("4.json"))).isEqualTo(text);
  }

  @Test
  void begin_folderThatCanNotBeWritten_reportsThisAttempt() throws IOException {
    Files.writeString(records, "no folder");

    assertThat(attempt("verify")).hasSize(1);
    assertThat(records).hasContent("no folder");
  }

  @Test
  void begin_manyAttempts_keepsTheTasksOfTheLast() {
    int many = Page.MOST_ATTEMPTS + 3;
    List<Attempt> all = List.of();
    for (int i = 0; i < many; i++) {
      all = attempt("verify");
    }

    assertThat(all).hasSize(many);
    assertThat(all.subList(0, 3)).allMatch(attempt -> attempt.timeline().sample().isEmpty());
    assertThat(all.subList(3, many)).allMatch(attempt -> attempt.timeline().tasks() == 1);
    // Each attempt counts what those before it have done.
    assertThat(Attempt.phasesOf(all)).singleElement().extracting(Phase::files).isEqualTo(3L);
  }
}
