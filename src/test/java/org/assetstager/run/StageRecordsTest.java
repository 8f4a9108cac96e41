package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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

class StageRecordsTest {
  private static final RecordCodec<Item> ITEMS = RecordCodec.of(Item.class);
  private static final int PARTITIONS = 4;

  /** How often each partition of a test's stage was run, by the test's name and the partition. */
  private static final Map<String, AtomicInteger> RUNS = new ConcurrentHashMap<>();

  @TempDir Path ledgers;
  private final SparkSession spark = TestSpark.session();
  private RunFolder folder;
  private StageRecords records;

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
    records = new StageRecords(spark, folder);
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
    return ledgers.resolve("run_id=r1/stages").resolve(name);
  }

  private Set<String> files(String stage) throws Exception {
    try (Stream<Path> files = Files.list(stage(stage))) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .collect(Collectors.toSet());
    }
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
            LongStream.range(0, 41).mapToObj(StageRecordsTest::item).toList());
    assertThat(files("fresh"))
        .containsExactlyInAnyOrder(
            "part-00000.parquet", "part-00001.parquet", "part-00002.parquet", "part-00003.parquet");
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
    assertThat(files("resume"))
        .doesNotContain("part-00003.parquet")
        .allMatch(name -> name.matches("part-0000[012]\\.parquet"));
    Set<String> before = files("resume");

    Dataset<Row> result = run("resume", 40, work("resume-2"));

    TestSpark.assertRows(result, ITEMS.schema(), items(40).collectAsList());
    for (int partition = 0; partition < PARTITIONS; partition++) {
      boolean there = before.contains("part-0000" + partition + ".parquet");
      assertThat(runs("resume-2").get(partition)).isEqualTo(there ? 0 : 1);
    }
  }

  @Test
  void runMissing_oneFileGone_runsThatPartitionOnly() throws Exception {
    run("gone", 40, work("gone"));
    Files.delete(stage("gone").resolve("part-00001.parquet"));

    assertThat(run("gone", 40, work("gone")).count()).isEqualTo(40);
    assertThat(runs("gone")).containsExactly(1, 2, 1, 1);
  }

  @Test
  void runMissing_leftoversOfADeadDriver_areNotRead() throws Exception {
    Files.createDirectories(stage("left"));
    Files.writeString(stage("left").resolve("_part-00001.parquet.17"), "half of it");
    Files.writeString(stage("left").resolve("._part-00001.parquet.17.crc"), "x");
    Files.writeString(stage("left").resolve("_part-00009.parquet.3"), "half of it");

    assertThat(run("left", 40, work("left")).count()).isEqualTo(40);
  }

  @Test
  void runMissing_aFileTooMany_isRefused() throws Exception {
    run("many", 40, work("many"));
    Files.copy(
        stage("many").resolve("part-00001.parquet"), stage("many").resolve("part-00004.parquet"));

    assertThatThrownBy(() -> run("many", 40, work("many")))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The stage many has 5 partition files instead of 4");
  }

  /** Puts a file in the place of {@code stages/mine/part-00001.parquet}. */
  private void replaceRecord(String by) throws Exception {
    Path mine = stage("mine").resolve("part-00001.parquet");
    RunFolder other = new RunFolder("file://" + ledgers, "r2", new Configuration());
    Path foreign =
        switch (by) {
          case "another run" -> {
            new StageRecords(spark, other)
                .runMissing("mine", items(40), PARTITIONS, work("other run"), ITEMS);
            yield ledgers.resolve("run_id=r2/stages/mine/part-00001.parquet");
          }
          case "another stage" -> {
            run("theirs", 40, work("theirs"));
            yield stage("theirs").resolve("part-00001.parquet");
          }
          case "another partition" -> stage("mine").resolve("part-00002.parquet");
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
    Files.deleteIfExists(stage("mine").resolve(".part-00001.parquet.crc"));
    Files.write(mine, bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"another run", "another stage", "another partition", "rows fewer", "rows more"})
  void runMissing_recordReplaced_isRefusedAndRunAgainOnceDeleted(String by) throws Exception {
    run("mine", 40, work("replaced by " + by));
    replaceRecord(by);

    assertThatThrownBy(() -> run("mine", 40, work("unused")))
        .hasStackTraceContaining("part-00001.parquet is not what the run wrote there, but a ")
        .hasStackTraceContaining("Delete it and run again with --resume");
    assertThatThrownBy(() -> records.recorded("mine", ITEMS))
        .hasStackTraceContaining("is not what the run wrote there");

    Files.delete(stage("mine").resolve("part-00001.parquet"));
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
        .hasStackTraceContaining("part-00001.parquet is not what the run wrote there, but a ")
        .hasStackTraceContaining("Put back what the run wrote, or start a new run");
  }

  @Test
  void runMissing_ledgerMountedElsewhere_isReadBack() throws Exception {
    run("moved", 40, work("moved"));
    Path elsewhere = Files.createDirectories(ledgers.resolve("elsewhere"));
    Files.move(ledgers.resolve("run_id=r1"), elsewhere.resolve("run_id=r1"));
    RunFolder moved = new RunFolder("file://" + elsewhere, "r1", new Configuration());

    Dataset<Row> result =
        new StageRecords(spark, moved)
            .runMissing("moved", items(40), PARTITIONS, work("moved"), ITEMS);

    assertThat(result.count()).isEqualTo(40);
    assertThat(runs("moved")).containsExactly(1, 1, 1, 1);
  }

  @Test
  void ledger_fileGoneSince_isRefusedRatherThanRowsLost() throws Exception {
    records.writeLedger(items(40)::javaRDD, ITEMS, Map.of());
    assertThat(records.ledger(ITEMS).count()).isEqualTo(40);
    Files.delete(ledgers.resolve("run_id=r1/ledger/part-00002.parquet"));

    assertThatThrownBy(() -> records.ledger(ITEMS))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The run's ledger has 3 partition files instead of 4");
  }

  /** What the kernel says of a full disk, without one. */
  @Test
  void write_diskFull_saysSoAndLeavesNothing() throws Exception {
    Files.createDirectories(stage("full"));
    Files.createSymbolicLink(stage("full").resolve("_part-00000.parquet.1"), Path.of("/dev/full"));

    assertThatThrownBy(
            () ->
                PartitionFile.write(
                    folder.configuration(),
                    folder.child("stages/full"),
                    0,
                    1,
                    ITEMS.schema(),
                    Map.of(),
                    List.of(ITEMS.toRow(item(1))).iterator()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left on device");
    assertThat(files("full")).isEmpty();
  }

  @Test
  void write_secondAttempt_leavesTheFirstOnesRecord() throws Exception {
    org.apache.hadoop.fs.Path place = folder.child("stages/attempts");
    Configuration configuration = folder.configuration();
    PartitionFile.write(
        configuration,
        place,
        0,
        1,
        ITEMS.schema(),
        Map.of(),
        List.of(ITEMS.toRow(item(1))).iterator());
    PartitionFile.write(
        configuration,
        place,
        0,
        2,
        ITEMS.schema(),
        Map.of(),
        List.of(ITEMS.toRow(item(2))).iterator());

    assertThat(files("attempts")).containsExactly("part-00000.parquet");
    assertThat(spark.read().parquet(stage("attempts").toString()).collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(1L);
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

    assertThatThrownBy(
            () ->
                PartitionFile.write(
                    folder.configuration(),
                    folder.child("stages/breaking"),
                    0,
                    1,
                    ITEMS.schema(),
                    Map.of(),
                    breaking))
        .hasMessage("broke");
    assertThat(files("breaking")).isEmpty();
  }

  @Test
  void path_localeWithOtherDigits_isTheSameName() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(PartitionFile.path(folder.ledger(), 12).getName()).isEqualTo("part-00012.parquet");
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
        .hasMessageContaining("stage verify was started with other rows or settings")
        .hasMessageContaining("start a new run");
  }

  @Test
  void counting_rowsWrittenAsAWhole_countsThemOnce() {
    TaskProgress progress = new TaskProgress(spark.sparkContext(), "test", "rows");
    StageRecords counting = records.counting(progress);

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
    assertThat(stage("plan").resolve("_SUCCESS")).exists();

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
    assertThat(stage("plan").resolve("_SUCCESS")).doesNotExist();
    // More partitions than will be written now.
    Files.writeString(stage("plan").resolve("part-00099.parquet"), "of more partitions");

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
    assertThat(files("one"))
        .containsExactlyInAnyOrder("part-00000.parquet", "part-00002.parquet", "_SUCCESS");
    assertThat(records.writeOnce("one", items(4), ITEMS).count()).isEqualTo(1);
    assertThat(records.writeOnce("none", items(0), ITEMS).count()).isZero();
    assertThat(files("none")).containsExactlyInAnyOrder("part-00000.parquet", "_SUCCESS");
    assertThat(spark.read().parquet(stage("none").toString()).columns()).contains("id");
  }

  @Test
  void writeOnce_aFileGoneSince_isRefusedRatherThanRowsLost() throws Exception {
    records.writeOnce("plan", items(40), ITEMS);
    Files.delete(stage("plan").resolve("part-00001.parquet"));

    assertThatThrownBy(() -> records.writeOnce("plan", items(40), ITEMS))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("stages/plan has 3 partition files instead of 4")
        .hasMessageContaining("new run");
  }

  @ParameterizedTest
  @ValueSource(strings = {"truncated", "altered", "emptied"})
  void runMissing_fileDamagedSince_failsRatherThanGivesOtherRows(String damage) throws Exception {
    run(damage, 40, work(damage));
    Path file = stage(damage).resolve("part-00001.parquet");
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
        .hasStackTraceContaining("part-00001.parquet");
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
        new StageRecords(spark, inOdd).runMissing("odd", items(10), PARTITIONS, work("odd"), ITEMS);

    assertThat(result.count()).isEqualTo(10);
  }

  @Test
  void writeOnce_fewRowsInManyFiles_areReadByOneTask() {
    Dataset<Row> written = records.writeOnce("items", items(40), ITEMS);

    assertThat(folder.list("stages/items"))
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
