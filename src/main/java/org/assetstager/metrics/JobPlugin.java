package org.assetstager.metrics;

import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.assetstager.limits.ClusterLimits;
import org.assetstager.limits.LimitKeeper;
import org.assetstager.spark.Daemons;
import org.jspecify.annotations.Nullable;

/**
 * The connection between executors and driver; {@code spark.plugins} must name it before the
 * context starts. Executors share the limits of the whole cluster through it, and send their counts
 * to the driver, so that the driver's metrics are those of the whole job. Each executor's own
 * metrics are in its registry.
 */
public final class JobPlugin implements SparkPlugin {
  private static final long REPORT_SECONDS = 5;

  /** What executors receive when they start. */
  private static final String RUN_ID = "run-id";

  /** Made by Spark. */
  public JobPlugin() {}

  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new Executor();
  }

  /** Answers on a single thread, so it must never wait. */
  private static final class Driver implements DriverPlugin {
    private final LimitKeeper keeper = new LimitKeeper();
    private final ClusterLimits.Line line = keeper::answer;
    private final JobTotals totals = new JobTotals();

    @Override
    public Map<String, String> init(SparkContext context, PluginContext plugin) {
      ClusterLimits.connect(line);
      ClusterLimits.keep(keeper);
      JobTotals.keep(totals);
      return Map.of(RUN_ID, RunIdInLogs.current());
    }

    @Override
    public void registerMetrics(String applicationId, PluginContext plugin) {
      JobMetrics.register(totals, plugin.metricRegistry());
      JobMetrics.registerOfDriver(totals, plugin.metricRegistry());
    }

    /** A question about limits, or what an executor has counted: see {@link JobCounts}. */
    @Override
    public Object receive(Object message) {
      if (message instanceof long[] question) {
        return keeper.answer(question);
      }
      totals.add((long[][]) message);
      return RunIdInLogs.current();
    }

    @Override
    public void shutdown() {
      ClusterLimits.disconnect(line);
      ClusterLimits.keep(null);
      JobTotals.keep(null);
    }
  }

  private static final class Executor implements ExecutorPlugin {
    private ClusterLimits.@Nullable Line line;
    private @Nullable Reporter reporter;

    @Override
    public void init(PluginContext context, Map<String, String> extraConfiguration) {
      ClusterLimits.Line made = context::ask;
      line = made;
      ClusterLimits.connect(made);
      // In local mode it is the driver's JVM, which counts for itself.
      if (!context.executorID().equals("driver")) {
        RunIdInLogs.take(extraConfiguration.get(RUN_ID));
        Reporter started = new Reporter(context);
        JobMetrics.register(started.totals, context.metricRegistry());
        started.start();
        reporter = started;
      }
    }

    @Override
    public void onTaskStart() {
      RunIdInLogs.takeFromTask();
    }

    @Override
    public void shutdown() {
      Reporter started = reporter;
      if (started != null) {
        started.stop();
      }
      ClusterLimits.disconnect(line);
    }
  }

  /** Tells the driver what this executor has counted. */
  private static final class Reporter {
    private final PluginContext context;
    private final JobTotals totals = new JobTotals();
    private final ScheduledExecutorService timer = Daemons.timer("asset-stager-metrics");

    private @Nullable Future<?> reporting;

    /** What the driver has heard of. */
    private long[][] told = JobCounts.none();

    Reporter(PluginContext context) {
      this.context = context;
    }

    void start() {
      reporting = timer.scheduleWithFixedDelay(this::report, 0, REPORT_SECONDS, TimeUnit.SECONDS);
    }

    /** Sends the counts; what the driver doesn't receive is part of the next report. */
    private void report() {
      totals.addOfThisJvm();
      long[][] now = JobCounts.ofThisJvm();
      try {
        RunIdInLogs.take((String) context.ask(JobCounts.difference(now, told)));
        told = now;
      } catch (Exception e) {
        // The driver is gone or has too much to do: metrics stop no job.
        return;
      }
    }

    void stop() {
      if (reporting != null) {
        reporting.cancel(true);
      }
      timer.shutdown();
    }
  }
}
