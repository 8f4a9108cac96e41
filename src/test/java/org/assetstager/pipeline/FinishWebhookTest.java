package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.assetstager.testing.WebHook;
import org.assetstager.testing.WebHook.Posted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("server")
class FinishWebhookTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final FinishNews NEWS = new FinishNews("r1", 3, "{\"run_id\" : \"r1\"}\n");

  private WebHook hook;

  @BeforeEach
  void startServer() throws IOException {
    hook = new WebHook();
  }

  @AfterEach
  void stopServer() {
    hook.close();
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
    assertThat(FinishWebhook.post(URI.create(hook.url(path)), PATIENCE, NEWS)).isEqualTo(problem);
    assertThat(hook.posted()).containsExactly(new Posted(path, "r1", "3", null, NEWS.json()));
  }

  @Test
  void webhook_thatDoesNotAnswer_isGivenUp() throws IOException {
    String late = FinishWebhook.post(URI.create(hook.url("/stall")), Duration.ofMillis(300), NEWS);
    assertThat(late).isEqualTo("didn't answer within on-finish.timeout, 300 ms");

    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    URI nobody = URI.create("http://127.0.0.1:" + closed + "/CANARY");
    assertThat(FinishWebhook.post(nobody, PATIENCE, NEWS))
        .isEqualTo("can't be reached: ConnectException");
  }
}
