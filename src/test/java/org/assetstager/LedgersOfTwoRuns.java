package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assetstager.StageFixture.Finished;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.TestSpark;

/**
 * The ledgers of the runs "first" and "second" on one asset in which nearly everything happens, as
 * files and as a table, with the queries of the documentation for them.
 */
record LedgersOfTwoRuns(StageFixture fixture, Finished first, Finished second) {
  private static final Pattern QUERY = Pattern.compile("(?s)```sql\n(.*?)```");
  private static final Pattern VIEW =
      Pattern.compile(
          "CREATE TEMPORARY VIEW ledger USING parquet OPTIONS \\(path '[^']+', [^)]+\\)");

  static LedgersOfTwoRuns stage(Path folder) throws IOException {
    StageFixture fixture = new StageFixture(folder);
    Path manifest = addFiles(fixture);
    String refused = StageFixture.fileId("content that the store refuses".getBytes(UTF_8));
    try (FaultyS3 store =
        new FaultyS3(
            fixture.server,
            request ->
                request.line().startsWith("PUT ")
                        && request.line().contains(refused.substring(0, 20))
                    ? FaultyS3.Answer.error(400, "InvalidArgument")
                    : request.forward())) {
      fixture.endpoint(store.endpoint());
      return new LedgersOfTwoRuns(
          fixture,
          fixture.stage(manifest, "--run-id", "first", "--ledger-format", "iceberg"),
          fixture.stage(manifest, "--run-id", "second", "--ledger-format", "iceberg"));
    }
  }

  private static Path addFiles(StageFixture fixture) throws IOException {
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
    put(fixture, EmbeddedS3.REMOTE, fixture.remoteKey("content of remote"), "content of remote");
    put(
        fixture,
        EmbeddedS3.REMOTE,
        fixture.remoteKey("content of conflict"),
        "longer than the content");
    put(
        fixture,
        EmbeddedS3.STAGING,
        fixture.stagingKey("content of staging"),
        "content of staging");
    Files.delete(fixture.path("gone"));
    fixture.file("changed", "CONTENT OF changed");
    return fixture.manifest(
        "manifest.jsonl", StageFixture.lines(rows.toArray(ObjectNode[]::new)) + "no row\n");
  }

  private static void put(StageFixture fixture, String bucket, String key, String content) {
    fixture.server.put(bucket, key, content.getBytes(UTF_8));
  }

  /** Returns the text of a page of the documentation. */
  static String page(String name) {
    try {
      return Files.readString(Path.of("src/site/markdown").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns all documented queries, in the page's order. */
  static List<String> queries() {
    return QUERY.matcher(page("queries.md")).results().map(query -> query.group(1)).toList();
  }

  /** Returns the first documented query below a heading. */
  static String query(String heading) {
    String page = page("queries.md");
    Matcher query = QUERY.matcher(page.substring(page.indexOf("## " + heading)));
    assertThat(query.find()).isTrue();
    return query.group(1);
  }

  /** Runs a query on the ledgers' files. The view is made as the page about the ledger says. */
  Dataset<Row> run(String query) {
    SparkSession spark = TestSpark.session();
    Matcher view = VIEW.matcher(page("ledger.md"));
    assertThat(view.find()).isTrue();
    dropView();
    spark.sql(view.group().replace("hdfs:///ledger", "file:" + fixture.ledgers));
    return spark.sql(query);
  }

  void dropView() {
    TestSpark.session().catalog().dropTempView("ledger");
  }
}
