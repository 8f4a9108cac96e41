package org.assetstager.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever writes a manifest, or the files below a root, can't make the job read or write elsewhere.
 */
@Tag("server")
@Tag("spark")
class ManifestEscapeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CANARY = "canary of a file outside of every root";

  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();
  private final Queue<String> sent = new ConcurrentLinkedQueue<>();
  private @TempDir Path folder;

  private FaultyS3 recorder() throws IOException {
    return new FaultyS3(
        server,
        request -> {
          sent.add(request.line() + "\n" + new String(request.body(), UTF_8));
          return request.forward();
        });
  }

  private Map<String, Long> outcomes(String runId) {
    return TestSpark.session()
        .read()
        .parquet(folder.resolve("ledger/run_id=" + runId + "/ledger").toString())
        .groupBy("outcome")
        .count()
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
  }

  private Ran stage(FaultyS3 s3, SubmittedAsset asset, String manifest, String more)
      throws IOException {
    Path file = Files.writeString(folder.resolve("m.jsonl"), manifest);
    String config = asset.config(server, prefix, s3.endpoint(), asset.ledgerPath(), more);
    return Commands.run(
        "stage", "--config", config, "--manifest", file.toString(), "--run-id", "r");
  }

  @Test
  void stage_rowsThatPointElsewhere_readAndWriteNothingThere() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), CANARY);
    SubmittedAsset asset = new SubmittedAsset(folder).add("good", "good".getBytes(UTF_8));
    Path root = folder.resolve("root");
    Files.createSymbolicLink(root.resolve("out"), outside);
    Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret"));
    ObjectNode good = (ObjectNode) JSON.readTree(asset.manifest());
    List<String> rows = new ArrayList<>();
    for (String topHash :
        List.of(
            "..",
            ".",
            "",
            "a/b",
            "../h2",
            "h1/../../x",
            "h1%2F..",
            "h1\\..",
            "h1\n",
            "h\u0000",
            "/",
            "x".repeat(129),
            "h\u00e9")) {
      rows.add(good.deepCopy().put("top_hash", topHash).toString());
    }
    for (String path :
        List.of(
            "../outside/secret",
            "a/../../outside/secret",
            outside + "/secret",
            "",
            "\u0000",
            "good\u0000/../../outside/secret")) {
      rows.add(good.deepCopy().put("path", path).toString());
    }
    for (String evil : List.of(root + "/../outside", "outside", "/etc/../" + outside, "")) {
      rows.add(good.deepCopy().put("root", evil).put("path", "secret").toString());
    }
    int invalid = rows.size();
    for (String link : List.of("out/secret", "file", "./out/./secret")) {
      rows.add(
          good.deepCopy()
              .put("path", link)
              .put("st_size", CANARY.length())
              .put("md5", EmbeddedS3.md5Hex(CANARY.getBytes(UTF_8)))
              .toString());
    }
    rows.add(good.toString());

    Ran ran;
    try (FaultyS3 s3 = recorder()) {
      ran = stage(s3, asset, String.join("\n", rows) + "\n", "");
    }

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(3);
    assertThat(outcomes("r"))
        .isEqualTo(Map.of("INVALID", (long) invalid, "OUTSIDE_ROOT", 3L, "STAGED", 1L));
    assertThat(server.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
    assertThat(sent)
        .isNotEmpty()
        .allSatisfy(
            request ->
                assertThat(request).contains(prefix.replace("/", "")).doesNotContain(CANARY));
  }

  @Test
  void stage_rootThatLinksOutOfTheAllowedOnes_isRefusedBeforeAnythingIsRead() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("good"), CANARY);
    Path allowed = Files.createDirectories(folder.resolve("allowed"));
    Files.createSymbolicLink(allowed.resolve("link"), outside);
    SubmittedAsset asset = new SubmittedAsset(folder).add("good", CANARY.getBytes(UTF_8));
    String row =
        ((ObjectNode) JSON.readTree(asset.manifest()))
            .put("root", allowed.resolve("link").toString())
            .put("md5", EmbeddedS3.md5Hex(CANARY.getBytes(UTF_8)))
            .toString();

    Ran ran;
    try (FaultyS3 s3 = recorder()) {
      ran = stage(s3, asset, row + "\n", "manifest.allowed-roots = [\"" + allowed + "\"]");
    }

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(2);
    assertThat(ran.err())
        .contains("leads to " + outside.toRealPath())
        .contains("manifest.allowed-roots");
    assertThat(server.keys(EmbeddedS3.STAGING, prefix)).isEmpty();
  }

  @Test
  @Timeout(240)
  void stage_linkSwappedAllTheTime_sendsNoByteFromOutside() throws Exception {
    int files = 300;
    SubmittedAsset asset = new SubmittedAsset(folder);
    Path root = folder.resolve("root");
    Path outside = Files.createDirectories(folder.resolve("outside"));
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      String inside = "inside content number " + (1000 + i) + " " + "x".repeat(20);
      String secret = CANARY + String.format("%05d", i);
      asset.add("real/f" + i, inside.getBytes(UTF_8));
      Files.writeString(outside.resolve("f" + i), secret);
    }
    for (String line : new String(asset.manifest(), UTF_8).lines().toList()) {
      ObjectNode row = (ObjectNode) JSON.readTree(line);
      String name = row.get("path").asText().substring("real/".length());
      rows.add(row.put("path", "current/" + name).toString());
      // Were it read, it would be taken for what the user added.
      byte[] secret = Files.readAllBytes(outside.resolve(name));
      rows.add(
          row.put("path", "second/" + name)
              .put("st_size", secret.length)
              .put("md5", EmbeddedS3.md5Hex(secret))
              .toString());
    }
    Swapper current = new Swapper(root.resolve("current"), Path.of("real"), outside);
    Swapper second = new Swapper(root.resolve("second"), Path.of("real"), outside);
    Ran ran;
    try (FaultyS3 s3 = recorder();
        current;
        second) {
      ran = stage(s3, asset, String.join("\n", rows) + "\n", "");
    }

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isIn(3, 4);
    assertThat(outcomes("r")).containsKey("OUTSIDE_ROOT");
    assertThat(sent).isNotEmpty().allSatisfy(request -> assertThat(request).doesNotContain(CANARY));
    server
        .objects(EmbeddedS3.STAGING, prefix)
        .values()
        .forEach(bytes -> assertThat(new String(bytes, UTF_8)).startsWith("inside content"));
  }

  /** Lets a symbolic link point now here, now there. */
  private static final class Swapper implements AutoCloseable {
    private final Path link;
    private final Thread thread;
    private volatile boolean closed;

    Swapper(Path link, Path here, Path there) throws IOException {
      this.link = link;
      point(here);
      this.thread =
          new Thread(
              () -> {
                try {
                  while (!closed) {
                    point(there);
                    point(here);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      thread.start();
    }

    private void point(Path to) throws IOException {
      Path next = link.resolveSibling(link.getFileName() + ".next");
      Files.createSymbolicLink(next, to);
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      thread.join();
    }
  }
}
