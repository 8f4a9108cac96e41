package org.assetstager;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.assetstager.testing.TestSpark;

/** Runs commands of the job in this JVM, for tests of any package. */
public final class Commands {
  private Commands() {}

  /**
   * What a command came to.
   *
   * @param out what it printed to standard output
   * @param err what it printed to standard error
   */
  public record Ran(int exitCode, String out, String err) {}

  /** Runs a command with its arguments in the session that the tests share. */
  public static Ran run(String... arguments) {
    TestSpark.session();
    return runAlone(arguments);
  }

  /** Runs a command with its arguments in the session that is there, or in one of its own. */
  public static Ran runAlone(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }
}
