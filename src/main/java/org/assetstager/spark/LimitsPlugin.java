package org.assetstager.spark;

import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.assetstager.limits.ClusterLimits;
import org.assetstager.limits.LimitKeeper;
import org.jspecify.annotations.Nullable;

/**
 * The line between executors and driver over which they share the limits of the whole cluster; in
 * {@code spark.plugins} before the context starts.
 */
public final class LimitsPlugin implements SparkPlugin {
  /** Made by Spark. */
  public LimitsPlugin() {}

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

    @Override
    public Map<String, String> init(SparkContext context, PluginContext plugin) {
      ClusterLimits.connect(line);
      return Map.of();
    }

    @Override
    public Object receive(Object message) {
      return keeper.answer((long[]) message);
    }

    @Override
    public void shutdown() {
      ClusterLimits.disconnect(line);
    }
  }

  private static final class Executor implements ExecutorPlugin {
    private ClusterLimits.@Nullable Line line;

    @Override
    public void init(PluginContext context, Map<String, String> extraConfiguration) {
      ClusterLimits.Line made = context::ask;
      line = made;
      ClusterLimits.connect(made);
    }

    @Override
    public void shutdown() {
      ClusterLimits.disconnect(line);
    }
  }
}
