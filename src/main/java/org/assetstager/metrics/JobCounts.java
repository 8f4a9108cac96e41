package org.assetstager.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.assetstager.asset.Outcome;
import org.assetstager.s3.RequestCounts;
import org.assetstager.s3.S3Request;
import org.assetstager.spark.OutcomeCounts;

/**
 * All that a JVM counts, in a fixed order: numbers that only grow. Between JVMs they travel as
 * {@code long[3][]}, since an executor's transport can't read classes that come with the job: the
 * {@link #NAMES}, then how long PUT and LIST took, by bucket.
 */
final class JobCounts {
  /** A counter and its value in this JVM. */
  private record Counter(String name, LongSupplier value) {}

  private static final List<Counter> COUNTERS = counters();

  /** The counters' names, in their order. */
  static final List<String> NAMES = COUNTERS.stream().map(Counter::name).toList();

  /** How many of the first ones are those of outcomes. */
  static final int OF_OUTCOMES = 2 * Outcome.values().length;

  static final String FILES = "files.";
  static final String BYTES = "bytes.";
  static final String OPENED_UPLOADS = "uploads.opened";
  static final String CLOSED_UPLOADS = "uploads.closed";

  private JobCounts() {}

  private static List<Counter> counters() {
    List<Counter> counters = new ArrayList<>();
    for (Outcome outcome : Outcome.values()) {
      counters.add(new Counter(FILES + outcome, () -> OutcomeCounts.files(outcome)));
      counters.add(new Counter(BYTES + outcome, () -> OutcomeCounts.bytes(outcome)));
    }
    for (S3Request kind : S3Request.values()) {
      counters.add(new Counter("requests." + kind, () -> RequestCounts.requests(kind)));
      counters.add(new Counter("errors." + kind, () -> RequestCounts.errors(kind)));
    }
    counters.add(new Counter("retries", RequestCounts::retries));
    counters.add(new Counter("throttles", RequestCounts::throttles));
    counters.add(new Counter("sent.bytes", RequestCounts::sentBytes));
    counters.add(new Counter(OPENED_UPLOADS, RequestCounts::openedUploads));
    counters.add(new Counter(CLOSED_UPLOADS, RequestCounts::closedUploads));
    return List.copyOf(counters);
  }

  /** Returns the position of a counter in the order. */
  static int index(String name) {
    return NAMES.indexOf(name);
  }

  /** Returns nothing counted yet. */
  static long[][] none() {
    int buckets = RequestCounts.puts().counts().length;
    return new long[][] {new long[NAMES.size()], new long[buckets], new long[buckets]};
  }

  /** Returns what this JVM has counted since it started. */
  static long[][] ofThisJvm() {
    long[] values = COUNTERS.stream().mapToLong(counter -> counter.value().getAsLong()).toArray();
    return new long[][] {values, RequestCounts.puts().counts(), RequestCounts.lists().counts()};
  }

  /** Returns the difference of two counts. */
  static long[][] difference(long[][] now, long[][] then) {
    long[][] difference = none();
    for (int i = 0; i < now.length; i++) {
      for (int j = 0; j < now[i].length; j++) {
        difference[i][j] = now[i][j] - then[i][j];
      }
    }
    return difference;
  }
}
