package org.assetstager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A web service that a run tells of its end. A path that begins with a status is answered with it,
 * one that begins with {@code /stall} not before the service is closed, any other with 204.
 */
public final class WebHook implements AutoCloseable {
  private final List<Posted> posted = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /** What was posted. */
  public record Posted(
      String path, String runId, String exitCode, String authorization, String body) {}

  /** Starts it on a port of its own. */
  public WebHook() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

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

  public int port() {
    return server.getAddress().getPort();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** Returns what was posted, in its order; the caller may clear it. */
  public List<Posted> posted() {
    return posted;
  }

  @Override
  public void close() {
    release.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
