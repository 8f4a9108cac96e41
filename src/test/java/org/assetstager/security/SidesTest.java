package org.assetstager.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.SubmittedAsset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each side is reached by its own credentials, the remote is only read, and no secret is written.
 */
@Tag("server")
@Tag("spark")
class SidesTest {
  private static final Pattern ACCESS_KEY = Pattern.compile("Credential=([^/]+)/");

  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();
  private @TempDir Path folder;

  /** A request as it came by: its method, and whose key signed it. */
  private record Seen(String method, String accessKey) {}

  private FaultyS3 recorder(Queue<Seen> seen) throws IOException {
    return new FaultyS3(
        server,
        request -> {
          Matcher key = ACCESS_KEY.matcher(String.valueOf(request.header("Authorization")));
          String method = request.line().substring(0, request.line().indexOf(' '));
          seen.add(new Seen(method, key.find() ? key.group(1) : "none"));
          return request.forward();
        });
  }

  private String key(String content) {
    Md5 md5 = Md5.parse(EmbeddedS3.md5Hex(content.getBytes(UTF_8)));
    return prefix + "contents/h1/" + new FileId(md5);
  }

  /** Returns everything that a listing tells of the remote, and the bytes' MD5s. */
  private Map<String, String> remote() {
    Map<String, String> objects = new TreeMap<>(server.md5s(EmbeddedS3.REMOTE, prefix));
    server
        .serverClient()
        .listObjectsV2Paginator(r -> r.bucket(EmbeddedS3.REMOTE).prefix(prefix))
        .contents()
        .forEach(
            object ->
                objects.merge(
                    object.key(),
                    " " + object.eTag() + " " + object.lastModified(),
                    String::concat));
    return objects;
  }

  @Test
  void stageAndAudit_remoteWithTheServersOwnKey_readsItOnlyAndKeepsTheKeysApart() throws Exception {
    server.put(EmbeddedS3.REMOTE, key("known"), "known".getBytes(UTF_8));
    server.put(EmbeddedS3.REMOTE, key("conflict"), "another size".getBytes(UTF_8));
    server.put(EmbeddedS3.STAGING, key("replaced"), "replacee".getBytes(UTF_8));
    Map<String, String> remoteBefore = remote();
    SubmittedAsset asset = new SubmittedAsset(folder).add("large", new byte[6 << 20]);
    for (String content : List.of("new", "known", "conflict", "replaced")) {
      asset.add(content, content.getBytes(UTF_8));
    }
    Queue<Seen> remoteRequests = new ConcurrentLinkedQueue<>();
    Queue<Seen> stagingRequests = new ConcurrentLinkedQueue<>();
    try (FaultyS3 remote = recorder(remoteRequests);
        FaultyS3 staging = recorder(stagingRequests)) {
      String more =
          """
          remote { endpoint = "%s", credentials { access-key = %s, secret-key = %s } }
          upload { part-size = 5MiB, multipart-threshold = 5MiB }
          """
              .formatted(remote.endpoint(), server.serverKey(), server.serverSecret());
      String config = asset.config(server, prefix, staging.endpoint(), asset.ledgerPath(), more);
      Ran staged =
          Commands.run(
              "stage", "--config", config, "--manifest", asset.manifestFile(), "--run-id", "r");
      assertThat(staged.exitCode()).as(staged.out() + staged.err()).isEqualTo(3);
      assertThat(staged.out()).contains("CONFLICT");
      Path run = folder.resolve("ledger").resolve("run_id=r");
      Ran audited = Commands.run("audit", "--run", run.toString(), "--config", config, "--deep");
      assertThat(audited.exitCode()).as(audited.out() + audited.err()).isZero();
      requireNoSecret(staged.out() + staged.err() + audited.out() + audited.err());
    }

    assertThat(remoteRequests.stream().map(Seen::accessKey).collect(Collectors.toSet()))
        .containsExactly(server.serverKey());
    assertThat(remoteRequests.stream().map(Seen::method).collect(Collectors.toSet()))
        .isSubsetOf("GET", "HEAD")
        .contains("GET");
    assertThat(stagingRequests.stream().map(Seen::accessKey).collect(Collectors.toSet()))
        .containsExactly(server.userKey());
    assertThat(stagingRequests.stream().map(Seen::method).collect(Collectors.toSet()))
        .contains("PUT", "POST");
    assertThat(remote()).isEqualTo(remoteBefore);
    assertThat(server.get(EmbeddedS3.STAGING, key("replaced"))).asString().isEqualTo("replaced");
    requireNoSecretBelow(folder.resolve("ledger"));
  }

  @Test
  void stageDebug_wrongSecret_isNotInTheMessageNorInTheTrace() {
    SubmittedAsset asset = new SubmittedAsset(folder).add("a", "a".getBytes(UTF_8));
    String more = "remote.credentials { access-key = user, secret-key = canary-5d41 }";
    String config = asset.config(server, prefix, server.endpoint(), asset.ledgerPath(), more);

    Ran ran =
        Commands.run("stage", "--debug", "--config", config, "--manifest", asset.manifestFile());

    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
    assertThat(ran.err())
        .contains("SignatureDoesNotMatch")
        .contains("\tat ")
        .doesNotContain("canary-5d41");
    requireNoSecret(ran.out() + ran.err());
    assertThat(folder.resolve("ledger")).doesNotExist();
  }

  private void requireNoSecret(String text) {
    assertThat(text).doesNotContain(server.userSecret()).doesNotContain(server.serverSecret());
  }

  private void requireNoSecretBelow(Path written) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(written)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSizeGreaterThan(10);
    for (Path file : files) {
      // Parquet's pages may be compressed: run.json and the reports are where settings stand.
      requireNoSecret(Files.readString(file, StandardCharsets.ISO_8859_1));
    }
  }
}
