package org.assetstager.limits;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.assetstager.asset.JobFailure;
import org.assetstager.limits.LeaseQuestion.Resource;
import org.jspecify.annotations.Nullable;

/** The limiters of this JVM, and their connection to the driver. */
public final class ClusterLimits {
  private static final Map<Key, Limiter> LIMITERS = new ConcurrentHashMap<>();
  private static volatile @Nullable Line line;
  private static volatile @Nullable LimitKeeper keeper;

  private record Key(Resource resource, long limitPerSecond) {}

  /** Brings a message to {@link LimitKeeper#answer} on the driver, and its answer back. */
  public interface Line {
    Object ask(long[] message) throws Exception;
  }

  private ClusterLimits() {}

  /** Takes a line to the driver, instead of any earlier one. */
  public static void connect(Line lineToDriver) {
    line = lineToDriver;
  }

  /** Takes the keeper of the cluster's limits, on the driver; null when it ends. */
  public static void keep(@Nullable LimitKeeper ofDriver) {
    keeper = ofDriver;
  }

  /**
   * Returns how many a second all executors together may send now, on the driver; infinite where
   * there is no limit, or nothing was sent yet.
   */
  public static double perSecond(Resource resource) {
    LimitKeeper current = keeper;
    return current == null ? Double.POSITIVE_INFINITY : current.perSecond(resource);
  }

  static @Nullable Line line() {
    return line;
  }

  /** Forgets a line, unless another has taken its place. */
  public static void disconnect(@Nullable Line lineToDriver) {
    if (line == lineToDriver) {
      line = null;
    }
  }

  /**
   * Returns the limiter of requests, which also brings the store's refusals to the driver.
   *
   * @param perSecond null for no limit of the settings
   */
  public static Limiter requests(@Nullable Integer perSecond) {
    return limiter(Resource.REQUESTS, perSecond == null ? 0 : perSecond);
  }

  /** Returns the limiter of the bytes that are sent. */
  public static Limiter bytes(long perSecond) {
    return limiter(Resource.BYTES, perSecond);
  }

  private static Limiter limiter(Resource resource, long perSecond) {
    return LIMITERS.computeIfAbsent(
        new Key(resource, perSecond), k -> new Limiter(resource, perSecond, ClusterLimits::ask));
  }

  private static Lease ask(LeaseQuestion question) {
    Line current = line;
    if (current == null) {
      if (question.limitPerSecond() == 0) {
        return Lease.unlimited();
      }
      throw JobFailure.system(
          "There is no connection to the driver for the limit of "
              + question.limitPerSecond()
              + " "
              + question.resource().text()
              + " a second",
          "Start the job by its own commands, which load org.assetstager.metrics.JobPlugin"
              + " (spark.plugins), or set no limit");
    }
    return Lease.ofMessage(send(current, question.toMessage(), "how much may be sent to S3"));
  }

  /**
   * Returns the driver's time, whatever this host's clock says: milliseconds since the epoch. Where
   * there is no line to the driver, it is this host's.
   */
  public static long driverMillis() {
    Line current = line;
    return current == null
        ? System.currentTimeMillis()
        : send(current, new long[0], "for the time")[0];
  }

  private static long[] send(Line to, long[] message, String what) {
    try {
      return (long[]) to.ask(message);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Asking the driver was interrupted");
    } catch (Exception e) {
      throw JobFailure.system(
          "The driver could not be asked " + what + ": " + e,
          "Check that the driver runs and can be reached, then run again with --resume",
          e);
    }
  }
}
