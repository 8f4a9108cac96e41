package org.assetstager.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.Row;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerTable.Added;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommits;
import org.assetstager.testing.IcebergTable;
import org.assetstager.testing.WrittenLedger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("spark")
class LedgerTableTest {
  private static final int ROWS = 40;

  private final Configuration configuration = new Configuration();

  @TempDir Path ledgers;

  private LedgerTable table() {
    return LedgerTable.below("file:" + ledgers, configuration);
  }

  private RunFolder folder(String runId) {
    return new RunFolder("file:" + ledgers, runId, configuration);
  }

  private static LedgerRow row(String runId, int number, String content) {
    boolean odd = number % 2 == 1;
    return new LedgerRow(
        runId,
        "m",
        number,
        "top",
        null,
        odd ? "a" : null,
        "/root",
        content + number,
        odd ? (long) number : null,
        null,
        null,
        null,
        "UNCHANGED",
        null,
        odd ? Outcome.STAGED : Outcome.PLANNED,
        null,
        null,
        null,
        null,
        number,
        null,
        null,
        null,
        null,
        odd ? 1L : null,
        null,
        null,
        null,
        null,
        odd,
        LedgerFacts.NONE,
        null,
        odd);
  }

  /** Writes a ledger of several files. */
  private List<Row> write(String runId, String content) {
    List<LedgerRow> rows =
        IntStream.range(0, ROWS).mapToObj(number -> row(runId, number, content)).toList();
    WrittenLedger.write(folder(runId), rows, ROWS / 3);
    return rows.stream().map(LedgerRow.CODEC::toRow).toList();
  }

  private void remove(String runId) {
    folder(runId).delete("ledger");
    folder(runId).delete(StepCommits.FOLDER);
  }

  @Test
  void add_run_isThereOnce() {
    List<Row> rows = write("r1", "one");

    assertThat(table().add("r1", "n1", folder("r1"))).isEqualTo(Added.NOW);
    assertThat(table().add("r1", "n1", folder("r1"))).isEqualTo(Added.BEFORE);
    assertThat(IcebergTable.rows(ledgers)).containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void table_filterOnTheRun_readsNoFilesOfOthers() {
    write("r1", "one");
    List<Row> rows = write("r2", "two");
    table().add("r1", "n1", folder("r1"));
    table().add("r2", "n2", folder("r2"));
    remove("r1");

    assertThat(IcebergTable.rowsOf(ledgers, "r2")).containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void add_idOfARunWhoseFolderIsGone_takesItsPlace() {
    List<Row> others = write("other", "other");
    write("nightly", "before");
    table().add("other", "n1", folder("other"));
    table().add("nightly", "n2", folder("nightly"));
    remove("nightly");
    List<Row> after = write("nightly", "a longer text, after");

    assertThat(table().add("nightly", "n3", folder("nightly"))).isEqualTo(Added.NOW);
    assertThat(IcebergTable.rowsOf(ledgers, "nightly")).containsExactlyInAnyOrderElementsOf(after);
    assertThat(IcebergTable.rowsOf(ledgers, "other")).containsExactlyInAnyOrderElementsOf(others);
  }

  static Stream<Table> otherTables() {
    Schema otherType =
        new Schema(
            NestedField.required(1, "run_id", Types.StringType.get()),
            NestedField.required(2, "manifest_file", Types.LongType.get()));
    return Stream.of(
        new Table(otherType, PartitionSpec.builderFor(otherType).identity("run_id").build()),
        new Table(LedgerTable.schema(), PartitionSpec.unpartitioned()));
  }

  /** How a table was made that isn't the job's. */
  private record Table(Schema schema, PartitionSpec partitions) {}

  @ParameterizedTest
  @MethodSource("otherTables")
  void add_tableWithOtherColumnsOrPartitions_isRefused(Table table) {
    String location = "file:" + ledgers + "/iceberg/ledger";
    new HadoopTables(configuration).create(table.schema(), table.partitions(), Map.of(), location);
    write("r1", "one");

    assertThatThrownBy(() -> table().add("r1", "n1", folder("r1")))
        .isInstanceOf(JobFailure.class)
        .hasMessageContainingAll(location, "has other columns or partitions", "Move it aside");
  }

  @Test
  void add_tableOfAnOlderVersion_getsTheColumnsThatHaveCome() {
    Schema all = LedgerTable.schema();
    Schema older = new Schema(all.columns().subList(0, all.columns().size() - 2));
    new HadoopTables(configuration)
        .create(
            older,
            PartitionSpec.builderFor(older).identity("run_id").build(),
            Map.of(),
            "file:" + ledgers + "/iceberg/ledger");
    List<Row> rows = write("r1", "one");
    table().add("r1", "n1", folder("r1"));
    rows = new ArrayList<>(rows);
    rows.addAll(write("r2", "two"));
    table().add("r2", "n2", folder("r2"));

    assertThat(IcebergTable.load(ledgers).schema().columns())
        .extracting(NestedField::fieldId, NestedField::name)
        .isEqualTo(
            all.columns().stream().map(column -> tuple(column.fieldId(), column.name())).toList());
    assertThat(IcebergTable.rows(ledgers)).containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void add_ledgerThatIsNoParquet_namesTheTableAndHowToGoOn() throws Exception {
    write("r1", "one");
    Files.writeString(ledgers.resolve("run_id=r1/ledger/part-00009.parquet"), "no Parquet");

    assertThatThrownBy(() -> table().add("r1", "n1", folder("r1")))
        .isInstanceOf(JobFailure.class)
        .hasMessageContainingAll("Can't add the run's ledger to the table", "--resume");
  }

  @Test
  void add_manyRunsAtOnce_losesNone() throws Exception {
    List<Row> rows = new ArrayList<>();
    List<Callable<Added>> adding = new ArrayList<>();
    for (String runId : List.of("r1", "r2")) {
      rows.addAll(write(runId, "content"));
      adding.add(() -> table().add(runId, "n", folder(runId)));
      adding.add(() -> table().add(runId, "n", folder(runId)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(adding.size());
    try {
      List<Added> added = new ArrayList<>();
      for (Future<Added> result : threads.invokeAll(adding)) {
        added.add(result.get());
      }
      assertThat(added).filteredOn(Added.NOW::equals).hasSize(2);
    } finally {
      threads.shutdown();
    }
    assertThat(IcebergTable.rows(ledgers)).containsExactlyInAnyOrderElementsOf(rows);
  }
}
