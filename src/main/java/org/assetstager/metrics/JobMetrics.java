package org.assetstager.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricFilter;
import com.codahale.metrics.MetricRegistry;
import java.util.concurrent.TimeUnit;
import org.assetstager.limits.ClusterLimits;
import org.assetstager.limits.LeaseQuestion.Resource;

/** Shows totals in a registry of Spark's metrics system. */
final class JobMetrics {
  private static final String RUN = "run.";

  private JobMetrics() {}

  /** Registers what a JVM has counted. */
  static void register(JobTotals totals, MetricRegistry registry) {
    for (int i = 0; i < JobCounts.NAMES.size(); i++) {
      String name = JobCounts.NAMES.get(i);
      int index = i;
      // Who opened an upload and who ended it tell nothing by themselves.
      if (!name.equals(JobCounts.OPENED_UPLOADS) && !name.equals(JobCounts.CLOSED_UPLOADS)) {
        gauge(registry, name, () -> totals.value(index));
      }
    }
    registry.register("micros.PUT", totals.puts());
    registry.register("micros.LIST", totals.lists());
  }

  /**
   * Registers what the driver alone knows: the uploads that are open, which one executor may open
   * and another end; the limits of the whole cluster, 0 where there is none; what there is to do, 0
   * until it is known; and which run it works on.
   */
  static void registerOfDriver(JobTotals totals, MetricRegistry registry) {
    gauge(registry, "uploads.open", totals::openUploads);
    gauge(registry, "limit.requests", () -> limit(Resource.REQUESTS));
    gauge(registry, "limit.bytes", () -> limit(Resource.BYTES));
    gauge(registry, "manifest.rows", totals::manifestRows);
    gauge(registry, "planned.files", () -> totals.planned().rows());
    gauge(registry, "planned.bytes", () -> totals.planned().bytes());
    totals.onRun(runId -> nameRun(registry, runId));
  }

  /**
   * Names the run in the place of an earlier one. A name is all that Spark shows of a text; the
   * value is the time, in seconds since the epoch, at which this driver began to work on it.
   */
  private static void nameRun(MetricRegistry registry, String runId) {
    registry.removeMatching(MetricFilter.startsWith(RUN));
    long began = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    gauge(registry, RUN + runId, () -> began);
  }

  private static long limit(Resource resource) {
    double perSecond = ClusterLimits.perSecond(resource);
    return Double.isInfinite(perSecond) ? 0 : Math.round(perSecond);
  }

  private static void gauge(MetricRegistry registry, String name, Gauge<Long> gauge) {
    registry.register(name, gauge);
  }
}
