package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.run.StepRun.Done;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class StepRunTest {
  private static final RecordCodec<Item> ITEMS = RecordCodec.of(Item.class);
  private static final String BEFORE = "before";
  private static final String STEP = "step";
  private static final String RESULT = "result";
  private static final int WORK_FILES = 4;
  private static final int ROWS_EACH = 10;

  /** How often each work file was done, by the run's folder and its number. */
  private static final Map<String, AtomicInteger> RUNS = new ConcurrentHashMap<>();

  @TempDir Path ledgers;
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private RunFolder folder;
  private List<StepFile> workFiles;

  enum Kind {
    ONE,
    OTHER
  }

  record Item(
      long id,
      @Nullable String text,
      int number,
      @Nullable Integer optionalNumber,
      @Nullable Long optionalCount,
      double ratio,
      @Nullable Double optionalRatio,
      boolean flag,
      @Nullable Boolean optionalFlag,
      Kind kind) {}

  @BeforeEach
  void writeWorkFiles() throws Exception {
    folder = folder(ledgers);
    workFiles = workFiles(folder);
  }

  private static RunFolder folder(Path ledgers) {
    return new RunFolder("file://" + ledgers, "r1", new Configuration());
  }

  private List<StepFile> workFiles(RunFolder of) throws Exception {
    return run(of)
        .once(
            BEFORE,
            () -> {
              try {
                return new Done(InTask.call(() -> write(run(of).output())));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            })
        .files("work");
  }

  private static List<StepFile> write(StepOutput output) {
    TaskFiles files = TaskFiles.ofTask(output, BEFORE);
    for (int i = 0; i < WORK_FILES * ROWS_EACH; i++) {
      files.add("work", ITEMS, item(i), i);
      if ((i + 1) % ROWS_EACH == 0) {
        files.cut("work");
      }
    }
    return files.finish();
  }

  /** As a driver of its own has it. */
  private StepRun run(RunFolder of) {
    return new StepRun(spark, of, new StepCommits(of, "nonce"), true);
  }

  private static Item item(long id) {
    return id % 2 == 0
        ? new Item(id, null, -1, null, null, Double.NaN, null, false, null, Kind.ONE)
        : new Item(id, "é\0😀 " + id, 1, 2, 3L, -0.0, 0.5, true, false, Kind.OTHER);
  }

  /** Passes rows on, counts, and fails where it is told to. */
  record Work(StepOutput output, String name, int failing, int failures)
      implements Function<StepFile, StepFile> {
    @Override
    public StepFile call(StepFile work) {
      RUNS.computeIfAbsent(name + work.number(), key -> new AtomicInteger()).incrementAndGet();
      TaskFiles files = TaskFiles.ofWork(output, STEP, work);
      Iterator<Item> rows = output.read(BEFORE, work, ITEMS);
      for (int passed = 0; rows.hasNext(); passed++) {
        if (work.number() == failing
            && TaskContext.get().attemptNumber() < failures
            && passed == 2) {
          throw JobFailure.system("Work file " + failing + " broke off", "Mend it");
        }
        files.add(RESULT, ITEMS, rows.next(), 0);
      }
      return files.finish().get(0);
    }
  }

  private StepCommit step(RunFolder of, int failing, int failures) {
    StepRun run = run(of);
    return run.once(
        STEP,
        () ->
            new Done(
                run.missing(
                    STEP,
                    workFiles,
                    RESULT,
                    new TaskProgress(spark.sc(), STEP),
                    new Work(run.output(), of.location(), failing, failures))));
  }

  private StepCommit step() {
    return step(folder, -1, 0);
  }

  private List<Item> items(RunFolder of, StepCommit commit) throws Exception {
    StepOutput output = run(of).output();
    return InTask.call(
        () -> {
          List<Item> items = new ArrayList<>();
          for (StepFile file : commit.files(RESULT)) {
            output.read(STEP, file, ITEMS).forEachRemaining(items::add);
          }
          return items;
        });
  }

  private void requireAll(StepCommit commit) throws Exception {
    assertThat(items(folder, commit))
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, WORK_FILES * ROWS_EACH).mapToObj(StepRunTest::item).toList());
  }

  private List<Integer> runs(RunFolder of) {
    return IntStream.range(0, WORK_FILES)
        .mapToObj(i -> RUNS.getOrDefault(of.location() + i, new AtomicInteger()).get())
        .toList();
  }

  private Path stepFolder(String step) {
    return ledgers.resolve("run_id=r1/steps").resolve(step);
  }

  private List<String> files(String step) throws Exception {
    try (Stream<Path> files = Files.list(stepFolder(step))) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** Returns the numbers of the work files that have results. */
  private List<Integer> results() throws Exception {
    assertThat(files(STEP))
        .allMatch(name -> name.matches("result-[0-9]{5}-[0-9a-f]{32}\\.parquet"));
    return files(STEP).stream().map(name -> Integer.valueOf(name.substring(7, 12))).toList();
  }

  private Path file(String step, int number) throws Exception {
    return stepFolder(step)
        .resolve(
            files(step).stream()
                .filter(name -> name.contains("-0000" + number + "-"))
                .findFirst()
                .orElseThrow());
  }

  /** As a crash before the step's commit leaves it. */
  private void reopen() throws Exception {
    Files.delete(ledgers.resolve("run_id=r1/steps/step.json"));
  }

  @Test
  void missing_freshStep_isReadBackWithNamesTypesAndValues() throws Exception {
    StepCommit commit = step();

    requireAll(commit);
    assertThat(commit.files(RESULT)).extracting(StepFile::rows).containsOnly((long) ROWS_EACH);
    assertThat(results()).containsExactly(0, 1, 2, 3);
    assertThat(runs(folder)).containsExactly(1, 1, 1, 1);
  }

  @Test
  void once_again_isNotDoneAgain() throws Exception {
    StepCommit commit = step();

    assertThat(step()).isEqualTo(commit);
    assertThat(
            run(folder)
                .once(
                    STEP,
                    () -> {
                      throw new AssertionError("done again");
                    }))
        .isEqualTo(commit);
    assertThat(runs(folder)).containsExactly(1, 1, 1, 1);
  }

  @Test
  void missing_workThatBreaksOffOnce_isDoneAgainAndWholeThen() throws Exception {
    requireAll(step(folder, 2, 1));
    assertThat(runs(folder)).containsExactly(1, 1, 2, 1);
    assertThat(results()).containsExactly(0, 1, 2, 3);
  }

  @Test
  void missing_workThatAlwaysBreaksOff_leavesTheOthersForAResume() throws Exception {
    assertThatThrownBy(() -> step(folder, 3, 99)).hasStackTraceContaining("Work file 3 broke off");
    // What else was done is kept; of the broken one nothing is left, not even a temporary file.
    assertThat(results()).doesNotContain(3).isSubsetOf(0, 1, 2);
    List<Integer> before = results();
    List<Integer> runsBefore = runs(folder);

    requireAll(step());

    for (int number : before) {
      assertThat(runs(folder).get(number)).isEqualTo(runsBefore.get(number));
    }
  }

  @Test
  void missing_brokenOffBeforeItsCommit_doesWhatIsMissingOnly() throws Exception {
    step();
    reopen();
    Files.delete(file(STEP, 1));

    requireAll(step());
    assertThat(runs(folder)).containsExactly(1, 2, 1, 1);
  }

  @Test
  void once_fileGoneSinceTheCommit_isRefusedRatherThanRowsLost() throws Exception {
    step();
    Files.delete(file(STEP, 1));

    assertThatThrownBy(this::step)
        .isInstanceOf(JobFailure.class)
        .hasMessageMatching("The run's record .*/steps/step/result-00001-.*parquet is missing. .*")
        .hasMessageContaining("new run");
  }

  @Test
  void missing_leftoversOfADeadDriver_areNotRead() throws Exception {
    Files.createDirectories(stepFolder(STEP));
    Files.writeString(stepFolder(STEP).resolve("_result-00001-a.parquet"), "half of it");
    Files.writeString(stepFolder(STEP).resolve("._result-00001-a.parquet.crc"), "x");
    Files.writeString(stepFolder(STEP).resolve("result-00009.parquet"), "of another version");

    requireAll(step());
  }

  @Test
  void missing_resultOfNoWorkFile_isRefused() throws Exception {
    step();
    reopen();
    workFiles = workFiles.subList(0, WORK_FILES - 1);

    assertThatThrownBy(this::step)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The step step has results of unknown work files: [3]");
  }

  @Test
  void missing_twoDriversDidTheWork_isReadOnce() throws Exception {
    step();
    reopen();
    List<Path> aside = new ArrayList<>();
    for (String name : files(STEP)) {
      aside.add(Files.move(stepFolder(STEP).resolve(name), ledgers.resolve(name)));
    }
    step();
    reopen();
    for (Path file : aside) {
      Files.move(file, stepFolder(STEP).resolve(file.getFileName()));
    }
    assertThat(results()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);

    requireAll(step());
    assertThat(runs(folder)).containsExactly(2, 2, 2, 2);
  }

  @Test
  void once_endedByAnotherDriverMeanwhile_isOvertakenAndTheOthersResultStands() throws Exception {
    StepRun slow = run(folder);

    assertThatThrownBy(
            () ->
                slow.once(
                    STEP,
                    () -> {
                      step();
                      return new Done(List.of());
                    }))
        .isInstanceOf(OvertakenException.class)
        .hasMessageContaining("Another driver has taken over the run in " + folder.location())
        .hasMessageContaining("done its step step")
        .hasMessageContaining("stop it and run again with --resume");
    requireAll(step());
  }

  /** Puts a file in the place of the result of work file 1. */
  private void replaceRecord(String by) throws Exception {
    Path mine = file(STEP, 1);
    Path foreign =
        switch (by) {
          case "another run" -> {
            RunFolder other = new RunFolder("file://" + ledgers, "r2", new Configuration());
            List<StepFile> ours = workFiles;
            workFiles = workFiles(other);
            step(other, -1, 0);
            workFiles = ours;
            yield parquet(ledgers.resolve("run_id=r2/steps/step"));
          }
          case "another step" -> file(BEFORE, 1);
          case "another work file" -> file(STEP, 2);
          default -> {
            Path written = ledgers.resolve("again");
            var rows = TestSpark.session().read().schema(ITEMS.schema()).parquet(mine.toString());
            rows = by.equals("rows fewer") ? rows.limit(9) : rows.union(rows.limit(1));
            rows.coalesce(1).write().parquet(written.toString());
            yield parquet(written);
          }
        };
    byte[] bytes = Files.readAllBytes(foreign);
    Files.deleteIfExists(mine.resolveSibling("." + mine.getFileName() + ".crc"));
    Files.write(mine, bytes);
  }

  private static Path parquet(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"another run", "another step", "another work file", "rows fewer", "rows more"})
  void missing_recordReplaced_isRefusedAndDoneAgainOnceDeleted(String by) throws Exception {
    step();
    reopen();
    replaceRecord(by);

    assertThatThrownBy(this::step)
        .hasStackTraceContaining(".parquet is not what the run wrote there, but a ")
        .hasStackTraceContaining("Delete it and run again with --resume");

    Files.delete(file(STEP, 1));
    requireAll(step());
    assertThat(runs(folder)).containsExactly(1, 2, 1, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"another run", "another step", "another work file", "rows fewer", "rows more"})
  void once_recordReplaced_isRefused(String by) throws Exception {
    step();
    replaceRecord(by);

    assertThatThrownBy(this::step)
        .hasStackTraceContaining(".parquet is not what the run wrote there, but a ")
        .hasStackTraceContaining("Put back what the run wrote, or start a new run");
  }

  @Test
  void once_ledgerMountedElsewhere_isReadBack() throws Exception {
    step();
    Path elsewhere = Files.createDirectories(ledgers.resolve("elsewhere"));
    Files.move(ledgers.resolve("run_id=r1"), elsewhere.resolve("run_id=r1"));
    RunFolder moved = folder(elsewhere);

    assertThat(items(moved, step(moved, -1, 0))).hasSize(WORK_FILES * ROWS_EACH);
    assertThat(runs(folder)).containsExactly(1, 1, 1, 1);
    assertThat(runs(moved)).containsExactly(0, 0, 0, 0);
  }

  @Test
  void missing_ledgerPathWithGlobCharacters_isReadBack() throws Exception {
    RunFolder odd = folder(Files.createDirectories(ledgers.resolve("a[b]{c} #?*")));
    workFiles = workFiles(odd);

    assertThat(items(odd, step(odd, -1, 0))).hasSize(WORK_FILES * ROWS_EACH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"truncated", "altered", "emptied"})
  void read_fileDamagedSince_failsRatherThanGivesOtherRows(String damage) throws Exception {
    StepCommit commit = step();
    Path file = file(STEP, 1);
    byte[] bytes = Files.readAllBytes(file);
    if (damage.equals("altered")) {
      for (int i = 4; i < bytes.length / 2; i++) {
        bytes[i] ^= 0x55;
      }
    }
    int length =
        switch (damage) {
          case "truncated" -> bytes.length - 10;
          case "emptied" -> 0;
          default -> bytes.length;
        };
    Files.write(file, Arrays.copyOf(bytes, length));

    assertThatThrownBy(() -> items(folder, commit))
        .hasStackTraceContaining(file.getFileName().toString());
    reopen();
    assertThatThrownBy(this::step).hasStackTraceContaining(file.getFileName().toString());
  }

  @Test
  void taskFiles_rowsThatThrow_leaveNothing() throws Exception {
    StepOutput output = run(folder).output();

    assertThatThrownBy(
            () ->
                InTask.call(
                    () -> {
                      TaskFiles files = TaskFiles.ofTask(output, "breaking");
                      files.add(RESULT, ITEMS, item(1), 0);
                      throw new IllegalStateException("broke");
                    }))
        .hasMessage("broke");
    assertThat(files("breaking")).isEmpty();
  }

  @Test
  void taskFiles_cut_haveEachTheirOwnRowsWeightAndTotals() throws Exception {
    StepOutput output = run(folder).output();

    List<StepFile> files =
        InTask.call(
            () -> {
              TaskFiles task = TaskFiles.ofTask(output, "cut", 2);
              task.add(RESULT, ITEMS, item(1), 5);
              task.add(RESULT, ITEMS, item(2), 6);
              task.addFinal(ITEMS, Map.of(), item(3), Outcome.STAGED, 7L);
              task.cut(RESULT);
              task.cut(TaskFiles.LEDGER);
              task.add(RESULT, ITEMS, item(4), 8);
              task.addFinal(ITEMS, Map.of(), item(5), Outcome.DELETED, null);
              return task.finish();
            });

    assertThat(files).extracting(StepFile::number).doesNotHaveDuplicates();
    assertThat(files.stream().filter(file -> file.kind().equals(RESULT)))
        .extracting(file -> file.rows() + " " + file.weight())
        .containsExactlyInAnyOrder("2 11", "1 8");
    assertThat(files.stream().filter(file -> file.kind().equals(TaskFiles.LEDGER)))
        .extracting(StepFile::outcomes)
        .containsExactlyInAnyOrder(
            Map.of(Outcome.STAGED, new Total(1, 7)), Map.of(Outcome.DELETED, new Total(1, 0)));
  }

  @Test
  void taskFiles_localeWithOtherDigits_haveTheSameNames() throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      step();
      assertThat(results()).containsExactly(0, 1, 2, 3);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void ledger_fileGoneSince_isRefusedRatherThanRowsLost() throws Exception {
    PublishedLedger ledger = new PublishedLedger(folder);
    ledger.publish(List.of(step()), RESULT);
    assertThat(ledger.paths()).hasSize(WORK_FILES);
    Files.delete(ledgers.resolve("run_id=r1/ledger/part-00002.parquet"));

    assertThat(ledger.pathsLeft()).hasSize(WORK_FILES - 1);
    assertThatThrownBy(ledger::paths)
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The run's ledger has 3 partition files instead of 4");
  }
}
