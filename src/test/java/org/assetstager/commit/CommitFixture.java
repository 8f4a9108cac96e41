package org.assetstager.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.TestSpark;
import org.assetstager.testing.WrittenLedger;

/** What an asset server has that commits a run: the run's folder, and settings with its own key. */
final class CommitFixture {
  static final String RUN_ID = "r";

  private static final String SMALL_PARTS =
      "upload { part-size = 5MiB, multipart-threshold = 5MiB }";

  final EmbeddedS3 server = EmbeddedS3.shared();
  final String prefix = EmbeddedS3.uniquePrefix();
  final Path folder;
  final SubmittedAsset asset;
  private final Map<String, byte[]> contents = new TreeMap<>();

  CommitFixture(Path folder) {
    this.folder = folder;
    this.asset = new SubmittedAsset(folder);
  }

  CommitFixture add(String path, byte[] content) {
    asset.add(path, content);
    contents.put(path, content);
    return this;
  }

  CommitFixture add(String path, String content) {
    return add(path, content.getBytes(UTF_8));
  }

  static byte[] randomBytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  byte[] content(String path) {
    return contents.get(path);
  }

  /** Returns the key of the content of a path, the same in both buckets. */
  String key(String path) {
    return prefix + "contents/h1/" + new FileId(Md5.parse(EmbeddedS3.md5Hex(content(path))));
  }

  Ran stage(String runId) {
    String config =
        asset.config(server, prefix, server.endpoint(), asset.ledgerPath(), SMALL_PARTS);
    Ran ran =
        Commands.run(
            "stage", "--config", config, "--manifest", asset.manifestFile(), "--run-id", runId);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return ran;
  }

  /** Prepares to alter the run's ledger; see {@link WrittenLedger#altered}. */
  Runnable altered(UnaryOperator<LedgerRow> change) {
    Configuration configuration = new Configuration(false);
    return WrittenLedger.altered(
        new RunFolder(run(RUN_ID).toUri().toString(), configuration),
        new RunFolder(folder.resolve("altered").toUri().toString(), configuration),
        change);
  }

  Path run(String runId) {
    return folder.resolve("ledger").resolve("run_id=" + runId);
  }

  /** Writes the asset server's settings, with keys for the sides that nobody has. */
  String configOf(String endpoint, String accessKey, String secretKey, String... more) {
    String text =
        """
        asset-stager {
          remote { bucket = remote, prefix = "%1$s", endpoint = "%2$s"
                   credentials { access-key = nobody, secret-key = nobody } }
          staging { bucket = staging, prefix = "%1$s", endpoint = "%2$s"
                   credentials { access-key = nobody, secret-key = nobody } }
          ledger.path = "%3$s"
          s3 { max-attempts = 2, attempt-timeout = 30s, call-timeout = 60s }
          commit { credentials { access-key = %4$s, secret-key = %5$s }, part-size = 5MiB }
          %6$s
        }
        """
            .formatted(
                prefix,
                endpoint,
                asset.ledgerPath(),
                accessKey,
                secretKey,
                String.join("\n", more));
    try {
      return Files.writeString(folder.resolve("server.conf"), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String config(String endpoint, String... more) {
    return configOf(endpoint, server.serverKey(), server.serverSecret(), more);
  }

  Ran commitWith(String config, String... more) {
    List<String> all =
        new ArrayList<>(List.of("commit", "--run", run(RUN_ID).toString(), "--config", config));
    all.addAll(List.of(more));
    return Commands.run(all.toArray(String[]::new));
  }

  /** Commits with the server's own key, directly. */
  Ran commit(String... more) {
    return commitWith(config(server.serverEndpoint()), more);
  }

  List<Path> commits() {
    if (!Files.exists(run(RUN_ID).resolve("commits"))) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(run(RUN_ID).resolve("commits"))) {
      return found.sorted(Comparator.comparingLong(CommitFixture::startedAtMillis)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of two commits within one second, the names don't tell which is the later. */
  private static long startedAtMillis(Path commit) {
    Path description = commit.resolve(RunDescription.FILE);
    return Files.exists(description) ? json(description).get("startedAtMillis").asLong() : 0;
  }

  Path lastCommit() {
    return commits().get(commits().size() - 1);
  }

  List<CommittedContent> ledger(Path commit) {
    return TestSpark.session()
        .read()
        .schema(CommittedContent.CODEC.schema())
        .parquet(commit.resolve("ledger").toString())
        .collectAsList()
        .stream()
        .map(CommittedContent.CODEC::fromRow)
        .toList();
  }

  /** Returns the last commit's row of the content of a path. */
  CommittedContent row(String path) {
    String md5 = EmbeddedS3.md5Hex(content(path));
    List<CommittedContent> rows =
        ledger(lastCommit()).stream().filter(row -> md5.equals(row.md5())).toList();
    assertThat(rows).as(path).hasSize(1);
    return rows.get(0);
  }

  JsonNode report() {
    return json(lastCommit().resolve("report.json"));
  }

  static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the ETag of an object, or null. */
  String etag(String bucket, String key) {
    return server.keys(bucket, key).isEmpty()
        ? null
        : server
            .serverClient()
            .headObject(r -> r.bucket(server.serverBucket(bucket)).key(key))
            .eTag();
  }
}
