package org.assetstager.s3;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.assetstager.asset.ContentKey;
import org.assetstager.settings.BucketSettings;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * A side's bucket with the client that reaches it. Not serializable: a task gets its own from
 * {@link S3Clients}.
 *
 * @param client safe for many threads
 * @param completing makes a client as {@code client} when it is first asked, for a store that joins
 *     parts in silence
 * @param copying likewise, for a store that copies in silence
 * @param http what the clients and {@code directPuts} send with, only to be closed
 * @param directPuts sends bodies first; null where all is left to the client
 * @param patience for how long a request is begun again that the store has no time for
 * @param failed what has failed without an answer
 */
public record BucketConnection(
    Side side,
    BucketSettings settings,
    S3Client client,
    Supplier<S3Client> completing,
    Supplier<S3Client> copying,
    SdkAutoCloseable http,
    @Nullable DirectPuts directPuts,
    Duration patience,
    InARow failed)
    implements AutoCloseable {
  /**
   * Requests that failed for the moment, each with all its attempts.
   *
   * @param requests of any kind, without any that was answered since
   * @param storing PUTs and parts, without any that was answered since; a store that stores nothing
   *     may still answer other requests
   * @param trial held by who tries whether it stores anything
   * @param outageAtNanos when it was last found to store nothing
   */
  record InARow(
      AtomicInteger requests,
      AtomicInteger storing,
      ReentrantLock trial,
      AtomicLong outageAtNanos) {
    InARow() {
      this(
          new AtomicInteger(),
          new AtomicInteger(),
          new ReentrantLock(),
          new AtomicLong(System.nanoTime() - OUTAGE_NANOS));
    }
  }

  /**
   * So many in a row, each with all its attempts, are hardly the objects' fault; if the store
   * answers nothing else either, it is the store, or the way to it.
   */
  private static final int MOST_FAILED_IN_A_ROW = 32;

  /** How long after a trial that failed no other one is needed: its job ends, another may begin. */
  private static final long OUTAGE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /**
   * Sends a request. Where the store has too much to do even after the SDK's retries, the request
   * begins again, unless the patience is over by the time that this may take. So it does after
   * waits where another request for the key is under way (409), but for PutObject and
   * CompleteMultipartUpload: there a caller has to look at the key first. Where one request after
   * another fails for the moment, the job stops and can be resumed.
   *
   * @param key the key, or prefix, of the request
   * @param call sends it
   * @throws S3Failure if this one fails
   * @throws org.assetstager.asset.JobFailure if all others would, too
   */
  public <T> T call(S3Request request, String key, Function<S3Client, T> call) throws S3Failure {
    long begin = System.nanoTime();
    ConflictWaits conflicts = new ConflictWaits(patience);
    while (true) {
      long start = System.nanoTime();
      try {
        T answer = call.apply(clientFor(request));
        // Of directPuts, whose request the client is about to send again.
        boolean unanswered = answer instanceof Optional<?> direct && direct.isEmpty();
        if (!unanswered) {
          answered(request);
        }
        return answer;
      } catch (SdkException e) {
        S3Failure failure = S3Failures.explain(e, place(), request, key);
        long now = System.nanoTime();
        boolean waits =
            failure.kind() == S3Failure.Kind.CONFLICT
                && request != S3Request.PUT
                && request != S3Request.COMPLETE;
        if (waits ? !conflicts.await() : isOver(failure, begin, start, now)) {
          requireNoOutage(failure);
          throw failure;
        }
        RequestCounts.beganAgain();
      }
    }
  }

  private S3Client clientFor(S3Request request) {
    return switch (request) {
      case COMPLETE -> completing.get();
      case COPY, COPY_PART -> copying.get();
      default -> client;
    };
  }

  private void answered(S3Request request) {
    clear(failed.requests());
    if (request.stores()) {
      clear(failed.storing());
    }
  }

  private static void clear(AtomicInteger inARow) {
    // Nearly always: all threads only read it then.
    if (inARow.get() > 0) {
      inARow.set(0);
    }
  }

  private void requireNoOutage(S3Failure failure) {
    if (failure.kind() != S3Failure.Kind.TRANSIENT) {
      answered(failure.request());
    } else if (failed.requests().incrementAndGet() >= MOST_FAILED_IN_A_ROW) {
      if (!answersElse()) {
        throw failure.toOutage(MOST_FAILED_IN_A_ROW + " requests failed one after another");
      }
      clear(failed.requests());
    }
  }

  /** Asks for an object that nobody has trouble with: a part of a store may be lost for long. */
  private boolean answersElse() {
    try {
      String nothing = ContentKey.contents(settings.prefix()) + ".nothing";
      client.headObject(r -> r.bucket(settings.bucket()).key(nothing));
      return true;
    } catch (SdkException e) {
      return e instanceof AwsServiceException answer && !S3Failure.isOverload(answer.statusCode());
    }
  }

  /** Tries whether the store stores anything. */
  public interface StoringTrial {
    /**
     * Stores something of no content.
     *
     * @throws S3Failure if the store doesn't
     */
    void run() throws S3Failure, IOException;
  }

  /**
   * Stops the job where one request after another fails for the moment that the store needs room
   * for, although it may answer others.
   *
   * @param failure that the caller has had; one of the trial itself doesn't count
   * @throws org.assetstager.asset.JobFailure if the trial fails too
   */
  public void requireStoring(S3Failure failure, StoringTrial trial) throws IOException {
    boolean counts =
        failure.kind() == S3Failure.Kind.TRANSIENT
            && failure.request().stores()
            && !failed.trial().isHeldByCurrentThread();
    if (!counts) {
      return;
    }
    failed.storing().incrementAndGet();
    lock(failed.trial());
    try {
      if (failed.storing().get() >= MOST_FAILED_IN_A_ROW) {
        tryToStore(failure, trial);
        failed.storing().set(0);
      }
    } finally {
      failed.trial().unlock();
    }
  }

  private void tryToStore(S3Failure failure, StoringTrial trial) throws IOException {
    // One trial is enough for all who wait for it.
    if (System.nanoTime() - failed.outageAtNanos().get() > OUTAGE_NANOS) {
      try {
        trial.run();
        return;
      } catch (S3Failure e) {
        failure.addSuppressed(e);
        // Unless others have stored something meanwhile.
        if (failed.storing().get() < MOST_FAILED_IN_A_ROW) {
          return;
        }
        failed.outageAtNanos().set(System.nanoTime());
      }
    }
    throw failure.toOutage(
        "The last " + MOST_FAILED_IN_A_ROW + " requests to store something failed, and a trial");
  }

  private static void lock(Lock lock) {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted during the trial of the store");
    }
  }

  /**
   * Gets the credentials that requests are signed with, as the first request would.
   *
   * @throws org.assetstager.asset.JobFailure if there are none
   */
  public void authenticate() {
    try {
      client.serviceClientConfiguration().credentialsProvider().resolveIdentity().join();
    } catch (SdkException e) {
      throw S3Failures.withoutCredentials(e, side).toJobFailure();
    }
  }

  private boolean isOver(S3Failure failure, long begin, long start, long now) {
    return !failure.isOverload() || now - begin + (now - start) > patience.toNanos();
  }

  public String bucket() {
    return settings.bucket();
  }

  public BucketPlace place() {
    return new BucketPlace(side, settings);
  }

  /** Returns side, bucket, endpoint and region, for messages. */
  @Override
  public String toString() {
    return place().toString();
  }

  /** Closes the clients; only for who opened it by {@link S3Clients#open}. */
  @Override
  public void close() {
    client.close();
    http.close();
  }
}
