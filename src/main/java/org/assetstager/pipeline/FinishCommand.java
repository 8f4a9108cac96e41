package org.assetstager.pipeline;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assetstager.spark.Daemons;
import org.jspecify.annotations.Nullable;

/** Runs a user's command at the end of a run, without a shell. */
final class FinishCommand {
  private FinishCommand() {}

  /**
   * Runs the command to its end, or for as long as it may take. What it prints to standard output
   * is lost, since that is the job's own; standard error is the job's.
   *
   * @return what went wrong, to stand after the command's name; null if nothing did
   */
  static @Nullable String run(List<String> command, Duration timeout, FinishNews news) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.INHERIT);
    builder.environment().put("ASSET_STAGER_RUN_ID", news.runId());
    builder.environment().put("ASSET_STAGER_EXIT_CODE", Integer.toString(news.exitCode()));
    try {
      Process process = builder.start();
      try {
        return await(process, timeout, news);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return "can't be started: " + Failures.firstLine(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "was interrupted";
    }
  }

  private static @Nullable String await(Process process, Duration timeout, FinishNews news)
      throws InterruptedException {
    // By a thread, since a command that doesn't read would hold up the job.
    Daemons.threads("on-finish").newThread(() -> write(process, news.json())).start();
    if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      return "didn't end within on-finish.timeout, " + timeout.toMillis() + " ms, and was stopped";
    }
    return process.exitValue() == 0 ? null : "ended with exit code " + process.exitValue();
  }

  private static void write(Process process, String json) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It need not read.
      return;
    }
  }
}
