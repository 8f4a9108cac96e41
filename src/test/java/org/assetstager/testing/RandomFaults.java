package org.assetstager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.testing.FaultyS3.Answer;
import org.assetstager.testing.FaultyS3.Request;

/**
 * Stands between the job and the embedded S3 server and strikes requests at random. Whether a
 * request is struck depends on the seed, on what is asked for and on how often it was, not on the
 * order in which tasks happen to send.
 */
public final class RandomFaults implements AutoCloseable {
  /** What happens to a request that is struck. */
  public enum Kind {
    /** 500 InternalError, and nothing is done. */
    SERVER_ERROR,
    /** 503 SlowDown, and nothing is done. */
    SLOW_DOWN,
    /** The connection is reset before anything of the body was read. */
    RESET_BEFORE_BODY,
    /** The connection is reset when half of the body was read. */
    RESET_DURING_BODY,
    /** The connection is reset when all of the body was read, and nothing is done. */
    RESET_AFTER_BODY,
    /** The request is done, and the connection is reset instead of an answer. */
    ANSWER_LOST,
    /** The answer breaks off half-way. */
    ANSWER_CUT,
    /** The request is done after some time. */
    LATENCY,
    /** Nothing happens any more. */
    STALL,
    /** Of parts: the answer has another ETag than the part. */
    WRONG_PART_ETAG,
    /** Of the completion of an upload: the answer has an empty ETag. */
    EMPTY_COMPLETE_ETAG,
    /** Of writes: somebody puts other bytes under the key just before. */
    COMPETITOR,
    /** As {@link #COMPETITOR} and {@link #ANSWER_LOST}, in a store that knows no If-None-Match. */
    CONDITION_IGNORED
  }

  private static final double RATE = 0.05;

  /** Of requests for uploads in parts, which a run has few of. */
  private static final double RATE_OF_FEW = 0.15;

  /** Of those where only they can be struck. */
  private static final double RATE_OF_FEW_ALONE = 0.5;

  private static final int MOST_LATENCY_MILLIS = 500;
  private static final Pattern UPLOAD_ID = Pattern.compile("[?&]uploadId=([^&]+)");

  private final EmbeddedS3 server;
  private final Kind kind;
  private final long seed;
  private final String prefix;
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final Set<String> uploadIds = ConcurrentHashMap.newKeySet();
  private final AtomicInteger struck = new AtomicInteger();
  private final AtomicInteger struckInUploads = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final FaultyS3 proxy;
  private final ResettingRelay relay;

  /**
   * Starts on a free port of 127.0.0.1.
   *
   * @param prefix of this run in staging, another each time: no part of the chance
   */
  public RandomFaults(EmbeddedS3 server, Kind kind, long seed, String prefix) throws IOException {
    this.server = server;
    this.kind = kind;
    this.seed = seed;
    this.prefix = prefix;
    this.proxy = new FaultyS3(server, this::answer);
    this.relay = new ResettingRelay(proxy.endpoint());
  }

  /** Returns {@code http://127.0.0.1:<port>}. */
  public String endpoint() {
    return relay.endpoint();
  }

  /** Returns how many requests were struck so far. */
  public int struck() {
    return struck.get();
  }

  /** Returns how many of these were parts and completions of multipart uploads. */
  public int struckInUploads() {
    return struckInUploads.get();
  }

  /** Returns the ids of all multipart uploads that somebody asked for anything. */
  public Set<String> uploadIds() {
    return uploadIds;
  }

  private Answer answer(Request request) {
    Matcher uploadId = UPLOAD_ID.matcher(request.line());
    if (uploadId.find()) {
      uploadIds.add(URLDecoder.decode(uploadId.group(1), UTF_8));
    }
    if (!strikes(request)) {
      return forward(request);
    }
    struck.incrementAndGet();
    if (isPart(request) || isComplete(request)) {
      struckInUploads.incrementAndGet();
    }
    return switch (kind) {
      case SERVER_ERROR -> Answer.error(500, "InternalError");
      case SLOW_DOWN -> Answer.error(503, "SlowDown");
      case RESET_BEFORE_BODY -> reset(request);
      case RESET_DURING_BODY -> {
        String length = request.header("Content-Length");
        request.beginBody(length == null ? 0 : Integer.parseInt(length) / 2);
        yield reset(request);
      }
      case RESET_AFTER_BODY -> {
        request.body();
        yield reset(request);
      }
      case ANSWER_LOST -> {
        request.forward();
        yield reset(request);
      }
      case ANSWER_CUT -> {
        Answer answer = request.forward();
        yield answer.body().length == 0
            ? reset(request)
            : answer.brokenOffAfter(answer.body().length / 2);
      }
      case LATENCY -> {
        pause(random(request, 1).nextInt(MOST_LATENCY_MILLIS));
        yield request.forward();
      }
      case STALL -> {
        pause(Long.MAX_VALUE);
        yield Answer.NONE;
      }
      case WRONG_PART_ETAG -> {
        Answer answer = request.forward();
        Map<String, List<String>> headers = new HashMap<>(answer.headers());
        headers.put("etag", List.of("\"" + "0".repeat(32) + "\""));
        yield new Answer(answer.status(), headers, answer.body());
      }
      case EMPTY_COMPLETE_ETAG -> {
        Answer answer = request.forward();
        String body = new String(answer.body(), UTF_8).replaceAll("<ETag>.*</ETag>", "<ETag/>");
        yield new Answer(answer.status(), answer.headers(), body.getBytes(UTF_8));
      }
      case COMPETITOR -> {
        compete(request);
        yield forward(request);
      }
      case CONDITION_IGNORED -> {
        compete(request);
        forward(request);
        yield reset(request);
      }
    };
  }

  private boolean strikes(Request request) {
    boolean put = request.line().startsWith("PUT ");
    boolean part = isPart(request);
    boolean complete = isComplete(request);
    boolean possible =
        switch (kind) {
          case WRONG_PART_ETAG -> part;
          case EMPTY_COMPLETE_ETAG -> complete;
          case COMPETITOR, CONDITION_IGNORED -> complete || (put && !part);
          default -> true;
        };
    boolean alone = kind == Kind.WRONG_PART_ETAG || kind == Kind.EMPTY_COMPLETE_ETAG;
    double rate = alone ? RATE_OF_FEW_ALONE : part || complete ? RATE_OF_FEW : RATE;
    String what = what(request);
    int times = asked.computeIfAbsent(what, w -> new AtomicInteger()).getAndIncrement();
    return possible && random(request, times).nextDouble() < rate;
  }

  private SplittableRandom random(Request request, int salt) {
    return new SplittableRandom(seed ^ ((long) what(request).hashCode() << 20) ^ salt);
  }

  private String what(Request request) {
    return UPLOAD_ID.matcher(request.line().replace(prefix, "")).replaceAll("");
  }

  private static boolean isPart(Request request) {
    return request.line().contains("partNumber=");
  }

  private static boolean isComplete(Request request) {
    return request.line().startsWith("POST ") && UPLOAD_ID.matcher(request.line()).find();
  }

  /** Sends a request on; a store that knows no condition does what one refuses that does. */
  private Answer forward(Request request) {
    Answer answer = request.forward();
    if (kind == Kind.CONDITION_IGNORED && answer.status() == 412) {
      server.delete(EmbeddedS3.STAGING, key(request));
      return request.forward();
    }
    return answer;
  }

  private void compete(Request request) {
    server.put(EmbeddedS3.STAGING, key(request), "put by somebody else".getBytes(UTF_8));
  }

  private static String key(Request request) {
    String path = request.line().replaceFirst("^[A-Z]+ ", "").replaceFirst("\\?.*", "");
    return URLDecoder.decode(path.substring(("/" + EmbeddedS3.STAGING + "/").length()), UTF_8);
  }

  private Answer reset(Request request) {
    relay.reset(request.clientPort());
    return Answer.NONE;
  }

  private void pause(long millis) {
    try {
      closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    relay.close();
    proxy.close();
  }
}
