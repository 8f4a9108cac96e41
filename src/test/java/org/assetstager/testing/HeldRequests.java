package org.assetstager.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.assetstager.testing.FaultyS3.Answer;
import org.assetstager.testing.FaultyS3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Stops all requests at a chosen one, so that a test may kill their sender at a moment that is
 * certain, and counts what the server has taken. A request whose sender has gone is not passed on.
 */
public final class HeldRequests implements FaultyS3.Fault {
  private final List<String> taken = new ArrayList<>();
  private final List<Integer> waiting = new ArrayList<>();
  private Predicate<Request> trigger = request -> false;
  private @Nullable String delayed;
  private @Nullable String delayedLine;
  private ToLongFunction<String> partsOf = path -> 0;
  private boolean sentAgain;
  private boolean closed;
  private int running;

  /** Holds everything from the first request on that fits. */
  public synchronized void holdFrom(Predicate<Request> first) {
    trigger = first;
  }

  /**
   * Holds the first request that sends bytes and fits until the same has been sent again and was
   * taken. Who asks meanwhile which parts of its upload are there is answered when all but the held
   * one are: otherwise parts that are still under way would be sent again too.
   *
   * @param parts how many parts an upload has, by its path
   */
  public synchronized void delayUntilSentAgain(String pattern, ToLongFunction<String> parts) {
    delayed = pattern;
    partsOf = parts;
  }

  /** Whether {@link #delayUntilSentAgain} found its request sent again. */
  public synchronized boolean sentAgain() {
    return sentAgain;
  }

  @Override
  public Answer answer(Request request) {
    pass(request);
    try {
      Answer answer = request.forward();
      if (sendsBytes(request) && answer.status() / 100 == 2) {
        took(request);
      }
      return answer;
    } finally {
      passed();
    }
  }

  /** Whether it puts an object or a part. */
  public static boolean sendsBytes(Request request) {
    return request.line().startsWith("PUT ") && !request.line().contains(".preflight");
  }

  private synchronized void pass(Request request) {
    if (!closed && trigger.test(request)) {
      closed = true;
      trigger = other -> false;
    }
    delay(request);
    if (closed) {
      waiting.add(request.clientPort());
      notifyAll();
      while (closed) {
        await();
      }
    }
    if (!OpenFiles.connected(request.clientPort())) {
      throw new IllegalStateException("The sender of this has gone: " + request.line());
    }
    running++;
  }

  private void delay(Request request) {
    if (delayed == null) {
      return;
    }
    if (delayedLine == null) {
      if (sendsBytes(request) && request.line().matches(delayed)) {
        delayedLine = withoutUploadId(request);
        while (!sentAgain && delayed != null) {
          await();
        }
      }
    } else if (request.line().matches("GET .*uploadId=.*")) {
      String path = path(request.line());
      boolean asked = path(delayedLine).equals(path);
      while (asked && delayed != null && !othersTaken(path)) {
        await();
      }
    }
  }

  private boolean othersTaken(String path) {
    return taken.stream().filter(line -> path(line).equals(path)).distinct().count()
        >= partsOf.applyAsLong(path) - 1;
  }

  private static String path(String line) {
    return line.split("[ ?]", 3)[1];
  }

  private synchronized void passed() {
    running--;
    notifyAll();
  }

  private synchronized void took(Request request) {
    String line = withoutUploadId(request);
    taken.add(line);
    if (line.equals(delayedLine)) {
      sentAgain = true;
      notifyAll();
    }
  }

  private static String withoutUploadId(Request request) {
    return request.line().replaceAll("uploadId=[^&]*&?", "");
  }

  private void await() {
    try {
      TimeUnit.MILLISECONDS.timedWait(this, 100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits until requests are held and no other is on its way; returns the first one's port. */
  public synchronized int awaitHeld() {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
    while (waiting.isEmpty() || running > 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("No request to hold came, or those before it didn't end");
      }
      await();
    }
    return waiting.get(0);
  }

  /** Lets through what is held and all that follows. */
  public synchronized void open() {
    closed = false;
    delayed = null;
    trigger = request -> false;
    waiting.clear();
    notifyAll();
  }

  /** Returns the objects and parts that the server has taken, without upload ids. */
  public synchronized List<String> taken() {
    return List.copyOf(taken);
  }
}
