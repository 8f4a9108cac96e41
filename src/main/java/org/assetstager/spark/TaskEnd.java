package org.assetstager.spark;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** What is closed when a task ends, however it ends. */
public final class TaskEnd {
  private TaskEnd() {}

  /** Closes something at the end of this thread's task; returns it. */
  public static <T extends Closeable> T closing(T open) {
    TaskContext.get()
        .addTaskCompletionListener(
            (TaskCompletionListener)
                task -> {
                  try {
                    open.close();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    return open;
  }
}
