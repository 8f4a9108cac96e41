package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.functional.ConsumerRaisingIOE;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.ProblemCounts;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.RunFolder;
import org.assetstager.testing.SampleRows;
import org.assetstager.testing.TestSpark;
import org.assetstager.testing.WrittenLedger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("spark")
class KnownProblemsTest {
  /** More rows than the driver reads by itself. */
  private static final long LONG = 10_001;

  @TempDir Path ledgers;

  private static LedgerRow row(
      Outcome outcome, @Nullable String root, @Nullable String path, @Nullable String remedy) {
    return SampleRows.ledgerRow(outcome, "m", 7, null, root, path, 1L, null, remedy, null);
  }

  private static LedgerRow modified(String path) {
    return row(Outcome.MODIFIED, "/data", path, "Add it again");
  }

  private static LedgerRow deleted(String path) {
    return row(
        Outcome.DELETED,
        "/data",
        path,
        "Remove it from the asset, or put the file back and add it again");
  }

  private static OutcomeTotals totals(List<LedgerRow> rows) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    rows.forEach(row -> totals.merge(row.outcome(), new Total(1, 1), Total::plus));
    return new OutcomeTotals(totals);
  }

  private RunFolder folder(String runId) {
    return new RunFolder("file:" + ledgers, runId, new Configuration());
  }

  /** Writes a run that has ended. */
  private RunFolder write(String runId, List<LedgerRow> rows, OutcomeTotals reported) {
    RunFolder folder = folder(runId);
    WrittenLedger.write(folder, rows, 1 + rows.size() / 3);
    RunReport report =
        new RunReport(
            runId,
            "stage",
            false,
            "1",
            "4",
            Instant.EPOCH,
            Instant.EPOCH,
            ExitCode.NEEDS_PERSON,
            null,
            folder.location(),
            rows.size(),
            reported,
            0,
            List.of(),
            List.of(),
            Map.of(),
            null,
            null,
            Map.of(),
            null);
    folder.writeText("report.json", ReportJson.write(report));
    return folder;
  }

  private ProblemCounts count(
      List<LedgerRow> before, List<LedgerRow> now, boolean isShort, long most) {
    OutcomeTotals reported = totals(before);
    if (!isShort) {
      Map<Outcome, Total> more = new EnumMap<>(reported.byOutcome());
      more.put(Outcome.STAGED, new Total(LONG, 0));
      reported = new OutcomeTotals(more);
    }
    RunFolder earlier = write("earlier", before, reported);
    RunFolder run = write("now", now, totals(now));
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    return KnownProblems.of(earlier, most)
        .count(spark, LedgerFiles.of(spark, run, now.size()), totals(now));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void count_sameRootPathOutcomeAndRemedy_isKnown(boolean isShort) {
    List<LedgerRow> before =
        List.of(
            modified("same"),
            modified("now deleted"),
            modified("mended"),
            deleted("gone"),
            row(Outcome.MODIFIED, "/other", "elsewhere", "Add it again"),
            row(Outcome.UNREADABLE, "/data", "u", "Do what another version says"),
            row(
                Outcome.FAILED,
                "/data",
                "failed",
                "Run again; if it fails again, act on the error"),
            row(Outcome.STAGED, "/data", "staged", null));
    List<LedgerRow> now =
        List.of(
            modified("same"),
            modified("same"),
            deleted("now deleted"),
            row(Outcome.STAGED, "/data", "mended", null),
            deleted("gone"),
            modified("elsewhere"),
            row(
                Outcome.UNREADABLE,
                "/data",
                "u",
                "Let the job's user read the file, or repair its storage, then run again"),
            modified("staged"),
            row(
                Outcome.FAILED,
                "/data",
                "failed",
                "Run again; if it fails again, act on the error"));

    ProblemCounts problems = count(before, now, isShort, 4);

    assertThat(problems).isEqualTo(new ProblemCounts("earlier", 3, 4, 4));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void count_rowsWithoutPath_areAlwaysNew(boolean isShort) {
    LedgerRow bad = row(Outcome.INVALID, null, null, "Fix the manifest's row, then run again");
    LedgerRow withPath =
        row(Outcome.INVALID, "/data", "p", "Fix the manifest's row, then run again");

    assertThat(count(List.of(bad, withPath), List.of(bad, withPath), isShort, 0))
        .isEqualTo(new ProblemCounts("earlier", 1, 1, 0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void count_namesThatRunTogether_areKeptApart(boolean isShort) {
    List<LedgerRow> before = List.of(row(Outcome.MODIFIED, "/a", "b/c", "Add it again"));
    List<LedgerRow> now =
        List.of(
            row(Outcome.MODIFIED, "/a/b", "c", "Add it again"),
            row(Outcome.MODIFIED, "/a", "b/c\u0000", "Add it again"));

    assertThat(count(before, now, isShort, 0).known()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void count_manyProblems_areAllFound(boolean isShort) {
    List<LedgerRow> before = new ArrayList<>();
    List<LedgerRow> now = new ArrayList<>();
    IntStream.range(0, 3000).forEach(i -> before.add(modified("p" + i)));
    IntStream.range(1000, 4000).forEach(i -> now.add(modified("p" + i)));

    assertThat(count(before, now, isShort, 0))
        .isEqualTo(new ProblemCounts("earlier", 2000, 1000, 0));
  }

  @Test
  void count_noEarlierRun_leavesAllNew() {
    List<LedgerRow> now = List.of(modified("a"), modified("b"));
    RunFolder run = write("now", now, totals(now));
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());

    ProblemCounts problems =
        KnownProblems.of(null, 2).count(spark, LedgerFiles.of(spark, run, 2), totals(now));

    assertThat(problems).isEqualTo(new ProblemCounts(null, 0, 2, 2));
    assertThat(problems.count()).isFalse();
  }

  @Test
  void of_runThatHasNotEnded_isRefused() {
    assertThatThrownBy(() -> KnownProblems.of(folder("none"), 0))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.INPUT))
        .hasMessageContaining("run_id=none, named by --known-problems, has not ended");
  }

  private void removeAFile(RunFolder run) {
    assertThat(run.delete("ledger/part-00000.parquet")).isTrue();
  }

  @Test
  void of_runWhoseLedgerLacksFiles_isRefused() {
    RunFolder earlier = write("earlier", List.of(modified("a")), totals(List.of(modified("a"))));
    removeAFile(earlier);

    assertThatThrownBy(() -> KnownProblems.of(earlier, 0))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.INPUT))
        .hasMessageContaining(
            "run_id=earlier, named by --known-problems, lacks files of its ledger");
  }

  @Test
  void count_ledgerLosesFilesMeanwhile_leavesAllNew() throws IOException {
    requireAllNew(this::removeAFile);
  }

  @Test
  void count_ledgerCantBeReadAnyMore_leavesAllNew() throws IOException {
    requireAllNew(
        earlier -> {
          earlier.delete("ledger");
          Files.createSymbolicLink(ledgers.resolve("run_id=earlier/ledger"), Path.of("ledger"));
        });
  }

  private void requireAllNew(ConsumerRaisingIOE<RunFolder> meanwhile) throws IOException {
    List<LedgerRow> rows = List.of(modified("a"), modified("b"));
    RunFolder earlier = write("earlier", rows, totals(rows));
    RunFolder run = write("now", rows, totals(rows));
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    KnownProblems known = KnownProblems.of(earlier, 1);
    meanwhile.accept(earlier);

    assertThat(known.count(spark, LedgerFiles.of(spark, run, 2), totals(rows)))
        .isEqualTo(new ProblemCounts(null, 0, 2, 1));
  }
}
