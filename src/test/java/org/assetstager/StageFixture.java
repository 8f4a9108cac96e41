package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Row;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.spark.LiteralPaths;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.ParquetFiles;
import org.assetstager.testing.TestSpark;

/**
 * What a user of {@code stage} has: a root with files, manifests, a settings file with prefixes of
 * its own in both buckets, a folder for ledgers. Runs the command in this JVM and holds every run
 * that wrote a ledger against the buckets, see {@link #requireHonest}.
 */
final class StageFixture {
  static final int MIB = 1 << 20;
  static final String TOP = "top";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern RUN_ID =
      Pattern.compile("(?m)^(?:run id  |The run )(\\S+)(?: is done; .*)?$");

  final EmbeddedS3 server = EmbeddedS3.shared();
  final String remotePrefix = EmbeddedS3.uniquePrefix();
  final String stagingPrefix = "s" + EmbeddedS3.uniquePrefix();
  final Path folder;
  final Path root;
  final Path ledgers;
  private String endpoint = server.endpoint();
  private String settingsFile = "";

  /** Makes the directories; nothing else is there. */
  StageFixture(Path folder) {
    this(folder, "root", "ledgers");
  }

  StageFixture(Path folder, String rootName, String ledgersName) {
    TestSpark.session();
    this.folder = folder;
    try {
      this.root = Files.createDirectories(folder.resolve(rootName));
      this.ledgers = folder.resolve(ledgersName);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has the job reach both buckets through something that stands before the server. */
  StageFixture endpoint(String url) {
    endpoint = url;
    return this;
  }

  /** Adds lines to the settings file, which overrule those above them. */
  StageFixture settings(String... lines) {
    settingsFile += String.join("\n", lines) + "\n";
    return this;
  }

  // Files.

  Path path(String path) {
    return root.resolve(path);
  }

  Path file(String path, byte[] content) {
    try {
      Files.createDirectories(path(path).getParent());
      return Files.write(path(path), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path file(String path, String content) {
    return file(path, content.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] randomBytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  // Manifests.

  /** Returns the row of a file as it is now, with its MD5. */
  ObjectNode row(String path) {
    try {
      Map<String, Object> found = Files.readAttributes(path(path), "unix:*");
      ObjectNode row = JSON.createObjectNode();
      row.put("top_hash", TOP).put("root", root.toString()).put("path", path);
      row.put("state", "pending").put("st_size", (Long) found.get("size"));
      row.put("st_mtime_ns", nanos(found.get("lastModifiedTime")));
      row.put("st_ctime_ns", nanos(found.get("ctime")));
      row.put("st_nlink", ((Number) found.get("nlink")).longValue());
      row.put("st_ino", new BigInteger(Long.toUnsignedString((Long) found.get("ino"))));
      return row.put("md5", md5(Files.readAllBytes(path(path))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static long nanos(Object time) {
    return ((FileTime) time).to(TimeUnit.NANOSECONDS);
  }

  ObjectNode add(String path, String content) {
    file(path, content);
    return row(path);
  }

  ObjectNode add(String path, byte[] content) {
    file(path, content);
    return row(path);
  }

  Path manifest(ObjectNode... rows) {
    return manifest("manifest.jsonl", lines(rows));
  }

  Path manifest(String name, String text) {
    return manifest(name, text.getBytes(StandardCharsets.UTF_8));
  }

  Path manifest(String name, byte[] bytes) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String lines(ObjectNode... rows) {
    return Arrays.stream(rows).map(row -> row + "\n").collect(Collectors.joining());
  }

  // Contents.

  static String md5(byte[] content) {
    return HexFormat.of().formatHex(digest(content));
  }

  private static byte[] digest(byte[] content) {
    try {
      return MessageDigest.getInstance("MD5").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The last part of a content's key. */
  static String fileId(byte[] content) {
    return Base64.getUrlEncoder().encodeToString(digest(content));
  }

  String stagingKey(String topHash, byte[] content) {
    return stagingPrefix + "contents/" + topHash + "/" + fileId(content);
  }

  String stagingKey(String content) {
    return stagingKey(TOP, content.getBytes(StandardCharsets.UTF_8));
  }

  String remoteKey(String content) {
    return remotePrefix
        + "contents/"
        + TOP
        + "/"
        + fileId(content.getBytes(StandardCharsets.UTF_8));
  }

  List<String> stagingKeys() {
    return server.keys(EmbeddedS3.STAGING, stagingPrefix);
  }

  // Runs.

  Path settingsPath() {
    String text =
        """
        asset-stager {
          remote {
            bucket = remote, prefix = "%1$s", endpoint = "%3$s"
            credentials { access-key = %5$s, secret-key = %6$s }
          }
          staging {
            bucket = staging, prefix = "%2$s", endpoint = "%3$s"
            credentials { access-key = %5$s, secret-key = %6$s }
          }
          ledger.path = "%4$s"
          upload { part-size = 5MiB, multipart-threshold = 6MiB }
          s3 { max-attempts = 2, attempt-timeout = 30s, call-timeout = 60s }
          %7$s
        }
        """
            .formatted(
                remotePrefix,
                stagingPrefix,
                endpoint,
                ledgers,
                server.userKey(),
                server.userSecret(),
                settingsFile);
    return manifest("stage.conf", text);
  }

  /** What a command came to. */
  record Ran(int exitCode, String out, String err) {}

  static Ran command(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }

  /** Runs {@code stage} with the settings file and other arguments. */
  Ran command(List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("stage", "--config", settingsPath().toString()));
    all.addAll(arguments);
    return command(all.toArray(String[]::new));
  }

  /**
   * Runs {@code stage}, which has to come to its end, and makes sure that what it tells is true.
   *
   * @param manifest null where a run is resumed
   */
  Finished stage(Path manifest, String... more) {
    Map<String, String> remoteBefore = server.md5s(EmbeddedS3.REMOTE, remotePrefix);
    Map<String, String> stagingBefore = server.md5s(EmbeddedS3.STAGING, stagingPrefix);
    List<String> arguments = new ArrayList<>(List.of(more));
    if (manifest != null) {
      arguments.addAll(List.of("--manifest", manifest.toString()));
    }
    Finished finished = finished(command(arguments));
    assertThat(server.md5s(EmbeddedS3.REMOTE, remotePrefix)).isEqualTo(remoteBefore);
    if (finished.report().get("dry_run").asBoolean()) {
      assertThat(server.md5s(EmbeddedS3.STAGING, stagingPrefix)).isEqualTo(stagingBefore);
    }
    return finished;
  }

  /** Makes sure that a run has come to its end, and that what it tells is true. */
  Finished finished(Ran ran) {
    assertThat(ran.err()).as("errors of a run that came to its end").isEmpty();
    Matcher runId = RUN_ID.matcher(ran.out());
    assertThat(runId.find()).as("names its run id:\n" + ran.out()).isTrue();
    Finished finished = new Finished(ran, ledgers.resolve("run_id=" + runId.group(1)));
    requireHonest(finished);
    return finished;
  }

  /** A run that came to its end. */
  static final class Finished {
    final Ran ran;
    final Path run;
    private final List<LedgerRow> ledger;
    private final JsonNode report;

    private Finished(Ran ran, Path run) {
      this.ran = ran;
      this.run = run;
      this.ledger = readLedger(run);
      this.report = readReport(run);
    }

    String runId() {
      return run.getFileName().toString().substring("run_id=".length());
    }

    List<LedgerRow> ledger() {
      return ledger;
    }

    JsonNode report() {
      return report;
    }

    /** Returns the one row of a path. */
    LedgerRow row(String path) {
      List<LedgerRow> found =
          ledger.stream().filter(row -> row.path() != null && row.path().equals(path)).toList();
      assertThat(found).as("rows of " + path).hasSize(1);
      return found.get(0);
    }

    /** Returns path to outcome; no path may occur twice. */
    Map<String, Outcome> outcomes() {
      return ledger.stream()
          .collect(
              Collectors.toMap(
                  row -> String.valueOf(row.path()),
                  LedgerRow::outcome,
                  (one, other) -> {
                    throw new AssertionError("Two rows of one path");
                  },
                  TreeMap::new));
    }

    /** Returns how many rows each outcome has. */
    Map<Outcome, Long> counts() {
      return ledger.stream()
          .collect(Collectors.groupingBy(LedgerRow::outcome, TreeMap::new, Collectors.counting()));
    }

    /** Returns whether many tasks sent a file's parts, after a run with {@code --keep-steps}. */
    boolean isSplit() {
      return filesOf("transfer").containsKey("parts");
    }

    /** Returns how many files of each kind a step has left, with {@code --keep-steps}. */
    Map<String, Long> filesOf(String step) {
      try (Stream<Path> files = Files.list(run.resolve("steps").resolve(step))) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".parquet"))
            .collect(
                Collectors.groupingBy(name -> name.replaceAll("-.*", ""), Collectors.counting()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    long requests(String kind) {
      return report.get("requests").path(kind).asLong();
    }
  }

  static List<LedgerRow> readLedger(Path run) {
    return rows(ParquetFiles.read(run.resolve("ledger"), LedgerRow.CODEC.schema()));
  }

  /** As {@link #readLedger}, by Spark SQL. */
  static List<LedgerRow> readLedgerBySpark(Path run) {
    return rows(
        LiteralPaths.read(
                TestSpark.session().read().schema(LedgerRow.CODEC.schema()),
                DataFrameReader::parquet,
                run.resolve("ledger").toString())
            .collectAsList());
  }

  private static List<LedgerRow> rows(List<Row> rows) {
    return rows.stream().map(LedgerRow.CODEC::fromRow).toList();
  }

  static JsonNode readReport(Path run) {
    try {
      return JSON.readTree(Files.readString(run.resolve("report.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Holds a finished run against the buckets: each object of staging that the ledger names has the
   * MD5 of its key, no upload is open, every manifest row is one ledger row, and the totals of the
   * report are those of the ledger.
   */
  private void requireHonest(Finished run) {
    Map<String, String> staging = server.md5s(EmbeddedS3.STAGING, stagingPrefix);
    Map<String, byte[]> remote = server.objects(EmbeddedS3.REMOTE, remotePrefix);
    assertThat(server.openMultipartUploads(EmbeddedS3.STAGING, stagingPrefix)).isEmpty();
    long uploaded = 0;
    for (LedgerRow row : run.ledger()) {
      assertThat(row.runId()).isEqualTo(run.runId());
      uploaded += row.bytesUploaded();
      switch (row.outcome()) {
        case STAGED, DUPLICATE, KNOWN_STAGING -> {
          assertThat(row.bucket()).isEqualTo(EmbeddedS3.STAGING);
          assertThat(row.state()).isEqualTo("staged");
          assertThat(staging).as("%s", row).containsEntry(row.key(), row.md5());
          assertThat(row.key())
              .isEqualTo(stagingPrefix + "contents/" + row.topHash() + "/" + row.fileId());
        }
        case KNOWN_REMOTE, CONFLICT -> {
          assertThat(row.bucket()).isEqualTo(EmbeddedS3.REMOTE);
          assertThat(remote).containsKey(row.key());
          byte[] object = remote.get(row.key());
          assertThat(object.length == row.size() && md5(object).equals(row.md5()))
              .as("%s", row)
              .isEqualTo(row.outcome() == Outcome.KNOWN_REMOTE);
        }
        default -> assertThat(row.key()).as("%s", row).isNull();
      }
      boolean needsRemedy = row.outcome().needsPerson() || row.outcome() == Outcome.FAILED;
      assertThat(row.remedy() != null).as("remedy of %s", row).isEqualTo(needsRemedy);
    }
    JsonNode report = run.report();
    Map<Outcome, Long> counts = run.counts();
    assertThat(run.ran.exitCode()).isEqualTo(report.get("exit_code").asInt());
    assertThat(run.ran.exitCode()).isEqualTo(exitCode(counts));
    assertThat(report.get("error").isNull()).isTrue();
    assertThat(report.get("run_id").asText()).isEqualTo(run.runId());
    assertThat(report.get("manifest_rows").asLong()).isEqualTo(run.ledger().size());
    assertThat(report.get("bytes_uploaded").asLong()).isEqualTo(uploaded);
    assertThat(run.ledger().stream().map(row -> row.manifestFile() + "#" + row.manifestPosition()))
        .doesNotHaveDuplicates();
    for (Outcome outcome : Outcome.values()) {
      JsonNode total = report.get("outcomes").get(outcome.name());
      assertThat(total.get("rows").asLong())
          .as("rows of " + outcome)
          .isEqualTo(counts.getOrDefault(outcome, 0L));
      BigInteger bytes =
          run.ledger().stream()
              .filter(row -> row.outcome() == outcome && row.size() != null)
              .map(row -> BigInteger.valueOf(row.size()))
              .reduce(BigInteger.ZERO, BigInteger::add)
              .min(BigInteger.valueOf(Long.MAX_VALUE));
      assertThat(total.get("bytes").bigIntegerValue()).as("bytes of " + outcome).isEqualTo(bytes);
    }
  }

  /** As "Exit codes" in design.md has it. */
  private static int exitCode(Map<Outcome, Long> counts) {
    if (counts.containsKey(Outcome.FAILED)) {
      return 4;
    }
    return counts.keySet().stream().anyMatch(Outcome::needsPerson) ? 3 : 0;
  }
}
