package org.assetstager.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/**
 * Stands between the job and the embedded S3 server, and does what other stores and networks do:
 * loses answers, alters bytes, answers with errors. Requests pass unchanged otherwise.
 */
public final class FaultyS3 implements AutoCloseable {
  static {
    // The signature covers the Host header, so it has to pass as it is.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,content-length");
  }

  /** Headers of one hop only. */
  private static final Set<String> OF_ONE_HOP =
      Set.of("connection", "content-length", "transfer-encoding", "expect", "date");

  /** What comes back for a request. */
  public static final class Answer {
    private final int status;
    private final Map<String, List<String>> headers;
    private final byte[] body;
    private final int sentBytes;
    private Duration bodyTime = Duration.ZERO;

    /** Nothing: the connection is closed. */
    public static final Answer NONE = new Answer(0, Map.of(), new byte[0]);

    /** Makes an answer. */
    public Answer(int status, Map<String, List<String>> headers, byte[] body) {
      this(status, headers, body, body.length);
    }

    private Answer(int status, Map<String, List<String>> headers, byte[] body, int sentBytes) {
      this.sentBytes = sentBytes;
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    /** Returns this answer with a body that ends early, and the connection with it. */
    public Answer brokenOffAfter(int bytes) {
      return new Answer(status, headers, body, bytes);
    }

    /** Returns this answer with a body that is sent byte by byte, and takes so long. */
    public Answer within(Duration time) {
      Answer slow = new Answer(status, headers, body, sentBytes);
      slow.bodyTime = time;
      return slow;
    }

    /** Returns this answer without a header, named in lower case. */
    public Answer without(String header) {
      Map<String, List<String>> left = new HashMap<>(headers);
      left.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).equals(header));
      return new Answer(status, left, body);
    }

    /** Returns this answer with its body, as text, changed. */
    public Answer withBody(UnaryOperator<String> change) {
      String changed = change.apply(new String(body, StandardCharsets.UTF_8));
      return new Answer(status, headers, changed.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the HTTP status. */
    public int status() {
      return status;
    }

    /** Returns the headers. */
    public Map<String, List<String>> headers() {
      return headers;
    }

    /** Returns the body. */
    public byte[] body() {
      return body;
    }

    /** Returns an answer as S3 gives it for an error. */
    public static Answer error(int status, String code) {
      String body =
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>"
              + code
              + "</Code><Message>"
              + code
              + " by the test</Message></Error>";
      return new Answer(
          status,
          Map.of("Content-Type", List.of("application/xml")),
          body.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A request on its way. */
  public final class Request {
    private final HttpExchange exchange;
    private byte[] body;

    private Request(HttpExchange exchange) {
      this.exchange = exchange;
      arrivals.add(new Arrival(System.nanoTime(), 1, 0));
    }

    /** Returns method, path and query, such as {@code PUT /bucket/key?uploadId=1}. */
    public String line() {
      return exchange.getRequestMethod() + " " + exchange.getRequestURI();
    }

    /** Returns the body, which may be altered. */
    public byte[] body() {
      if (body == null) {
        try {
          body = readMetered(exchange.getRequestBody(), Integer.MAX_VALUE);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return body;
    }

    /** Reads no more than so many bytes of the body; the request can't be sent on after that. */
    public void beginBody(int bytes) {
      try {
        body = readMetered(exchange.getRequestBody(), bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns the port that the request comes from. */
    public int clientPort() {
      return exchange.getRemoteAddress().getPort();
    }

    /** Returns a header, or null. */
    public String header(String name) {
      return exchange.getRequestHeaders().getFirst(name);
    }

    /** Sends the request on and returns the server's answer. */
    public Answer forward() {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
              .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body()));
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (!OF_ONE_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                  values.forEach(value -> request.header(name, value));
                }
              });
      try {
        HttpResponse<byte[]> response =
            client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response.headers().map(), response.body());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** What arrived at a moment: a request, or bytes of a body. */
  public record Arrival(long atNanos, int requests, int bytes) {}

  /** Returns the most that arrived in any window of a length, in the order of arrivals. */
  public static long mostIn(
      long windowNanos, List<Arrival> arrivals, ToLongFunction<Arrival> amount) {
    long most = 0;
    long inWindow = 0;
    int first = 0;
    for (Arrival last : arrivals) {
      inWindow += amount.applyAsLong(last);
      while (last.atNanos() - arrivals.get(first).atNanos() >= windowNanos) {
        inWindow -= amount.applyAsLong(arrivals.get(first++));
      }
      most = Math.max(most, inWindow);
    }
    return most;
  }

  /** Returns all that arrived so far, in its order. */
  public List<Arrival> arrivals() {
    return arrivals.stream().sorted(Comparator.comparingLong(Arrival::atNanos)).toList();
  }

  private byte[] readMetered(InputStream body, int most) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[64 << 10];
    int count;
    while (all.size() < most
        && (count = body.read(buffer, 0, Math.min(buffer.length, most - all.size()))) >= 0) {
      arrivals.add(new Arrival(System.nanoTime(), 0, count));
      all.write(buffer, 0, count);
    }
    return all.toByteArray();
  }

  /** Decides what comes back. */
  public interface Fault {
    /** Answers a request, as a rule by {@link Request#forward}. */
    Answer answer(Request request);
  }

  private final String target;
  private final Fault fault;
  private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private final HttpServer server;
  private final String endpoint;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Starts on a free port of 127.0.0.1. */
  public FaultyS3(EmbeddedS3 s3, Fault fault) throws IOException {
    this(s3.endpoint(), fault, HttpServer.create(), "http");
  }

  /** As the other, before a server that is reached by its URL. */
  public FaultyS3(String target, Fault fault) throws IOException {
    this(target, fault, HttpServer.create(), "http");
  }

  /** As the other, but takes https. */
  public FaultyS3(EmbeddedS3 s3, Fault fault, SSLContext tls) throws IOException {
    this(s3.endpoint(), fault, httpsServer(tls), "https");
  }

  private static HttpServer httpsServer(SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create();
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return server;
  }

  private FaultyS3(String target, Fault fault, HttpServer server, String scheme)
      throws IOException {
    this.target = target;
    this.fault = fault;
    this.server = server;
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    this.endpoint = scheme + "://127.0.0.1:" + server.getAddress().getPort();
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** Returns {@code http://127.0.0.1:<port>}, or with {@code https}. */
  public String endpoint() {
    return endpoint;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request = new Request(exchange);
      Answer answer = fault.answer(request);
      if (answer == Answer.NONE) {
        return;
      }
      request.body();
      answer
          .headers()
          .forEach(
              (name, values) -> {
                if (!name.startsWith(":") && !OF_ONE_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      if (exchange.getRequestMethod().equals("HEAD")) {
        List<String> length = answer.headers().get("content-length");
        if (length != null) {
          exchange.getResponseHeaders().put("Content-Length", length);
        }
        exchange.sendResponseHeaders(answer.status(), -1);
        return;
      }
      exchange.sendResponseHeaders(
          answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      try (OutputStream out = exchange.getResponseBody()) {
        send(answer, out);
        // Newer JDKs keep the headers back until then, and would drop them.
        out.flush();
      }
    } catch (RuntimeException e) {
      throw new IOException(e);
    }
  }

  private static void send(Answer answer, OutputStream out) throws IOException {
    if (answer.bodyTime.isZero()) {
      out.write(answer.body(), 0, answer.sentBytes);
      return;
    }
    long pause = answer.bodyTime.toNanos() / answer.sentBytes;
    for (int i = 0; i < answer.sentBytes; i++) {
      out.write(answer.body()[i]);
      out.flush();
      LockSupport.parkNanos(pause);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
