package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.assetstager.StageFixture.Finished;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.BuildLedger;
import org.assetstager.ledger.LedgerSchema;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.TestSpark;
import org.assetstager.verify.Verdict;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages about the ledger say what is so: its columns, and queries on ledgers of real runs. */
class StageLedgerDocsTest {
  private static final Path PAGES = Path.of("src/site/markdown");
  private static final Pattern COLUMN =
      Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\| (yes|no) \\| (.+) \\|$");
  private static final Pattern QUERY = Pattern.compile("(?s)```sql\n(.*?)```");

  @TempDir static Path folder;
  private static Finished first;
  private static Finished second;

  @BeforeAll
  static void stageTwice() throws IOException {
    StageFixture fixture = new StageFixture(folder);
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.add(fixture.add("new/" + i, "a".repeat(1 << (4 * i))).put("created_by", "ann"));
    }
    for (String path : List.of("equal/1", "equal/2", "equal/3")) {
      rows.add(fixture.add(path, "equal contents").put("asset", "A").put("created_by", "bob"));
    }
    rows.add(fixture.add("empty", ""));
    rows.add(fixture.add("gone", "content of gone").put("created_by", "bob").put("asset", "A"));
    rows.add(fixture.add("changed", "content of changed"));
    rows.add(fixture.add("in the remote", "content of remote").put("asset", "A"));
    rows.add(fixture.add("in staging", "content of staging"));
    rows.add(fixture.add("conflict", "content of conflict"));
    rows.add(fixture.add("refused", "content that the store refuses").put("created_by", "bob"));
    rows.add(fixture.add("proxy", "of another store").put("proxy", true));
    fixture.server.put(
        EmbeddedS3.REMOTE, fixture.remoteKey("content of remote"), bytes("content of remote"));
    fixture.server.put(
        EmbeddedS3.REMOTE,
        fixture.remoteKey("content of conflict"),
        bytes("longer than the content"));
    fixture.server.put(
        EmbeddedS3.STAGING, fixture.stagingKey("content of staging"), bytes("content of staging"));
    Files.delete(fixture.path("gone"));
    fixture.file("changed", "CONTENT OF changed");
    Path manifest =
        fixture.manifest(
            "manifest.jsonl", StageFixture.lines(rows.toArray(ObjectNode[]::new)) + "no row\n");
    String refused = StageFixture.fileId(bytes("content that the store refuses"));
    try (FaultyS3 store =
        new FaultyS3(
            fixture.server,
            request ->
                request.line().startsWith("PUT ")
                        && request.line().contains(refused.substring(0, 20))
                    ? FaultyS3.Answer.error(400, "InvalidArgument")
                    : request.forward())) {
      fixture.endpoint(store.endpoint());
      first = fixture.stage(manifest, "--run-id", "first");
      second = fixture.stage(manifest, "--run-id", "second");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @AfterAll
  static void dropViews() {
    TestSpark.session().catalog().dropTempView("ledger");
  }

  private static String page(String name) {
    try {
      return Files.readString(PAGES.resolve(name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> codeColumns() {
    List<String> columns = new ArrayList<>();
    for (StructField field : BuildLedger.LEDGER.schema().fields()) {
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
            .matcher(page("ledger.md"))
            .results()
            .map(row -> "%s %s %s".formatted(row.group(1), row.group(2), row.group(3)))
            .toList();

    assertThat(documented).isEqualTo(codeColumns());
  }

  @Test
  void ledgerPage_version_isThatOfTheCode() {
    assertThat(page("ledger.md"))
        .contains("\nVersion: " + LedgerSchema.VERSION + "\n")
        .contains("`" + LedgerSchema.KEY + "`");
  }

  @Test
  void ledgerPage_words_areAllThatThereAre() {
    for (Outcome outcome : Outcome.values()) {
      assertThat(page("ledger.md")).contains("`" + outcome + "`");
    }
    for (Verdict verdict : Verdict.values()) {
      assertThat(page("ledger.md")).contains("`" + verdict + "`");
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

  static Stream<String> queries() {
    return QUERY.matcher(page("queries.md")).results().map(query -> query.group(1));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void query_onLedgersOfRealRuns_findsRows(String query) {
    assertThat(run(query)).isNotEmpty();
  }

  /** The view is made as the page about the ledger says. */
  private static List<Row> run(String query) {
    SparkSession spark = TestSpark.session();
    Matcher view =
        Pattern.compile("CREATE TEMPORARY VIEW ledger USING parquet OPTIONS \\(path '([^']+)'\\)")
            .matcher(page("ledger.md"));
    assertThat(view.find()).isTrue();
    spark.catalog().dropTempView("ledger");
    spark.sql(view.group().replace("hdfs:///ledger", "file:" + first.run.getParent()));
    return spark.sql(query).collectAsList();
  }

  private static List<Row> query(String heading) {
    String page = page("queries.md");
    String section = page.substring(page.indexOf("## " + heading));
    Matcher query = QUERY.matcher(section);
    assertThat(query.find()).isTrue();
    return run(query.group(1));
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

    assertThat(query("What has changed"))
        .extracting(row -> row.getString(0) + " " + row.getString(1) + " " + row.getLong(2))
        .contains("STAGED KNOWN_STAGING 6", "DUPLICATE KNOWN_STAGING 2", "DELETED DELETED 1");
    assertThat(second.outcomes()).doesNotContainValue(Outcome.STAGED);
  }
}
