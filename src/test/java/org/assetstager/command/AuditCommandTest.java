package org.assetstager.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.run.RunFolder;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.TestSpark;
import org.assetstager.testing.WrittenLedger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("server")
@Tag("spark")
class AuditCommandTest {
  private static final String SMALL_PARTS =
      "upload { part-size = 5MiB, multipart-threshold = 5MiB }";

  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();
  private final byte[] large = new byte[6 << 20];
  private @TempDir Path folder;
  private SubmittedAsset asset;
  private String config;
  private Path run;

  @BeforeEach
  void stageAnAsset() {
    new SplittableRandom(1).nextBytes(large);
    server.put(EmbeddedS3.REMOTE, key("known"), "known".getBytes(UTF_8));
    asset =
        new SubmittedAsset(folder)
            .add("a", "first".getBytes(UTF_8))
            .add("same", "first".getBytes(UTF_8))
            .add("b", "second".getBytes(UTF_8))
            .add("k", "known".getBytes(UTF_8))
            .add("large", large)
            .add("gone", "gone".getBytes(UTF_8));
    asset.delete("gone");
    config = asset.config(server, prefix, server.endpoint(), asset.ledgerPath(), SMALL_PARTS);
    Ran staged =
        Commands.run(
            "stage", "--config", config, "--manifest", asset.manifestFile(), "--run-id", "r");
    assertThat(staged.exitCode()).as(staged.err()).isEqualTo(3);
    run = folder.resolve("ledger").resolve("run_id=r");
  }

  private String key(String content) {
    return key(content.getBytes(UTF_8));
  }

  private String key(byte[] content) {
    return prefix + "contents/h1/" + new FileId(Md5.parse(EmbeddedS3.md5Hex(content)));
  }

  private Ran audit(String... more) {
    String[] all =
        Stream.concat(
                Stream.of("audit", "--run", run.toString(), "--config", config), Stream.of(more))
            .toArray(String[]::new);
    return Commands.run(all);
  }

  private Path onlyAudit() throws IOException {
    try (Stream<Path> audits = Files.list(run.resolve("audits"))) {
      List<Path> found = audits.toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private JsonNode report() throws IOException {
    return new ObjectMapper().readTree(Files.readString(onlyAudit().resolve("audit.json")));
  }

  /** Returns the MD5 of each audited content to what was found. */
  private Map<String, String> rows() throws IOException {
    Dataset<Row> rows = TestSpark.session().read().parquet(onlyAudit().resolve("rows").toString());
    return rows
        .selectExpr("md5", "concat_ws(' ', found_in, proof, problem, cast(rows as string))")
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getString(1)));
  }

  private static String md5(String content) {
    return EmbeddedS3.md5Hex(content.getBytes(UTF_8));
  }

  @Test
  void audit_nothingHappened_findsEverythingAndWritesNoObject() throws IOException {
    Map<String, String> staging = server.md5s(EmbeddedS3.STAGING, prefix);

    Ran ran = audit();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("Exit code 0: everything that the ledger calls staged or known is there.");
    assertThat(rows())
        .isEqualTo(
            Map.of(
                md5("first"), "staging ETAG 2",
                md5("second"), "staging ETAG 1",
                md5("known"), "remote ETAG 1",
                EmbeddedS3.md5Hex(large), "staging RECORDED_ETAG 1"));
    JsonNode report = report();
    assertThat(report.get("exit_code").asInt()).isZero();
    assertThat(report.get("ledger_rows").asLong()).isEqualTo(6);
    assertThat(report.get("ledger_problem").isNull()).isTrue();
    assertThat(report.get("audited").get("contents").asLong()).isEqualTo(4);
    assertThat(report.get("audited").get("rows").asLong()).isEqualTo(5);
    assertThat(report.get("held").get("ETAG").get("bytes").asLong()).isEqualTo(5 + 6 + 5);
    // The listings prove all of them.
    assertThat(report.get("requests").has("HEAD")).isFalse();
    assertThat(report.get("requests").has("GET")).isFalse();
    assertThat(server.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(staging);
    assertThat(server.openMultipartUploads(EmbeddedS3.STAGING, prefix)).isEmpty();
  }

  @Test
  void audit_listingsNotWanted_asksForEachContentAndFindsTheSame() throws IOException {
    Ran ran = audit("--set", "remote.listing=head", "--set", "staging.listing=head");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(rows().values())
        .containsExactlyInAnyOrder(
            "staging ETAG 2", "staging ETAG 1", "remote ETAG 1", "staging RECORDED_ETAG 1");
    assertThat(report().get("requests").get("HEAD").asLong()).isEqualTo(8);
  }

  @Test
  void audit_ledgerWithRowsThatNoRunWrites_namesThemAsDamaged() throws IOException {
    RunFolder folder = new RunFolder("file:" + run, new Configuration());
    List<LedgerRow> rows =
        TestSpark.session()
            .read()
            .schema(LedgerRow.CODEC.schema())
            .parquet(run.resolve("ledger").toString())
            .collectAsList()
            .stream()
            .map(LedgerRow.CODEC::fromRow)
            .toList();
    TestSpark.session()
        .createDataFrame(
            rows.stream().map(LedgerRow.CODEC::toRow).toList(), LedgerRow.CODEC.schema())
        .withColumn("md5", functions.expr("if(outcome = 'KNOWN_REMOTE', 'none', md5)"))
        .coalesce(1)
        .write()
        .parquet(run.resolve("written").toString());
    folder.delete("ledger");
    try (Stream<Path> files = Files.list(run.resolve("written"))) {
      Path part =
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.createDirectories(run.resolve("ledger"));
      Files.move(part, run.resolve("ledger/part-00000.parquet"));
      Files.writeString(run.resolve("ledger/_SUCCESS"), "1");
    }

    Ran ran = audit();

    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(4);
    assertThat(rows()).containsEntry("none", "DAMAGED_ROW 1").hasSize(4);
    assertThat(ran.out()).contains("the ledger's row is damaged");
  }

  @Test
  void auditDeep_nothingHappened_readsEveryObjectBack() throws IOException {
    Ran ran = audit("--deep");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(rows().values())
        .containsExactlyInAnyOrder(
            "staging READ_BACK 2",
            "staging READ_BACK 1",
            "remote READ_BACK 1",
            "staging READ_BACK 1");
    assertThat(report().get("bytes_read").asLong()).isEqualTo(5 + 6 + 5 + large.length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void audit_serverMovedContent_findsItInTheRemote(boolean deep) throws IOException {
    server.put(EmbeddedS3.REMOTE, key("second"), "second".getBytes(UTF_8));
    server.delete(EmbeddedS3.STAGING, key("second"));

    Ran ran = deep ? audit("--deep") : audit();

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(rows()).containsEntry(md5("second"), deep ? "remote READ_BACK 1" : "remote ETAG 1");
  }

  @Test
  void audit_objectsLostAlteredAndCutShort_namesEachWithItsRemedy() throws IOException {
    server.delete(EmbeddedS3.STAGING, key("first"));
    server.put(EmbeddedS3.STAGING, key("second"), "secone".getBytes(UTF_8));
    server.put(EmbeddedS3.REMOTE, key("known"), "know".getBytes(UTF_8));

    Ran ran = audit();

    assertThat(ran.exitCode()).isEqualTo(4);
    assertThat(rows())
        .containsEntry(md5("first"), "ABSENT 2")
        .containsEntry(md5("second"), "staging CONTRADICTED WRONG_HASH 1")
        .containsEntry(md5("known"), "remote WRONG_SIZE 1")
        .containsEntry(EmbeddedS3.md5Hex(large), "staging RECORDED_ETAG 1");
    assertThat(ran.out())
        .contains("ABSENT, 2 rows such as " + folder.resolve("root").resolve("a"))
        .contains("do:  Stage the file again")
        .contains("4 bytes instead of 5")
        .contains("Exit code 4: 3 contents are not there as the ledger says.");
    assertThat(report().get("problems").get("ABSENT").get("rows").asLong()).isEqualTo(2);
  }

  @Test
  void auditDeep_multipartReplacedBySameSize_isWrongHashWhereHeadSeesSizeOnly() throws IOException {
    byte[] other = large.clone();
    other[large.length - 1]++;
    server.putMultipart(EmbeddedS3.STAGING, key(large), other, 5 << 20, Map.of());

    assertThat(audit().exitCode()).isZero();
    assertThat(rows()).containsEntry(EmbeddedS3.md5Hex(large), "staging SIZE_ONLY 1");

    Ran deep = audit("--deep");
    assertThat(deep.exitCode()).isEqualTo(4);
    assertThat(deep.out()).contains("WRONG_HASH").contains(EmbeddedS3.md5Hex(large));
  }

  @Test
  void audit_objectThatOnlyWhoPutItCanRead_isNamedWithoutAnAnswer() throws IOException {
    // What is encrypted has another ETag than its MD5.
    server.put(EmbeddedS3.STAGING, key("second"), "zecond".getBytes(UTF_8));
    String object = key("second").substring(prefix.length()).replace("=", "%3D");
    FaultyS3.Fault ownersKey =
        request ->
            request.line().contains(object)
                ? FaultyS3.Answer.error(400, "InvalidRequest")
                : request.forward();
    try (FaultyS3 store = new FaultyS3(server, ownersKey)) {
      config = asset.config(server, prefix, store.endpoint(), asset.ledgerPath(), SMALL_PARTS);

      Ran ran = audit();

      assertThat(ran.exitCode()).as(ran.err()).isEqualTo(4);
      assertThat(rows()).containsEntry(md5("second"), "NO_ANSWER 1");
      assertThat(ran.out())
          .contains("Only who put the object '" + key("second") + "' of staging can read it")
          .contains("Exit code 4: S3 gave no answer about 1 content.");
    }
  }

  @Test
  void audit_partOfTheLedgerIsMissing_saysThatItIsNotWhole() throws IOException {
    List<Path> parts;
    try (Stream<Path> files = Files.list(run.resolve("ledger"))) {
      parts = files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
    Files.delete(
        parts.stream()
            .filter(part -> TestSpark.session().read().parquet(part.toString()).count() > 0)
            .findFirst()
            .orElseThrow());

    Ran ran = audit();

    assertThat(ran.exitCode()).isEqualTo(4);
    assertThat(ran.out()).contains("The ledger is not as its run wrote it: it has");
  }

  @Test
  void audit_otherPrefixThanTheRuns_isRefusedBeforeAnythingSeemsLost() {
    Ran ran = audit("--set", "staging.prefix=elsewhere/");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("The run staged with staging.prefix = " + prefix);
    assertThat(run.resolve("audits")).doesNotExist();
  }

  @Test
  void audit_runWithoutReport_isRefused() throws IOException {
    Files.delete(run.resolve("steps/report.json"));
    Files.delete(run.resolve("report.json"));

    Ran ran = audit();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("has not ended").contains("stage --resume");
  }

  @Test
  void audit_noSuchRun_isRefused() throws IOException {
    Files.delete(run.resolve("run.json"));

    Ran ran = audit();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("There is no run in").contains("'asset-stager runs' lists");
  }

  @Test
  void audit_ledgerAlteredMeanwhile_saysHowManyRowsWereLookedAt() throws IOException {
    Runnable alter =
        WrittenLedger.altered(
            new RunFolder(run.toUri().toString(), new Configuration(false)),
            new RunFolder(folder.resolve("altered").toUri().toString(), new Configuration(false)),
            row -> "a".equals(row.path()) ? WrittenLedger.with(row, "outcome", "NOT_ADDED") : row);
    AtomicInteger lists = new AtomicInteger();
    FaultyS3.Fault whileListed =
        request -> {
          if (request.line().matches("GET .*list-type=2.*contents.*")
              && lists.getAndIncrement() == 0) {
            alter.run();
          }
          return request.forward();
        };
    try (FaultyS3 store = new FaultyS3(server, whileListed)) {
      config = asset.config(server, prefix, store.endpoint(), asset.ledgerPath(), SMALL_PARTS);

      Ran ran = audit();

      assertThat(lists).hasPositiveValue();
      assertThat(ran.exitCode()).as(ran.out()).isEqualTo(1);
      assertThat(ran.err()).contains("Of 5 rows that claim a content, 4 were checked");
    }
  }
}
