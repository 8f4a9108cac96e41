package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of all ledgers in a user's SQL engine: Spark with Iceberg's own runtime, in a JVM that
 * has nothing of the job. There is such a runtime for Spark 4.1: {@code -Pspark-4.1}.
 */
@Tag("process")
@Tag("server")
@Tag("spark")
@EnabledIfSystemProperty(named = "iceberg.spark.runtime", matches = ".+")
class StageLedgerSqlTest {
  /** The last two alter the table, but not the runs' own files. */
  private static final List<String> HISTORY =
      List.of(
          "SELECT summary['asset-stager.run-id'] AS run FROM assets.iceberg.ledger.snapshots"
              + " ORDER BY committed_at",
          "SELECT partition.run_id, record_count FROM assets.iceberg.ledger.partitions"
              + " ORDER BY run_id",
          "DELETE FROM ledger WHERE run_id = 'first'",
          "SELECT DISTINCT run_id FROM ledger");

  @TempDir static Path folder;
  private static LedgersOfTwoRuns ledgers;
  private static List<List<String>> answers;
  private static List<List<String>> historyAnswers;

  @BeforeAll
  static void stageTwiceAndAsk() throws Exception {
    ledgers = LedgersOfTwoRuns.stage(folder);
    List<String> queries = LedgersOfTwoRuns.queries();
    List<List<String>> all =
        inUsersEngine(Stream.concat(queries.stream(), HISTORY.stream()).toList());
    answers = all.subList(0, queries.size());
    historyAnswers = all.subList(queries.size(), all.size());
  }

  @AfterAll
  static void dropView() {
    ledgers.dropView();
  }

  @Test
  void table_documentedQueries_answerAsOnTheFiles() {
    List<String> queries = LedgersOfTwoRuns.queries();

    assertThat(queries).hasSizeGreaterThan(10);
    for (int i = 0; i < queries.size(); i++) {
      assertThat(answers.get(i))
          .as(queries.get(i))
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(
              ledgers.run(queries.get(i)).toJSON().collectAsList());
    }
  }

  @Test
  void table_historyAndRemovalOfARun_areThoseOfATable() throws IOException {
    int rows = ledgers.first().ledger().size();
    assertThat(historyAnswers.get(0))
        .containsExactly("{\"run\":\"first\"}", "{\"run\":\"second\"}");
    assertThat(historyAnswers.get(1))
        .containsExactly(
            "{\"run_id\":\"first\",\"record_count\":%d}".formatted(rows),
            "{\"run_id\":\"second\",\"record_count\":%d}".formatted(rows));
    assertThat(historyAnswers.get(3)).containsExactly("{\"run_id\":\"second\"}");
    assertThat(ledgers.first().ledger()).as("the run's own files").hasSize(rows);
  }

  /** Runs statements, one after another, and returns the rows of each as JSON. */
  private static List<List<String>> inUsersEngine(List<String> statements) throws Exception {
    Path script = folder.resolve("statements");
    Files.writeString(script, String.join("\n;\n", statements));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", usersClassPath(), UsersEngine.class.getName()));
    String timeZone = TestSpark.session().conf().get("spark.sql.session.timeZone");
    command.addAll(List.of("file:" + ledgers.fixture().ledgers, script.toString(), timeZone));
    Path answers = folder.resolve("answers");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(answers.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    List<List<String>> parsed = new ArrayList<>();
    for (String line : Files.readAllLines(answers, UTF_8)) {
      if (line.equals(UsersEngine.NEXT)) {
        parsed.add(new ArrayList<>());
      } else {
        parsed.get(parsed.size() - 1).add(line);
      }
    }
    return parsed;
  }

  /** Returns Spark's jars and Iceberg's runtime, without the job and the Iceberg that it brings. */
  private static String usersClassPath() {
    Path target = Path.of(System.getProperty("project.build.directory"));
    String others =
        Pattern.compile(File.pathSeparator)
            .splitAsStream(System.getProperty("java.class.path"))
            .filter(entry -> !entry.contains("org/apache/iceberg"))
            .filter(entry -> !Path.of(entry).equals(target.resolve("classes")))
            .collect(Collectors.joining(File.pathSeparator));
    return System.getProperty("iceberg.spark.runtime") + File.pathSeparator + others;
  }

  /** What the page about the ledger tells {@code spark-sql} to do. */
  static final class UsersEngine {
    static final String NEXT = "--";

    private UsersEngine() {}

    public static void main(String[] args) throws IOException {
      SparkSession spark =
          SparkSession.builder()
              .master("local[1]")
              .config("spark.ui.enabled", false)
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.sql.session.timeZone", args[2])
              .config("spark.sql.catalog.assets", "org.apache.iceberg.spark.SparkCatalog")
              .config("spark.sql.catalog.assets.type", "hadoop")
              .config("spark.sql.catalog.assets.warehouse", args[0])
              .getOrCreate();
      spark.sql("USE assets.iceberg");
      for (String statement :
          Pattern.compile("\n;\n").split(Files.readString(Path.of(args[1])), 0)) {
        System.out.println(NEXT);
        spark.sql(statement).toJSON().collectAsList().forEach(System.out::println);
      }
    }
  }
}
