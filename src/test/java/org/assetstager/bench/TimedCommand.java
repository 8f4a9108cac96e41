package org.assetstager.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How long a command took.
 *
 * @param wallSeconds from its start to its end
 * @param cpuSeconds of all its processes, in user and in kernel mode
 */
record TimedCommand(double wallSeconds, double cpuSeconds) {

  /**
   * Runs a command to its end; what it prints goes to a file.
   *
   * @param environment added to this process's own
   * @throws IOException if it ends with another exit code than 0
   */
  static TimedCommand run(Path output, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path times = Files.createTempFile("times", null);
    try {
      List<String> timed =
          new ArrayList<>(
              List.of(
                  "bash",
                  "-c",
                  "TIMEFORMAT='%R %U %S'; out=$1; times=$2; shift 2;"
                      + " { time \"$@\" >\"$out\" 2>&1; } 2>\"$times\"",
                  "bash",
                  output.toString(),
                  times.toString()));
      timed.addAll(command);
      ProcessBuilder builder = new ProcessBuilder(timed).inheritIO();
      builder.environment().putAll(environment);
      int exitCode = builder.start().waitFor();
      if (exitCode != 0) {
        throw new IOException(
            command + " ended with " + exitCode + ":\n" + Files.readString(output));
      }
      String[] seconds = Files.readString(times).trim().split(" ", -1);
      return new TimedCommand(
          Double.parseDouble(seconds[0]),
          Double.parseDouble(seconds[1]) + Double.parseDouble(seconds[2]));
    } finally {
      Files.delete(times);
    }
  }
}
