package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerFacts;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerSchema;
import org.assetstager.report.KnownFiles;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.Problem;
import org.assetstager.report.ShownProblems;
import org.assetstager.report.Uploads;
import org.assetstager.report.html.AssetTotals;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.LedgerReader;
import org.assetstager.run.PublishedLedger;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.testing.TestSpark;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken from a ledger to be shown: rows that need a person, and totals by asset. */
@Tag("spark")
class LedgerViewsTest {
  @TempDir private Path folder;

  private static LedgerRow row(
      Outcome outcome,
      long position,
      @Nullable String asset,
      @Nullable Long size,
      @Nullable String detail) {
    return row(outcome, position, asset, size, detail, null);
  }

  private static LedgerRow planned(
      long position, Long size, @Nullable String detail, @Nullable String duplicateOf) {
    return row(Outcome.PLANNED, position, "a", size, detail, duplicateOf);
  }

  private static LedgerRow row(
      Outcome outcome,
      long position,
      @Nullable String asset,
      @Nullable Long size,
      @Nullable String detail,
      @Nullable String duplicateOf) {
    return new LedgerRow(
        "r",
        "m",
        position,
        "top",
        "c",
        asset,
        "/root",
        "p" + position,
        size,
        null,
        "i",
        null,
        "X",
        detail,
        outcome,
        null,
        null,
        null,
        null,
        0,
        duplicateOf,
        null,
        null,
        null,
        null,
        null,
        "t",
        "b",
        "a",
        false,
        LedgerFacts.NONE,
        null,
        false);
  }

  /** Publishes a ledger of three files, of which the last has the later half of the rows. */
  private RunFolder publish(List<LedgerRow> rows) {
    RunFolder run = new RunFolder("file:" + folder, "r", new Configuration());
    StepOutput output = new StepOutput(run, "nonce");
    List<StepFile> files = new ArrayList<>();
    int quarter = rows.size() / 4;
    files.add(write(output, 0, rows.subList(0, quarter)));
    files.add(write(output, 1, rows.subList(quarter, 2 * quarter)));
    files.add(write(output, 2, rows.subList(2 * quarter, rows.size())));
    StepCommit commit = new StepCommits(run, "nonce").commit("scan", files, Map.of());
    new PublishedLedger(run).publish(List.of(commit), "ledger");
    return run;
  }

  private static StepFile write(StepOutput output, int number, List<LedgerRow> rows) {
    Map<Outcome, Total> outcomes = new EnumMap<>(Outcome.class);
    try (RecordWriter writer =
        output.create("scan", "ledger", number, LedgerRow.CODEC, true, LedgerSchema.footer())) {
      for (LedgerRow row : rows) {
        writer.add(LedgerRow.CODEC, row, 0);
        outcomes.merge(row.outcome(), new Total(1, 0), Total::plus);
      }
      return writer.finish(outcomes);
    }
  }

  private static LedgerFiles files(RunFolder run, boolean isShort) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    LedgerFiles files = LedgerFiles.of(spark, run, isShort ? 10_000 : 10_001);
    assertThat(files.isShort()).isEqualTo(isShort);
    return files;
  }

  private LedgerFiles ledger(List<LedgerRow> rows, boolean isShort) {
    return files(publish(rows), isShort);
  }

  private static OutcomeTotals totals(List<LedgerRow> rows) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    for (LedgerRow row : rows) {
      Total one = new Total(1, row.size() == null ? 0 : row.size());
      totals.merge(
          row.outcome(), one, (a, b) -> new Total(a.rows() + b.rows(), a.bytes() + b.bytes()));
    }
    return new OutcomeTotals(totals);
  }

  private static List<LedgerRow> rows(Outcome outcome, int count, int from) {
    List<LedgerRow> rows = new ArrayList<>();
    for (int i = count - 1; i >= 0; i--) {
      rows.add(row(outcome, from + i, "a", 1L, null));
    }
    return rows;
  }

  /** Reads the only row of a ledger as Spark writes it, without one of the columns. */
  private LedgerRow readWithout(LedgerRow written, String missing) throws IOException {
    TestSpark.session()
        .createDataFrame(List.of(LedgerRow.CODEC.toRow(written)), LedgerRow.CODEC.schema())
        .drop(missing)
        .coalesce(1)
        .write()
        .parquet(folder + "/without");
    Path ledger = Files.createDirectories(folder.resolve("run_id=r/ledger"));
    try (Stream<Path> files = Files.list(folder.resolve("without"))) {
      Path only =
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.copy(only, ledger.resolve("part-00000.parquet"));
    }
    Files.writeString(ledger.resolve("_SUCCESS"), "1");
    RunFolder run = new RunFolder("file:" + folder, "r", new Configuration());
    try (LedgerReader<LedgerRow> rows =
        files(run, true).read(LedgerRow.CODEC, Set.of(written.outcome()))) {
      LedgerRow row = rows.next();
      assertThat(rows.hasNext()).isFalse();
      return row;
    }
  }

  @Test
  void ledger_withoutAColumn_hasNullInIt() throws IOException {
    LedgerRow row = readWithout(row(Outcome.DELETED, 0, "a", 1L, null), "asset");

    assertThat(row.path()).isEqualTo("p0");
    assertThat(row.asset()).isNull();
  }

  @Test
  void ledger_withoutAColumnThatMustBeThere_canNotBeRead() {
    assertThatThrownBy(() -> readWithout(row(Outcome.DELETED, 0, "a", 1L, null), "md5_computed"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The column md5_computed of ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ledger_filesWithoutWantedRows_arePassedOver(boolean isShort) throws IOException {
    List<LedgerRow> rows = new ArrayList<>(rows(Outcome.STAGED, 100, 0));
    rows.addAll(rows(Outcome.DELETED, 200, 1000));
    RunFolder run = publish(rows);
    Path staged = folder.resolve("run_id=r/ledger/part-00000.parquet");
    byte[] bytes = Files.readAllBytes(staged);
    // The first page; the footer stays.
    Arrays.fill(bytes, 4, 100, (byte) 0);
    Files.write(staged, bytes);

    LedgerFiles ledger = files(run, isShort);

    assertThat(LedgerProblems.of(ledger, totals(rows), 1000).rows()).hasSize(200);
    assertThat(Failures.explain(catchThrowable(() -> LedgerAssets.of(ledger, totals(rows)))))
        .hasMessageContaining("The run's record ")
        .hasMessageContaining("/ledger/part-00000.parquet can't be read: ")
        .hasMessageContaining("Put back what the run wrote");
  }

  private static List<Long> positions(ShownProblems problems, Outcome outcome) {
    return problems.rows().stream()
        .filter(row -> row.outcome() == outcome)
        .map(Problem::position)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void problems_fewRows_areAllThereByPath(boolean isShort) {
    List<LedgerRow> rows = new ArrayList<>(rows(Outcome.DELETED, 5, 100));
    rows.addAll(rows(Outcome.FAILED, 3, 200));
    rows.addAll(rows(Outcome.STAGED, 50, 1000));

    ShownProblems problems = LedgerProblems.of(ledger(rows, isShort), totals(rows), 10);

    assertThat(problems.rows())
        .extracting(Problem::position)
        .containsExactly(100L, 101L, 102L, 103L, 104L, 200L, 201L, 202L);
    assertThat(problems.groups())
        .extracting(group -> group.outcome() + " " + group.total().rows())
        .containsExactly("DELETED 5", "FAILED 3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void problems_manyRowsOfOneOutcome_leaveRoomForTheOthersAndAreCounted(boolean isShort) {
    List<LedgerRow> rows = new ArrayList<>(rows(Outcome.DELETED, 500, 100));
    rows.addAll(rows(Outcome.MODIFIED, 40, 1000));
    rows.addAll(rows(Outcome.FAILED, 2, 0));

    ShownProblems problems = LedgerProblems.of(ledger(rows, isShort), totals(rows), 100);

    assertThat(positions(problems, Outcome.FAILED)).hasSize(2);
    assertThat(positions(problems, Outcome.MODIFIED)).hasSize(40);
    assertThat(positions(problems, Outcome.DELETED)).hasSize(58).endsWith(157L);
    assertThat(problems.groups())
        .extracting(group -> group.outcome() + " " + group.total().rows())
        .containsExactly("DELETED 500", "MODIFIED 40", "FAILED 2");
    assertThat(problems.groups().get(0).places().get(0).first())
        .extracting(Problem::file)
        .containsExactly("/root/p100", "/root/p101", "/root/p102");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void problems_longTexts_areCut(boolean isShort) {
    List<LedgerRow> rows = List.of(row(Outcome.MODIFIED, 1, "a", null, "x".repeat(100_000)));

    Problem shown = LedgerProblems.of(ledger(rows, isShort), totals(rows), 10).rows().get(0);

    assertThat(shown.reason()).isEqualTo("x".repeat(1000) + "...");
  }

  @Test
  void problems_none_areNoQuery() {
    List<LedgerRow> rows = rows(Outcome.STAGED, 2, 0);
    assertThat(LedgerProblems.of(ledger(rows, true), totals(rows), 10))
        .isEqualTo(ShownProblems.NONE);
  }

  @Test
  void problems_badRows_areOnTheirLines() throws IOException {
    Path manifest = Files.writeString(folder.resolve("m.jsonl"), "{}\n{}\nbad\n");
    Problem bad = Problem.of(row(Outcome.INVALID, 6, null, null, "no JSON"));
    Problem ofFile =
        new Problem(
            Outcome.INVALID, null, "", "file:" + manifest, bad.place(), 6, "", "", null, "", "");
    Problem other = Problem.of(row(Outcome.DELETED, 6, null, null, null));

    ShownProblems found =
        LedgerProblems.withLines(
            new ShownProblems(List.of(), List.of(bad, ofFile, other)), new Configuration());

    assertThat(found.rows()).extracting(Problem::place).containsExactly("position 6", "line 3", "");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void assets_badRows_areOfNone(boolean isShort) {
    List<LedgerRow> rows =
        List.of(
            row(Outcome.STAGED, 1, "one", 10L, null),
            row(Outcome.INVALID, 2, null, 1L, null),
            row(Outcome.INVALID, 3, "two", 1L, null));

    AssetTotals assets = LedgerAssets.of(ledger(rows, isShort), totals(rows));

    assertThat(assets.largest()).extracting(AssetTotals.Asset::name).containsExactly("one");
    assertThat(assets.otherAssets()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void assets_fewOnes_areAllThereTheLargestFirst(boolean isShort) {
    List<LedgerRow> rows =
        List.of(
            row(Outcome.STAGED, 1, "small", 10L, null),
            row(Outcome.STAGED, 2, "large", 1000L, null),
            row(Outcome.DELETED, 3, "large", null, null),
            row(Outcome.MODIFIED, 4, null, 20L, null));

    AssetTotals assets = LedgerAssets.of(ledger(rows, isShort), totals(rows));

    assertThat(assets.largest())
        .extracting(AssetTotals.Asset::name)
        .containsExactly("large", "/root", "small");
    assertThat(assets.largest().get(0).totals().of(Outcome.STAGED)).isEqualTo(new Total(1, 1000));
    assertThat(assets.largest().get(0).totals().of(Outcome.DELETED)).isEqualTo(new Total(1, 0));
    assertThat(assets.otherAssets()).isZero();
    assertThat(assets.others().rows()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void assets_manyOnes_sumUpToTheWhole(boolean isShort) {
    List<LedgerRow> rows = new ArrayList<>();
    for (int i = 0; i < 3 * AssetTotals.MOST; i++) {
      rows.add(row(Outcome.STAGED, i, "asset" + i, (long) i, null));
      rows.add(row(Outcome.DELETED, 1000 + i, "asset" + i, 1L, null));
    }
    OutcomeTotals totals = totals(rows);

    AssetTotals assets = LedgerAssets.of(ledger(rows, isShort), totals);

    assertThat(assets.largest()).hasSize(AssetTotals.MOST);
    assertThat(assets.largest().get(0).name()).isEqualTo("asset149");
    assertThat(assets.otherAssets()).isEqualTo(2 * AssetTotals.MOST);
    for (Outcome outcome : List.of(Outcome.STAGED, Outcome.DELETED)) {
      long shown =
          assets.largest().stream().mapToLong(asset -> asset.totals().of(outcome).bytes()).sum();
      assertThat(shown + assets.others().of(outcome).bytes()).isEqualTo(totals.of(outcome).bytes());
      assertThat(assets.others().of(outcome).rows()).isEqualTo(2L * AssetTotals.MOST);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void assets_longNamesThatBeginAlike_stayApart(boolean isShort) {
    String long1 = "x".repeat(5000);
    List<LedgerRow> rows =
        List.of(
            row(Outcome.STAGED, 1, long1 + "1", Long.MAX_VALUE, null),
            row(Outcome.STAGED, 2, long1 + "1", Long.MAX_VALUE, null),
            row(Outcome.STAGED, 3, long1 + "2", 7L, null),
            row(Outcome.STAGED, 4, "x".repeat(1000), 6L, null));

    AssetTotals assets = LedgerAssets.of(ledger(rows, isShort), new OutcomeTotals(Map.of()));

    assertThat(assets.largest())
        .extracting(AssetTotals.Asset::name)
        .containsExactly("x".repeat(1000), "x".repeat(1000), "x".repeat(1000));
    assertThat(assets.largest())
        .extracting(asset -> asset.totals().of(Outcome.STAGED).bytes())
        .containsExactly(Long.MAX_VALUE, 7L, 6L);
  }

  /** More than a task holds at a time. */
  @Test
  void assets_veryManyOnes_areCountedOnce() {
    List<LedgerRow> rows = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      rows.add(row(Outcome.STAGED, i, "asset" + i % 25_000, 1L, null));
    }

    AssetTotals assets = LedgerAssets.of(ledger(rows, false), totals(rows));

    assertThat(assets.otherAssets()).isEqualTo(25_000 - AssetTotals.MOST);
    assertThat(assets.largest())
        .allSatisfy(
            asset -> assertThat(asset.totals().of(Outcome.STAGED)).isEqualTo(new Total(3, 3)));
    assertThat(assets.others().rows()).isEqualTo(60_000 - 3L * AssetTotals.MOST);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void problems_veryLongTexts_endWhereTheMemoryDoes(boolean isShort) {
    List<LedgerRow> rows = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      rows.add(row(Outcome.DELETED, 19_000 - i, "a".repeat(2000), null, "x".repeat(2000)));
    }

    ShownProblems problems = LedgerProblems.of(ledger(rows, isShort), totals(rows), 10_000);

    // 4 Mi characters in rows of 1,003 and 303 and few more.
    assertThat(problems.rows().size()).isBetween(3_000, 3_300);
    assertThat(problems.rows().get(0).position()).isEqualTo(15_001);
    assertThat(problems.groups().get(0).total().rows()).isEqualTo(4_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void plan_plannedRows_areThoseThatStandForAContent(boolean isShort) {
    List<LedgerRow> rows =
        List.of(
            planned(1, 0L, null, null),
            planned(2, 100L << 20, "REPLACED", null),
            planned(3, (100L << 20) + 1, "METADATA_ONLY; REPLACED", null),
            planned(4, 1L << 40, null, null),
            planned(5, 5L, null, "m#1"),
            row(Outcome.KNOWN_REMOTE, 6, "a", 77L, null));
    UploadSettings upload = new UploadSettings(10 << 20, 100 << 20, 1 << 30, false, null, null);

    DryRunPlan plan = DryRunPlan.of(ledger(rows, isShort), upload, DigestMode.ALWAYS, Map.of());

    assertThat(plan.uploads())
        .isEqualTo(
            new Uploads(
                2,
                2,
                11 + 10_000,
                2,
                (200L << 20) + 1 + (1L << 40),
                (100L << 20) + 1 + (1L << 40)));
    assertThat(plan.known()).isEqualTo(new KnownFiles(new Total(2, 82), Total.NONE));
  }
}
