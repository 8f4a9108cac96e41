package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.OnFinish.News;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command and the webhook that are told how a run ended. */
class OnFinishTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final News NEWS = new News("r1", 3, "{\"run_id\" : \"r1\"}\n");

  /** What was posted. */
  private record Posted(
      String path, String runId, String exitCode, String authorization, String body) {}

  @TempDir Path folder;
  private final List<Posted> posted = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private ExecutorService threads;
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    threads = Executors.newCachedThreadPool();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stopServer() {
    release.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  /** The path says what to answer. */
  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    var headers = exchange.getRequestHeaders();
    posted.add(
        new Posted(
            path,
            headers.getFirst("X-Asset-Stager-Run-Id"),
            headers.getFirst("X-Asset-Stager-Exit-Code"),
            headers.getFirst("Authorization"),
            new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
    if (path.startsWith("/stall")) {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    int status = path.matches("/\\d{3}.*") ? Integer.parseInt(path.substring(1, 4)) : 204;
    exchange.getResponseHeaders().add("Location", url("/elsewhere"));
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** Makes a command that keeps what it gets. */
  private List<String> keeping(Path kept) throws IOException {
    Path script = folder.resolve("keep 'it'.sh");
    Files.writeString(
        script,
        "{ echo \"$ASSET_STAGER_RUN_ID $ASSET_STAGER_EXIT_CODE $2\"; cat; } >\"$1\"\necho noise\n");
    return List.of("bash", script.toString(), kept.toString(), "$HOME; *");
  }

  private static String hocon(List<String> words) throws IOException {
    return new ObjectMapper().writeValueAsString(words);
  }

  private StageFixture fixture(Path kept) throws IOException {
    return new StageFixture(folder)
        .settings(
            "on-finish { command = "
                + hocon(keeping(kept))
                + ", webhook = \""
                + url("/ok")
                + "\" }");
  }

  private void requireTold(Path kept, String runId, int exitCode, String json) throws IOException {
    assertThat(Files.readString(kept)).isEqualTo(runId + " " + exitCode + " $HOME; *\n" + json);
    assertThat(posted)
        .containsExactly(new Posted("/ok", runId, Integer.toString(exitCode), null, json));
  }

  @Test
  void stage_doneWithAndWithoutRowsForAPerson_handsOverTheReportOnce() throws IOException {
    Path kept = folder.resolve("kept");
    StageFixture fixture = fixture(kept);
    Path manifest = fixture.manifest(fixture.add("a", "a"));

    Finished clean = fixture.stage(manifest, "--run-id", "clean");
    requireTold(kept, "clean", 0, Files.readString(clean.run.resolve("report.json")));
    assertThat(clean.ran.out()).doesNotContain("Warning", "noise");

    posted.clear();
    Ran again = fixture.command(List.of("--manifest", manifest.toString(), "--run-id", "clean"));
    assertThat(again.exitCode()).isZero();
    assertThat(posted).as("a run that was done before").isEmpty();

    ObjectNode gone = fixture.add("gone", "gone");
    Files.delete(fixture.path("gone"));
    Finished person =
        fixture.stage(fixture.manifest("m2.jsonl", StageFixture.lines(gone)), "--run-id", "person");
    requireTold(kept, "person", 3, Files.readString(person.run.resolve("report.json")));
  }

  @Test
  void stage_failures_handOverWhy() throws IOException {
    Path kept = folder.resolve("kept");
    StageFixture fixture = fixture(kept);
    Path manifest = fixture.manifest("m.jsonl", "no row\n");

    Ran refused =
        fixture.command(
            List.of("--manifest", manifest.toString(), "--run-id", "bad", "--max-invalid", "0"));
    assertThat(refused.exitCode()).isEqualTo(2);
    requireTold(
        kept, "bad", 2, Files.readString(fixture.ledgers.resolve("run_id=bad/report.json")));

    posted.clear();
    Ran missing =
        fixture.command(List.of("--manifest", folder + "/none.jsonl", "--run-id", "no/id\n"));
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(posted).hasSize(1);
    JsonNode report = new ObjectMapper().readTree(posted.get(0).body());
    assertThat(posted.get(0).runId()).isEmpty();
    assertThat(report.get("exit_code").asInt()).isEqualTo(2);
    assertThat(missing.err()).contains(report.get("error").asText());

    posted.clear();
    Ran bucket =
        fixture.command(
            List.of(
                "--manifest",
                manifest.toString(),
                "--run-id",
                "b",
                "--set",
                "staging.bucket=none"));
    assertThat(bucket.exitCode()).isEqualTo(2);
    assertThat(posted).hasSize(1);
    assertThat(posted.get(0).runId()).isEqualTo("b");
    assertThat(posted.get(0).body()).contains("\"exit_code\" : 2").doesNotContain("user-secret");

    posted.clear();
    Ran unnamed =
        fixture.command(List.of("--manifest", manifest.toString(), "--set", "staging.bucket=none"));
    assertThat(unnamed.exitCode()).isEqualTo(2);
    assertThat(posted)
        .singleElement()
        .satisfies(told -> assertThat(told.runId()).matches("\\d{8}T\\d{6}Z-[0-9a-f]{6}"));
  }

  @Test
  void stage_anotherDriverAtWork_leavesTheTellingToIt() throws IOException {
    Path kept = folder.resolve("kept");
    StageFixture fixture = fixture(kept);
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    RunFolder busy =
        new RunFolder(
            fixture.ledgers.resolve("run_id=busy").toUri().toString(), new Configuration());
    busy.create();
    try (RunLock lock = RunLock.take(busy)) {
      Ran second = fixture.command(List.of("--manifest", manifest.toString(), "--run-id", "busy"));

      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.err()).contains("Another driver, process");
    }
    assertThat(posted).isEmpty();
    assertThat(kept).doesNotExist();
  }

  @Test
  void stage_hooksThatFail_areWarningsAndChangeNothing() throws IOException {
    StageFixture fixture =
        new StageFixture(folder)
            .settings(
                "on-finish { command = [\"bash\", \"-c\", \"exit 7\", \"CANARY\"], webhook ="
                    + " \"http://user:CANARY@127.0.0.1:"
                    + server.getAddress().getPort()
                    + "/500?token=CANARY\" }");

    Finished finished = fixture.stage(fixture.manifest(fixture.add("a", "a")));

    assertThat(finished.ran.exitCode()).isZero();
    assertThat(finished.ran.out())
        .contains("Warning: The on-finish command [\"bash\", ...] ended with exit code 7. ")
        .contains(
            "Warning: The on-finish webhook http://127.0.0.1:"
                + server.getAddress().getPort()
                + "/... answered 500. The run's result and exit code stand.")
        .doesNotContain("CANARY");
    assertThat(posted).hasSize(1);
    assertThat(posted.get(0).body()).doesNotContain("CANARY");
    assertThat(posted.get(0).authorization()).isEqualTo("Basic dXNlcjpDQU5BUlk=");
    try (Stream<Path> files = Files.walk(finished.run)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".json")).toList()) {
        assertThat(Files.readString(file)).as("%s", file).doesNotContain("CANARY");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/200, ",
    "/302, 'answered 302, a redirect, which isn''t followed'",
    "/307, 'answered 307, a redirect, which isn''t followed'",
    "/404, answered 404",
    "/503, answered 503"
  })
  void webhook_answers_countAsTheirStatus(String path, String problem) {
    assertThat(FinishWebhook.post(URI.create(url(path)), PATIENCE, NEWS)).isEqualTo(problem);
    assertThat(posted).containsExactly(new Posted(path, "r1", "3", null, NEWS.json()));
  }

  @Test
  void webhook_thatDoesNotAnswer_isGivenUp() throws IOException {
    String late = FinishWebhook.post(URI.create(url("/stall")), Duration.ofMillis(300), NEWS);
    assertThat(late).isEqualTo("didn't answer within on-finish.timeout, 300 ms");

    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    URI nobody = URI.create("http://127.0.0.1:" + closed + "/CANARY");
    assertThat(FinishWebhook.post(nobody, PATIENCE, NEWS))
        .isEqualTo("can't be reached: ConnectException");
  }

  @Test
  void command_thatDoesNotRead_holdsUpNothing() {
    News large = new News("r1", 0, "x".repeat(1 << 20));

    assertThat(FinishCommand.run(List.of("true"), PATIENCE, large)).isNull();
  }

  @Test
  void command_thatDoesNotEnd_isStoppedWithWhatItStarted() throws Exception {
    Path pid = folder.resolve("pid");
    List<String> command =
        List.of("bash", "-c", "sleep 600 & echo $! >\"$0\"; wait", pid.toString());

    assertThat(FinishCommand.run(command, Duration.ofSeconds(2), NEWS))
        .isEqualTo("didn't end within on-finish.timeout, 2000 ms, and was stopped");

    long sleeper = Long.parseLong(Files.readString(pid).strip());
    var handle = ProcessHandle.of(sleeper);
    if (handle.isPresent()) {
      handle.get().onExit().get();
    }
    assertThat(ProcessHandle.of(sleeper).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void command_thatIsNotThere_isNamedWithoutItsArguments() {
    assertThat(FinishCommand.run(List.of("/no/such", "CANARY"), PATIENCE, NEWS))
        .startsWith("can't be started: ")
        .contains("/no/such")
        .doesNotContain("CANARY");
  }
}
