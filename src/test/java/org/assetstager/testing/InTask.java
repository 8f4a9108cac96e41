package org.assetstager.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;

/** Runs code in a Spark task of this JVM, where it has a task context. */
public final class InTask {
  private static final AtomicInteger IDS = new AtomicInteger();
  private static final Map<Integer, Callable<?>> ACTIONS = new ConcurrentHashMap<>();

  private InTask() {}

  /**
   * Runs code in a task of its own, to the end of the task.
   *
   * @throws Exception as the code threw it; the task itself succeeds
   */
  public static <T> T call(Callable<T> action) throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    run(
        () -> {
          try {
            result.complete(action.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
          return null;
        });
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Runs code in a task that fails as the code does. */
  public static void run(Callable<?> action) {
    int id = IDS.incrementAndGet();
    ACTIONS.put(id, action);
    try {
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext())
          .parallelize(List.of(id), 1)
          .foreach((VoidFunction<Integer>) InTask::runAction);
    } finally {
      ACTIONS.remove(id);
    }
  }

  private static void runAction(int id) throws Exception {
    ACTIONS.get(id).call();
  }
}
