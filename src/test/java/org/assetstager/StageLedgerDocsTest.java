package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.assetstager.StageFixture.Finished;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerSchema;
import org.assetstager.ledger.Remedy;
import org.assetstager.verify.Verdict;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages about the ledger say what is so: its columns, and queries on ledgers of real runs. */
@Tag("server")
@Tag("spark")
class StageLedgerDocsTest {
  private static final Pattern COLUMN =
      Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\| (yes|no) \\| (.+) \\|$");

  @TempDir static Path folder;
  private static LedgersOfTwoRuns ledgers;
  private static Finished first;
  private static Finished second;

  @BeforeAll
  static void stageTwice() throws IOException {
    ledgers = LedgersOfTwoRuns.stage(folder);
    first = ledgers.first();
    second = ledgers.second();
  }

  @AfterAll
  static void dropViews() {
    ledgers.dropView();
  }

  private static List<String> codeColumns() {
    List<String> columns = new ArrayList<>();
    for (StructField field : LedgerRow.CODEC.schema().fields()) {
      columns.add(
          "%s %s %s"
              .formatted(
                  field.name(), field.dataType().typeName(), field.nullable() ? "yes" : "no"));
    }
    return columns;
  }

  @Test
  void ledgerPage_columns_areThoseOfTheCode() {
    List<String> documented =
        COLUMN
            .matcher(LedgersOfTwoRuns.page("ledger.md"))
            .results()
            .map(row -> "%s %s %s".formatted(row.group(1), row.group(2), row.group(3)))
            .toList();

    assertThat(documented).isEqualTo(codeColumns());
  }

  @Test
  void ledgerPage_version_isThatOfTheCode() {
    assertThat(LedgersOfTwoRuns.page("ledger.md"))
        .contains("\nVersion: " + LedgerSchema.VERSION + "\n")
        .contains("`" + LedgerSchema.KEY + "`");
  }

  @Test
  void ledgerPage_words_areAllThatThereAre() {
    for (Outcome outcome : Outcome.values()) {
      assertThat(LedgersOfTwoRuns.page("ledger.md")).contains("`" + outcome + "`");
    }
    for (Remedy remedy : Remedy.values()) {
      assertThat(LedgersOfTwoRuns.page("ledger.md"))
          .contains("| `" + remedy.code() + "` | " + remedy.words() + " |");
    }
    for (Verdict verdict : Verdict.values()) {
      assertThat(LedgersOfTwoRuns.page("ledger.md")).contains("`" + verdict + "`");
    }
  }

  @Test
  void ledger_files_haveTheSchemaAndItsVersion() throws IOException {
    assertThat(first.report().get("ledger_schema").asInt()).isEqualTo(LedgerSchema.VERSION);
    try (Stream<Path> files = Files.list(first.run.resolve("ledger"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        FileMetaData footer = footer(file);
        assertThat(footer.getKeyValueMetaData())
            .containsEntry(LedgerSchema.KEY, String.valueOf(LedgerSchema.VERSION));
        assertThat(footer.getSchema().getFields().stream().map(StageLedgerDocsTest::column))
            .isEqualTo(codeColumns());
        assertThat(footer.getSchema().getFields().stream().map(field -> field.getId().intValue()))
            .isSorted()
            .startsWith(1)
            .doesNotHaveDuplicates();
      }
    }
  }

  private static FileMetaData footer(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
      return reader.getFooter().getFileMetaData();
    }
  }

  private static String column(Type field) {
    String type =
        Map.of("binary", "string", "int64", "long", "boolean", "boolean")
            .get(
                field
                    .asPrimitiveType()
                    .getPrimitiveTypeName()
                    .name()
                    .toLowerCase(java.util.Locale.ROOT));
    return "%s %s %s"
        .formatted(
            field.getName(), type, field.isRepetition(Type.Repetition.OPTIONAL) ? "yes" : "no");
  }

  static List<String> queries() {
    return LedgersOfTwoRuns.queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void query_onLedgersOfRealRuns_findsRows(String query) {
    assertThat(ledgers.run(query).collectAsList()).isNotEmpty();
  }

  private static List<Row> query(String heading) {
    return ledgers.run(LedgersOfTwoRuns.query(heading)).collectAsList();
  }

  @Test
  void queries_needAndSaved_giveWhatTheLedgersSay() {
    Map<String, Long> needs = new TreeMap<>();
    query("What needs me?").forEach(row -> needs.put(row.getString(0), row.getLong(2)));
    assertThat(needs)
        .isEqualTo(
            Map.of("DELETED", 2L, "MODIFIED", 2L, "CONFLICT", 2L, "FAILED", 2L, "INVALID", 2L));

    Row saved = query("What did we save?").get(0);
    assertThat(saved.getString(0)).isEqualTo("first");
    assertThat(saved.getLong(1)).isEqualTo("content of remote".length());
    assertThat(saved.getLong(2)).isEqualTo("content of staging".length());
    assertThat(saved.getLong(3)).isEqualTo(2L * "equal contents".length());
    assertThat(saved.getLong(4)).isEqualTo(first.report().get("bytes_uploaded").asLong());
  }

  @Test
  void queries_whoAndChanges_giveWhatTheLedgersSay() {
    Row worst = query("Who added the failures?").get(0);
    assertThat(worst.getString(0)).isEqualTo("nobody named");
    assertThat(worst.getLong(2)).isEqualTo(6);
    assertThat(query("Who added the failures?").get(1).getString(0)).isEqualTo("bob");

    assertThat(query("What changed"))
        .extracting(row -> row.getString(0) + " " + row.getString(1) + " " + row.getLong(2))
        .contains("STAGED KNOWN_STAGING 6", "DUPLICATE KNOWN_STAGING 2", "DELETED DELETED 1");
    assertThat(second.outcomes()).doesNotContainValue(Outcome.STAGED);
  }
}
