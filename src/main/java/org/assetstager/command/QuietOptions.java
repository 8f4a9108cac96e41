package org.assetstager.command;

import java.io.PrintWriter;
import java.io.Writer;
import org.assetstager.report.JsonLines;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Whether a command prints less, or for programs. */
class QuietOptions {
  @Option(
      names = "--quiet",
      description = "print only errors, and what a person must act on: nothing if there is neither")
  private boolean quiet;

  @Option(
      names = "--json",
      description =
          "for programs: one JSON object a line on standard output, the last one the result; errors,"
              + " and what a person must act on, on standard error")
  private boolean json;

  /** Sends what people read to standard error where standard output is for programs; at first. */
  void begin(CommandSpec command) {
    if (json) {
      command.commandLine().setOut(command.commandLine().getErr());
    }
  }

  boolean isJson() {
    return json;
  }

  boolean quiet() {
    return quiet || json;
  }

  /** Returns where programs read events, or null where none does. */
  @Nullable JsonLines events(Output output) {
    return json ? output.forEvents() : null;
  }

  /** Returns where to print what no person has to act on: nowhere if the command is to be quiet. */
  PrintWriter news(PrintWriter out) {
    return quiet() ? new PrintWriter(Writer.nullWriter()) : out;
  }
}
