package org.assetstager.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.assetstager.limits.Limiter;
import org.assetstager.spark.Daemons;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * An HTTP client that sends bodies no faster than a limit allows: every attempt's bytes are counted
 * as they go out, and only those (over http the SDK also reads a body to sign it).
 *
 * <p>A body may have to wait long for its turn, so it can't have a fixed time to be sent in.
 * Instead an attempt ends if nothing has moved for some time in which it was allowed to send.
 *
 * @param bytes leave to send
 * @param mostStalled how long an attempt may make no progress before it is given up
 */
record PacedHttpClient(SdkHttpClient client, Limiter bytes, Duration mostStalled)
    implements SdkHttpClient {
  /** Most bytes that a body takes leave for at a time: enough for 1 GB/s in small steps. */
  private static final long MOST_BYTES_AT_ONCE = 64 << 10;

  /** Share of a second's bytes: many bodies together hold little that they haven't sent. */
  private static final long SHARE_OF_SECOND = 256;

  /** How often a body is checked during the time after which it is given up. */
  private static final long LOOKS = 4;

  private static final ScheduledExecutorService WATCH = Daemons.timer("s3-stalled-bodies");

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ContentStreamProvider body = request.contentStreamProvider().orElse(null);
    if (body == null) {
      return client.prepareRequest(request);
    }
    Progress progress = new Progress();
    HttpExecuteRequest.Builder paced =
        HttpExecuteRequest.builder()
            .request(request.httpRequest())
            .contentStreamProvider(() -> new PacedStream(body.newStream(), progress));
    request.metricCollector().ifPresent(paced::metricCollector);
    return new WatchedRequest(client.prepareRequest(paced.build()), progress, mostStalled);
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public void close() {
    client.close();
  }

  /** When a body last moved. */
  private static final class Progress {
    private volatile long movedNanos = System.nanoTime();
    private volatile boolean waiting;

    void moved() {
      movedNanos = System.nanoTime();
    }

    boolean stalledFor(Duration time) {
      return !waiting && System.nanoTime() - movedNanos >= time.toNanos();
    }
  }

  private record WatchedRequest(
      ExecutableHttpRequest request, Progress progress, Duration mostStalled)
      implements ExecutableHttpRequest {
    @Override
    public HttpExecuteResponse call() throws IOException {
      progress.moved();
      long period = Math.max(1, mostStalled.toNanos() / LOOKS);
      Future<?> watch =
          WATCH.scheduleAtFixedRate(this::abortIfStalled, period, period, TimeUnit.NANOSECONDS);
      try {
        return request.call();
      } finally {
        watch.cancel(false);
      }
    }

    private void abortIfStalled() {
      if (progress.stalledFor(mostStalled)) {
        request.abort();
      }
    }

    @Override
    public void abort() {
      request.abort();
    }
  }

  private final class PacedStream extends FilterInputStream {
    private final Progress progress;
    private final long step =
        Math.min(MOST_BYTES_AT_ONCE, Math.max(1, bytes.limitPerSecond() / SHARE_OF_SECOND));

    /** Bytes that may go out before the next wait. */
    private long paid;

    PacedStream(InputStream in, Progress progress) {
      super(in);
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int count) throws IOException {
      if (paid == 0) {
        // The HTTP client reads in small pieces. What is there for sure is paid for ahead of them.
        paid = Math.min(step, super.available());
        waitFor(paid);
      }
      int read = super.read(buffer, from, (int) Math.min(paid == 0 ? step : paid, count));
      if (paid > 0) {
        paid -= read;
      } else {
        waitFor(read);
      }
      return read;
    }

    private void waitFor(long count) {
      if (count <= 0) {
        return;
      }
      progress.waiting = true;
      try {
        bytes.acquireSoon(count);
      } catch (InterruptedException e) {
        throw PacedRequests.interrupted(e);
      } finally {
        progress.moved();
        progress.waiting = false;
      }
    }
  }
}
