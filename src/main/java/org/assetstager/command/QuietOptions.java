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
      description = "print only errors and problems that need a person; nothing if there are none")
  private boolean quiet;

  @Option(
      names = "--json",
      description =
          "for programs: print one JSON object a line on standard output, the result last. Errors,"
              + " and problems that need a person, go to standard error")
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
