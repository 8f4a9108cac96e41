package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.assetstager.asset.JobFailure;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.TestSpark;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepRecordsTest {
  private static final RecordCodec<Item> ITEMS = RecordCodec.of(Item.class);
  private static final int PARTITIONS = 4;

  /** How often each partition of a test's stage was run, by the test's name and the partition. */
  private static final Map<String, AtomicInteger> RUNS = new ConcurrentHashMap<>();

  @TempDir Path ledgers;
  private final SparkSession spark = TestSpark.session();
  private RunFolder folder;
  private StepRecords records;

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
  void nameFolder() {
    folder = new RunFolder("file://" + ledgers, "r1", new Configuration());
    folder.create();
    records = records(folder);
  }

  /** As a driver of its own has them. */
  private StepRecords records(RunFolder of) {
    return new StepRecords(spark, of, new StepCommits(of, "nonce"));
  }

  private static Item item(long id) {
    return id % 2 == 0
        ? new Item(id, null, -1, null, null, Double.NaN, null, false, null, Kind.ONE)
        : new Item(id, "é\0😀 " + id, 1, 2, 3L, -0.0, 0.5, true, false, Kind.OTHER);
  }

  private Dataset<Row> items(long count) {
    List<Row> rows = LongStream.range(0, count).mapToObj(i -> ITEMS.toRow(item(i))).toList();
    return spark
        .createDataFrame(rows, ITEMS.schema())
        .repartitionById(PARTITIONS, functions.expr("cast(id % " + PARTITIONS + " as int)"));
  }

  /** Passes rows on, counts, and fails where it is told to. */
  static final class Work implements MapPartitionsFunction<Row, Row> {
    private final String name;
    private final int failingPartition;
    private final int failures;

    Work(String name, int failingPartition, int failures) {
      this.name = name;
      this.failingPartition = failingPartition;
      this.failures = failures;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      TaskContext task = TaskContext.get();
      RUNS.computeIfAbsent(name + task.partitionId(), key -> new AtomicInteger()).incrementAndGet();
      boolean failing = task.partitionId() == failingPartition && task.attemptNumber() < failures;
      return new Iterator<>() {
        private int passed;

        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public Row next() {
          if (failing && passed++ == 2) {
            throw JobFailure.system("Partition " + failingPartition + " broke off", "Mend it");
          }
          return rows.next();
        }
      };
    }
  }

  private Work work(String name) {
    return new Work(name, -1, 0);
  }

  private static List<Integer> runs(String name) {
    return Stream.iterate(0, i -> i + 1)
        .limit(PARTITIONS)
        .map(i -> RUNS.getOrDefault(name + i, new AtomicInteger()).get())
        .toList();
  }

  private Path stage(String name) {
    return ledgers.resolve("run_id=r1/steps").resolve(name);
  }

  private List<String> files(String step) throws Exception {
    try (Stream<Path> files = Files.list(stage(step))) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** Returns the partitions that have files. */
  private List<Integer> partitions(String step) throws Exception {
    assertThat(files(step)).allMatch(name -> name.matches("part-[0-9]{5}-[0-9a-f]{32}\\.parquet"));
    return files(step).stream().map(name -> Integer.valueOf(name.substring(5, 10))).toList();
  }

  /** Returns the first file of a partition. */
  private Path part(String step, int partition) throws Exception {
    return stage(step)
        .resolve(
            files(step).stream()
                .filter(name -> name.startsWith("part-0000" + partition))
                .findFirst()
                .orElseThrow());
  }

  /** As a crash before a step's commit leaves it. */
  private void reopen(String step) throws Exception {
    Files.delete(ledgers.resolve("run_id=r1/steps/" + step + ".json"));
  }

  private Dataset<Row> run(String stage, long count, MapPartitionsFunction<Row, Row> work) {
    return records.runMissing(stage, items(count), PARTITIONS, work, ITEMS);
  }

  @Test
  void runMissing_freshStage_isReadBackWithNamesTypesAndValues() throws Exception {
    Dataset<Row> result = run("fresh", 41, work("fresh"));

    assertThat(result.schema().fieldNames()).isEqualTo(ITEMS.schema().fieldNames());
    TestSpark.assertRows(result, ITEMS.schema(), items(41).collectAsList());
    assertThat(result.collectAsList().stream().map(ITEMS::fromRow))
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, 41).mapToObj(StepRecordsTest::item).toList());
    assertThat(partitions("fresh")).containsExactly(0, 1, 2, 3);
    assertThat(runs("fresh")).containsExactly(1, 1, 1, 1);
  }

  @Test
  void runMissing_emptyPartitions_haveFilesToo() throws Exception {
    Dataset<Row> result = run("empty", 1, work("empty"));

    assertThat(result.count()).isEqualTo(1);
    assertThat(files("empty")).hasSize(PARTITIONS);
    assertThat(run("none", 0, work("none")).count()).isZero();
    assertThat(files("none")).hasSize(PARTITIONS);
  }

  @Test
  void runMissing_again_runsNothing() {
    run("again", 20, work("again"));
    Dataset<Row> result = run("again", 20, work("again"));

    assertThat(runs("again")).containsExactly(1, 1, 1, 1);
    assertThat(result.count()).isEqualTo(20);
  }

  @Test
  void runMissing_rowsThatThrowOnce_areRunAgainAndWholeThen() {
    Dataset<Row> result = run("once", 40, new Work("once", 2, 1));

    assertThat(runs("once")).containsExactly(1, 1, 2, 1);
    TestSpark.assertRows(result, ITEMS.schema(), items(40).collectAsList());
  }

  @Test
  void runMissing_rowsThatAlwaysThrow_leaveTheOthersForAResume() throws Exception {
    assertThatThrownBy(() -> run("resume", 40, new Work("resume", 3, 99)))
        .hasStackTraceContaining("Partition 3 broke off");
    // What else was done is kept; of the broken one nothing is left, not even a temporary file.
    assertThat(partitions("resume")).doesNotContain(3).isSubsetOf(0, 1, 2);
    List<Integer> before = partitions("resume");

    Dataset<Row> result = run("resume", 40, work("resume-2"));

    TestSpark.assertRows(result, ITEMS.schema(), items(40).collectAsList());
    for (int partition = 0; partition < PARTITIONS; partition++) {
      boolean there = before.contains(partition);
      assertThat(runs("resume-2").get(partition)).isEqualTo(there ? 0 : 1);
    }
  }

  @Test
  void runMissing_brokenOffBeforeItsCommit_runsWhatIsMissingOnly() throws Exception {
    run("gone", 40, work("gone"));
    reopen("gone");
    Files.delete(part("gone", 1));

    assertThat(run("gone", 40, work("gone")).count()).isEqualTo(40);
    assertThat(runs("gone")).containsExactly(1, 2, 1, 1);
  }

  @Test
  void runMissing_fileGoneSinceTheCommit_isRefusedRatherThanRowsLost() throws Exception {
    run("lost", 40, work("lost"));
    Files.delete(part("lost", 1));

    assertThatThrownBy(() -> run("lost", 40, work("lost")))
        .isInstanceOf(JobFailure.class)
        .hasMessageMatching("The run's record .*/steps/lost/part-00001-.*parquet is missing. .*")
        .hasMessageContaining("new run");
  }

  @Test
  void runMissing_leftoversOfADeadDriver_areNotRead() throws Exception {
    Files.createDirectories(stage("left"));
    Files.writeString(stage("left").resolve("_part-00001-a.parquet"), "half of it");
    Files.writeString(stage("left").resolve("._part-00001-a.parquet.crc"), "x");
    Files.writeString(stage("left").resolve("part-00009.parquet"), "of another version");

    assertThat(run("left", 40, work("left")).count()).isEqualTo(40);
  }

  @Test
  void runMissing_partitionTooMany_isRefused() throws Exception {
    records.runMissing("many", items(40), PARTITIONS, work("many"), ITEMS);
    reopen("many");

    assertThatThrownBy(
            () -> records.runMissing("many", items(40), PARTITIONS - 1, work("many"), ITEMS))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The step many has 4 partition files instead of 3");
  }

  @Test
  void runMissing_twoDriversWroteThePartition_isReadOnce() throws Exception {
    run("twice", 40, work("twice"));
    reopen("twice");
    List<String> first = files("twice");
    List<Path> aside = new ArrayList<>();
    for (String name : first) {
      aside.add(Files.move(stage("twice").resolve(name), ledgers.resolve(name)));
    }
    records(folder).runMissing("twice", items(40), PARTITIONS, work("twice"), ITEMS);
    reopen("twice");
    for (Path file : aside) {
      Files.move(file, stage("twice").resolve(file.getFileName()));
    }
    assertThat(partitions("twice")).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);

    Dataset<Row> result = run("twice", 40, work("twice"));

    assertThat(runs("twice")).containsExactly(2, 2, 2, 2);
    TestSpark.assertRows(result, ITEMS.schema(), items(40).collectAsList());
  }

  @Test
  void runMissing_endedByAnotherDriverMeanwhile_isOvertakenAndTheOthersResultStands() {
    StepRecords other = records(folder);
    other.runMissing("ended", items(40), PARTITIONS, work("other"), ITEMS);

    assertThatThrownBy(() -> new StepCommits(folder, "nonce").commit("ended", List.of()))
        .isInstanceOf(OvertakenException.class)
        .hasMessageContaining("Another driver has taken over the run in " + folder.location())
        .hasMessageContaining("done its step ended")
        .hasMessageContaining("stop it and run again with --resume");
    assertThat(run("ended", 40, work("unused")).count()).isEqualTo(40);
  }

  /** Puts a file in the place of {@code steps/mine/part-00001.parquet}. */
  private void replaceRecord(String by) throws Exception {
    Path mine = part("mine", 1);
    RunFolder other = new RunFolder("file://" + ledgers, "r2", new Configuration());
    Path foreign =
        switch (by) {
          case "another run" -> {
            records(other).runMissing("mine", items(40), PARTITIONS, work("other run"), ITEMS);
            try (Stream<Path> files = Files.list(ledgers.resolve("run_id=r2/steps/mine"))) {
              yield files.filter(file -> file.toString().endsWith(".parquet")).findFirst().get();
            }
          }
          case "another stage" -> {
            run("theirs", 40, work("theirs"));
            yield part("theirs", 1);
          }
          case "another partition" -> part("mine", 2);
          default -> {
            Path written = ledgers.resolve("again");
            Dataset<Row> rows = spark.read().schema(ITEMS.schema()).parquet(mine.toString());
            rows = by.equals("rows fewer") ? rows.limit(9) : rows.union(rows.limit(1));
            rows.coalesce(1).write().parquet(written.toString());
            try (Stream<Path> files = Files.list(written)) {
              yield files.filter(file -> file.toString().endsWith(".parquet")).findFirst().get();
            }
          }
        };
    byte[] bytes = Files.readAllBytes(foreign);
    Files.deleteIfExists(mine.resolveSibling("." + mine.getFileName() + ".crc"));
    Files.write(mine, bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"another run", "another stage", "another partition", "rows fewer", "rows more"})
  void runMissing_recordReplaced_isRefusedAndRunAgainOnceDeleted(String by) throws Exception {
    run("mine", 40, work("replaced by " + by));
    reopen("mine");
    replaceRecord(by);

    assertThatThrownBy(() -> run("mine", 40, work("unused")))
        .hasStackTraceContaining(".parquet is not what the run wrote there, but a ")
        .hasStackTraceContaining("Delete it and run again with --resume");
    assertThatThrownBy(() -> records.recorded("mine", ITEMS))
        .hasStackTraceContaining("is not what the run wrote there");

    Files.delete(part("mine", 1));
    TestSpark.assertRows(
        run("mine", 40, work("replaced by " + by)), ITEMS.schema(), items(40).collectAsList());
    assertThat(runs("replaced by " + by)).containsExactly(1, 2, 1, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"another run", "another stage", "another partition", "rows fewer", "rows more"})
  void writeOnce_recordReplaced_isRefused(String by) throws Exception {
    records.writeOnce("mine", items(40), ITEMS);
    replaceRecord(by);

    assertThatThrownBy(() -> records.writeOnce("mine", items(40), ITEMS))
        .hasStackTraceContaining(".parquet is not what the run wrote there, but a ")
        .hasStackTraceContaining("Put back what the run wrote, or start a new run");
  }

  @Test
  void runMissing_ledgerMountedElsewhere_isReadBack() throws Exception {
    run("moved", 40, work("moved"));
    Path elsewhere = Files.createDirectories(ledgers.resolve("elsewhere"));
    Files.move(ledgers.resolve("run_id=r1"), elsewhere.resolve("run_id=r1"));
    RunFolder moved = new RunFolder("file://" + elsewhere, "r1", new Configuration());

    Dataset<Row> result =
        records(moved).runMissing("moved", items(40), PARTITIONS, work("moved"), ITEMS);

    assertThat(result.count()).isEqualTo(40);
    assertThat(runs("moved")).containsExactly(1, 1, 1, 1);
  }

  @Test
  void ledger_fileGoneSince_isRefusedRatherThanRowsLost() throws Exception {
    records.writeLedger(items(40)::javaRDD, ITEMS, Map.of());
    assertThat(StepRecords.ledger(spark, folder, ITEMS).count()).isEqualTo(40);
    Files.delete(ledgers.resolve("run_id=r1/ledger/part-00002.parquet"));

    assertThatThrownBy(() -> StepRecords.ledger(spark, folder, ITEMS))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The run's ledger has 3 partition files instead of 4");
  }

  @Test
  void write_secondAttempt_leavesTheFirstOnesFile() throws Exception {
    StepFile first = write("attempts", List.of(ITEMS.toRow(item(1))).iterator());
    StepFile second =
        write("attempts", List.of(ITEMS.toRow(item(2)), ITEMS.toRow(item(4))).iterator());

    assertThat(files("attempts")).containsExactlyInAnyOrder(first.name(), second.name());
    assertThat(List.of(first.rows(), second.rows())).containsExactly(1L, 2L);
    assertThat(spark.read().parquet(stage("attempts").resolve(first.name()).toString()).first())
        .extracting(row -> row.getLong(0))
        .isEqualTo(1L);
  }

  private StepFile write(String step, Iterator<Row> rows) throws IOException {
    return PartitionFile.write(
        folder, folder.child("steps/" + step), 0, ITEMS.schema(), Map.of(), rows);
  }

  @Test
  void write_rowsThatThrow_leavesNothing() throws Exception {
    Iterator<Row> breaking =
        Stream.of(1L, 2L, 3L)
            .peek(
                id -> {
                  if (id == 3) {
                    throw new IllegalStateException("broke");
                  }
                })
            .map(id -> ITEMS.toRow(item(id)))
            .iterator();

    assertThatThrownBy(() -> write("breaking", breaking)).hasMessage("broke");
    assertThat(files("breaking")).isEmpty();
  }

  @Test
  void writeLedger_localeWithOtherDigits_hasTheSameNames() throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      records.writeLedger(items(10)::javaRDD, ITEMS, Map.of());
      assertThat(ledgers.resolve("run_id=r1/ledger/part-00001.parquet")).exists();
      assertThat(partitions("ledger")).isEmpty();
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void describe_again_isContent() {
    records.describe("verify", 7, "print");
    records.describe("verify", 7, "print");
    records.describe("upload-0", 9, "print");
  }

  @ParameterizedTest
  @CsvSource({"7, other", "8, print"})
  void describe_otherFingerprintOrPartitions_isRefused(int partitions, String fingerprint) {
    records.describe("verify", 7, "print");

    assertThatThrownBy(() -> records.describe("verify", partitions, fingerprint))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.INPUT))
        .hasMessageContaining("step verify was started with other rows or settings")
        .hasMessageContaining("start a new run");
  }

  @Test
  void counting_rowsWrittenAsAWhole_countsThemOnce() {
    TaskProgress progress = new TaskProgress(spark.sparkContext(), "test", "rows");
    StepRecords counting = records.counting(progress);

    counting.writeOnce("counted", items(7), ITEMS);
    counting.writeOnce("counted", items(7), ITEMS);
    counting.runMissing("not counted", items(10), PARTITIONS, work("not counted"), ITEMS);

    assertThat(progress.done()).isEqualTo(7);
  }

  @Test
  void writeOnce_writtenBefore_doesNotMakeItsRows() {
    records.writeOnce("plan", items(10), ITEMS);
    Supplier<Dataset<Row>> costly =
        () -> {
          throw new AssertionError("made again");
        };

    assertThat(records.writeOnce("plan", costly, ITEMS).count()).isEqualTo(10);
  }

  @Test
  void writeOnce_again_isNotWrittenAgain() {
    records.writeOnce("plan", items(10), ITEMS);
    Dataset<Row> result = records.writeOnce("plan", items(3), ITEMS);

    TestSpark.assertRows(result, ITEMS.schema(), items(10).collectAsList());
  }

  @Test
  void writeOnce_afterACrashHalfway_isWrittenAnew() throws Exception {
    assertThatThrownBy(
            () ->
                records.writeOnce(
                    "plan",
                    items(40).mapPartitions(new Work("crash", 3, 99), ITEMS.encoder()),
                    ITEMS))
        .hasStackTraceContaining("broke off");
    assertThat(ledgers.resolve("run_id=r1/steps/plan.json")).doesNotExist();
    Files.createDirectories(stage("plan"));
    Files.writeString(
        stage("plan").resolve("part-00099-0123456789abcdef0123456789abcdef.parquet"), "a leftover");

    Dataset<Row> result = records.writeOnce("plan", items(12), ITEMS);

    TestSpark.assertRows(result, ITEMS.schema(), items(12).collectAsList());
  }

  @Test
  void writeOnce_noRowsAndNoPartitions_isEmpty() {
    Dataset<Row> nothing = spark.createDataFrame(List.of(), ITEMS.schema());

    for (int time = 0; time < 2; time++) {
      TestSpark.assertRows(records.writeOnce("nothing", nothing, ITEMS), ITEMS.schema(), List.of());
    }
  }

  @Test
  void writeOnce_partitionsWithoutRows_haveNoFilesButTheFirst() throws Exception {
    Dataset<Row> one = records.writeOnce("one", items(4).filter("id = 2"), ITEMS);

    TestSpark.assertRows(one, ITEMS.schema(), List.of(ITEMS.toRow(item(2))));
    assertThat(partitions("one")).containsExactly(0, 2);
    assertThat(records.writeOnce("one", items(4), ITEMS).count()).isEqualTo(1);
    assertThat(records.writeOnce("none", items(0), ITEMS).count()).isZero();
    assertThat(partitions("none")).containsExactly(0);
    assertThat(spark.read().parquet(stage("none").toString()).columns()).contains("id");
  }

  @Test
  void writeOnce_aFileGoneSince_isRefusedRatherThanRowsLost() throws Exception {
    records.writeOnce("plan", items(40), ITEMS);
    Files.delete(part("plan", 1));

    assertThatThrownBy(() -> records.writeOnce("plan", items(40), ITEMS))
        .isInstanceOf(JobFailure.class)
        .hasMessageMatching("The run's record .*/steps/plan/part-00001-.*parquet is missing. .*")
        .hasMessageContaining("new run");
  }

  @ParameterizedTest
  @ValueSource(strings = {"truncated", "altered", "emptied"})
  void runMissing_fileDamagedSince_failsRatherThanGivesOtherRows(String damage) throws Exception {
    run(damage, 40, work(damage));
    Path file = part(damage, 1);
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

    assertThatThrownBy(() -> run(damage, 40, work(damage)).collectAsList())
        .hasStackTraceContaining(file.getFileName().toString());
  }

  @Test
  void writeLedger_rows_areBelowLedger() {
    records.writeLedger(items(10)::javaRDD, ITEMS, Map.of());

    assertThat(ledgers.resolve("run_id=r1/ledger/_SUCCESS")).exists();
    TestSpark.assertRows(
        spark.read().parquet(folder.ledger().toString()),
        ITEMS.schema(),
        items(10).collectAsList());
  }

  @Test
  void runMissing_ledgerPathWithGlobCharacters_isReadBack() throws Exception {
    Path odd = Files.createDirectories(ledgers.resolve("a[b]{c} #?*"));
    RunFolder inOdd = new RunFolder("file://" + odd, "r1", new Configuration());

    Dataset<Row> result =
        records(inOdd).runMissing("odd", items(10), PARTITIONS, work("odd"), ITEMS);

    assertThat(result.count()).isEqualTo(10);
  }

  @Test
  void writeOnce_fewRowsInManyFiles_areReadByOneTask() {
    Dataset<Row> written = records.writeOnce("items", items(40), ITEMS);

    assertThat(folder.list("steps/items"))
        .filteredOn(file -> file.getPath().getName().endsWith(".parquet"))
        .hasSize(PARTITIONS);
    assertThat(written.javaRDD().getNumPartitions()).isEqualTo(1);
    assertThat(written.count()).isEqualTo(40);
  }

  @Test
  void writeOnce_moreThanATaskReadsInASecond_isReadByAsManyTasksAsBefore() {
    Dataset<Row> rows =
        spark
            .range(0, 200_000, 1, PARTITIONS)
            .selectExpr("sha2(cast(id as string), 256) as text")
            .toDF();

    Dataset<Row> written = records.writeOnce("texts", rows, RecordCodec.of(OnlyText.class));

    assertThat(written.javaRDD().getNumPartitions()).isGreaterThan(1);
    assertThat(written.count()).isEqualTo(200_000);
  }

  record OnlyText(@Nullable String text) {}
}
