package org.assetstager.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.assetstager.pipeline.Failures;
import org.assetstager.spark.Daemons;

/**
 * Checks of one thing. They run one after another until one fails, in a thread of their own.
 * Another thread may read the results meanwhile.
 */
final class CheckGroup {
  private final List<String> names;
  private final List<Line> made = new ArrayList<>();
  private final Thread thread;

  /** How a check came out. */
  enum Result {
    OK,
    FAILED,
    SKIPPED;

    /** Returns it as it is printed; what failed is to be seen. */
    String word() {
      return this == FAILED ? name() : name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A check that was made, or wasn't.
   *
   * @param words what was found, or why it failed and what to do
   */
  record Line(String name, Result result, String words) {}

  private CheckGroup(List<String> names, Consumer<CheckGroup> body) {
    this.names = List.copyOf(names);
    this.thread = Daemons.threads("check " + names.get(0)).newThread(() -> run(body));
  }

  /**
   * Starts to make checks.
   *
   * @param names of the checks, in the order in which the body tells their results
   * @param body tells each check's result before it begins the next; one that failed is thrown
   */
  static CheckGroup start(List<String> names, Consumer<CheckGroup> body) {
    CheckGroup group = new CheckGroup(names, body);
    group.thread.start();
    return group;
  }

  private void run(Consumer<CheckGroup> body) {
    try {
      body.accept(this);
    } catch (RuntimeException | LinkageError e) {
      end(String.valueOf(Failures.explain(e).getMessage()));
    }
  }

  /** Says that the next check came out well. */
  void ok(String words) {
    add(Result.OK, words);
  }

  /** Says that there is nothing to check. */
  void skip(String words) {
    add(Result.SKIPPED, words);
  }

  private synchronized void add(Result result, String words) {
    if (made.size() < names.size()) {
      made.add(new Line(names.get(made.size()), result, words));
    }
  }

  /** Says that the next check failed, so that those behind it can't be made. */
  private synchronized void end(String words) {
    String failed = made.size() < names.size() ? names.get(made.size()) : "";
    add(Result.FAILED, words);
    while (made.size() < names.size()) {
      add(Result.SKIPPED, "not tried, because '" + failed + "' failed");
    }
  }

  /**
   * Waits for the end of the checks.
   *
   * @param deadlineNanos of {@link System#nanoTime}; a check that isn't done by then has failed
   * @param late what to say of it
   */
  List<Line> await(long deadlineNanos, String late) {
    try {
      long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
      thread.join(Math.max(1, left));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      if (made.size() < names.size()) {
        end(late);
      }
      return List.copyOf(made);
    }
  }
}
