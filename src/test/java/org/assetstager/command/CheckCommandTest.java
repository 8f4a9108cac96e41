package org.assetstager.command;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
@Tag("spark")
class CheckCommandTest {
  private static final List<String> NAMES =
      List.of(
          "settings",
          "file names",
          "AWS SDK",
          "remote credentials",
          "remote list",
          "remote read",
          "remote clock",
          "staging credentials",
          "staging list",
          "staging clock",
          "staging write",
          "staging options",
          "ledger");

  @TempDir private Path folder;
  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();
  private String remoteEndpoint = server.endpoint();
  private String stagingEndpoint = server.endpoint();
  private String more = "";

  private Ran check(String... arguments) {
    try {
      Path config =
          Files.writeString(
              folder.resolve("stage.conf"),
              """
              asset-stager {
                remote { bucket = remote, prefix = "%2$s", endpoint = "%1$s"
                  credentials { access-key = %4$s, secret-key = %5$s } }
                staging { bucket = staging, prefix = "%2$s", endpoint = "%3$s"
                  credentials { access-key = %4$s, secret-key = %5$s } }
                ledger.path = "%6$s"
              }
              %7$s
              """
                  .formatted(
                      remoteEndpoint,
                      prefix,
                      stagingEndpoint,
                      server.userKey(),
                      server.userSecret(),
                      folder.resolve("ledgers").toUri(),
                      more));
      List<String> all = new ArrayList<>(List.of("check", "--config", config.toString()));
      all.addAll(List.of(arguments));
      return Commands.runAlone(all.toArray(String[]::new));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Returns the line of a check. */
  private static String line(Ran ran, String name) {
    List<String> lines =
        ran.out().lines().filter(line -> line.matches("\\w+ +\\Q" + name + "\\E  .*")).toList();
    assertThat(lines).as(ran.out() + ran.err()).hasSize(1);
    return lines.get(0);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(server.keys(EmbeddedS3.STAGING, prefix)).isEmpty();
    assertThat(server.openMultipartUploads(EmbeddedS3.STAGING, prefix)).isEmpty();
    Path ledgers = folder.resolve("ledgers");
    if (Files.isDirectory(ledgers)) {
      try (Stream<Path> files = Files.list(ledgers)) {
        assertThat(files).isEmpty();
      }
    }
  }

  @Test
  void check_allRight_tellsEachInALineAndExits0() {
    Ran ran = check("--root", folder.toString());

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.err()).isEmpty();
    List<String> lines = ran.out().lines().toList();
    for (int i = 0; i < NAMES.size(); i++) {
      assertThat(lines.get(i)).matches("(ok     |skipped)  " + NAMES.get(i) + " +\\S.*");
    }
    assertThat(lines.get(NAMES.size())).matches("ok +root " + folder + " +\\S.*");
    assertThat(line(ran, "settings")).contains(folder.resolve("stage.conf").toString());
    assertThat(line(ran, "staging options")).startsWith("skipped");
    assertThat(ran.out()).endsWith("Nothing is wrong.\n").doesNotContain(server.userSecret());
  }

  @Test
  void check_remote_isOnlyRead() throws IOException {
    server.put(EmbeddedS3.REMOTE, prefix + "contents/t/x", new byte[3], Map.of());
    Queue<String> requests = new ConcurrentLinkedQueue<>();
    try (FaultyS3 store =
        new FaultyS3(
            server,
            request -> {
              requests.add(request.line());
              return request.forward();
            })) {
      remoteEndpoint = store.endpoint();

      Ran ran = check();

      assertThat(ran.exitCode()).as(ran.out()).isZero();
      assertThat(requests)
          .isNotEmpty()
          .allMatch(line -> line.startsWith("GET ") || line.startsWith("HEAD "))
          .anyMatch(line -> line.startsWith("GET /remote/" + prefix + "contents/t/x"));
    }
  }

  @Test
  void check_wrongSecret_failsTheListAndSkipsTheRestOfItsSide() {
    more = "asset-stager.staging.credentials.secret-key = wrong-one";

    Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(line(ran, "staging credentials")).startsWith("ok ");
    assertThat(line(ran, "staging list"))
        .startsWith("FAILED ")
        .contains("SignatureDoesNotMatch", "check staging.credentials");
    assertThat(line(ran, "staging write"))
        .startsWith("skipped ")
        .contains("not tried, because 'staging list' failed");
    assertThat(line(ran, "remote read")).startsWith("ok ");
    assertThat(line(ran, "ledger")).startsWith("ok ");
    assertThat(ran.out()).endsWith("1 of 13 checks failed.\n").doesNotContain("wrong-one");
  }

  @Test
  void check_roleThatCantBeAssumed_failsTheCredentials() throws IOException {
    try (FaultyS3 tokens = new FaultyS3(server, request -> Answer.error(403, "AccessDenied"))) {
      more =
          "asset-stager.remote.credentials { role-arn = \"arn:aws:iam::1:role/r\", sts-endpoint = \""
              + tokens.endpoint()
              + "\" }";

      Ran ran = check();

      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(line(ran, "remote credentials"))
          .startsWith("FAILED ")
          .contains("arn:aws:iam::1:role/r", "could not be assumed");
      assertThat(line(ran, "remote list")).startsWith("skipped ");
    }
  }

  @Test
  void check_remoteMayNotBeRead_saysWhichRightIsMissing() throws IOException {
    server.put(EmbeddedS3.REMOTE, prefix + "contents/t/x", new byte[3], Map.of());
    try (FaultyS3 store =
        new FaultyS3(
            server,
            request ->
                request.line().contains("contents/t/x")
                    ? Answer.error(403, "AccessDenied")
                    : request.forward())) {
      remoteEndpoint = store.endpoint();

      Ran ran = check();

      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(line(ran, "remote list")).startsWith("ok ");
      assertThat(line(ran, "remote read"))
          .startsWith("FAILED ")
          .contains("s3:GetObject", "bucket 'remote'");
    }
  }

  @Test
  void check_tagsRefused_tellsThemApartFromWriting() throws IOException {
    more = "asset-stager.staging.tags { team = imaging }";
    try (FaultyS3 store =
        new FaultyS3(
            server,
            request ->
                request.header("x-amz-tagging") == null
                    ? request.forward()
                    : Answer.error(403, "AccessDenied"))) {
      stagingEndpoint = store.endpoint();

      Ran ran = check();

      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(line(ran, "staging write")).startsWith("ok ");
      assertThat(line(ran, "staging options")).startsWith("FAILED ").contains("AccessDenied");
    }
  }

  @Test
  void check_storageClassTaken_saysSo() {
    more = "asset-stager.staging.storage-class = STANDARD";

    Ran ran = check();

    assertThat(line(ran, "staging write")).startsWith("ok ");
    assertThat(line(ran, "staging options")).startsWith("ok ").contains("as they are set");
  }

  @Test
  void check_storeThatTakesOtherBytes_failsWriting() throws IOException {
    try (FaultyS3 store =
        new FaultyS3(
            server,
            request -> {
              Answer answer = request.forward();
              return request.line().contains("partNumber")
                  ? new Answer(200, Map.of("etag", List.of("\"e\"")), new byte[0])
                  : answer;
            })) {
      stagingEndpoint = store.endpoint();

      Ran ran = check();

      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(line(ran, "staging write"))
          .startsWith("FAILED ")
          .contains("accepts bytes that don't have the Content-MD5");
    }
  }

  @Test
  void check_endpointThatDoesntAnswer_endsWithinTenSeconds() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      remoteEndpoint = "http://127.0.0.1:" + silent.getLocalPort();
      long start = System.nanoTime();

      Ran ran = check();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(line(ran, "remote list")).startsWith("FAILED ").contains("remote.endpoint");
      assertThat(line(ran, "staging write")).startsWith("ok ");
    }
  }

  @Test
  void check_endpointThatRefuses_saysThatItCantBeReached() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    stagingEndpoint = "http://127.0.0.1:" + port;

    Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(line(ran, "staging list"))
        .startsWith("FAILED ")
        .contains("could not be reached", "staging.endpoint");
  }

  @Test
  void check_ledgerBelowAFile_fails() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    more = "asset-stager.ledger.path = \"" + file + "/ledgers\"";

    Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(line(ran, "ledger")).startsWith("FAILED ").contains("Check ledger.path");
  }

  @Test
  void check_roots_areLookedAt() throws IOException {
    Path allowed = Files.createDirectories(folder.resolve("allowed"));
    Path other = Files.createDirectories(folder.resolve("other"));
    Path file = Files.writeString(folder.resolve("file"), "");
    Path gone = folder.resolve("gone");
    more = "asset-stager.manifest.allowed-roots = [\"" + allowed + "\", \"" + gone + "\"]";

    Ran ran = check("--root", other.toString(), "--root", file.toString(), "--root", "relative");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(line(ran, "root " + allowed)).startsWith("ok ");
    assertThat(line(ran, "root " + gone)).startsWith("FAILED ").contains("Mount its file system");
    assertThat(line(ran, "root " + other))
        .startsWith("FAILED ")
        .contains("not below one of manifest.allowed-roots");
    assertThat(line(ran, "root " + file)).startsWith("FAILED ").contains("not a directory");
    assertThat(line(ran, "root relative")).startsWith("FAILED ").contains("is not absolute");
  }

  @Test
  void check_quietAndAllRight_printsNothing() {
    Ran ran = check("--quiet");

    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    assertThat(ran.out() + ran.err()).isEmpty();
  }

  @Test
  void check_quietAndOneFails_printsThatOne() {
    more = "asset-stager.staging.credentials.secret-key = wrong-one";

    Ran ran = check("--quiet");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out().lines()).hasSize(3).first(as(STRING)).startsWith("FAILED  staging list  ");
    assertThat(ran.out()).endsWith("\n\n1 of 13 checks failed.\n");
  }

  @Test
  void check_json_printsAnObjectForEachAndTheResult() throws IOException {
    more = "asset-stager.staging.credentials.secret-key = wrong-one";

    Ran ran = check("--json");

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).startsWith("FAILED  staging list  ");
    List<String> lines = ran.out().lines().toList();
    assertThat(lines).hasSize(NAMES.size() + 1);
    for (int i = 0; i < NAMES.size(); i++) {
      JsonNode event = new ObjectMapper().readTree(lines.get(i));
      assertThat(event.get("event").asText()).isEqualTo("check");
      assertThat(event.get("name").asText()).isEqualTo(NAMES.get(i));
      assertThat(event.get("result").asText()).isIn("ok", "failed", "skipped");
      assertThat(event.get("message").asText()).isNotEmpty();
    }
    assertThat(lines.get(NAMES.size()))
        .isEqualTo("{\"event\":\"result\",\"exit_code\":2,\"failed\":1}");
  }

  @Test
  void check_clockIsTheSame_saysSo() {
    assertThat(line(check(), "remote clock"))
        .endsWith("The server's clock is the same as this host's");
  }

  @Test
  void check_wrongSettings_areToldAsByEveryCommand() {
    more = "asset-stager.upload.part-size = much";

    Ran ran = check();

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("upload.part-size", "is \"much\"; expected a size");
  }
}
