package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Looks for threads by name. */
final class Threads {
  private Threads() {}

  static List<Thread> named(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .toList();
  }

  /** Waits until threads have ended. */
  static void assertEnd(String prefix) throws InterruptedException {
    for (Thread thread : named(prefix)) {
      thread.join(20_000);
      assertThat(thread.isAlive()).as(thread.getName() + " lives").isFalse();
    }
  }
}
