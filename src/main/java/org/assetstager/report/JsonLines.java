package org.assetstager.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import org.assetstager.asset.VisibleJson;

/**
 * What {@code --json} prints: a JSON object a line, each with its {@code event}: {@code start},
 * {@code progress}, {@code step} and, once and last, {@code result}. Safe for many threads.
 */
public final class JsonLines {
  private final Writer to;
  private boolean ended;

  /** Prints to a writer, which is flushed after each line. */
  public JsonLines(Writer to) {
    this.to = to;
  }

  /** Returns an event without any fields yet. */
  public static ObjectNode event(String name) {
    return JsonNodeFactory.instance.objectNode().put("event", name);
  }

  /** Prints an event, unless the result has been printed. */
  public synchronized void print(ObjectNode event) {
    if (ended) {
      return;
    }
    try {
      to.write(VisibleJson.line(event) + "\n");
      to.flush();
    } catch (IOException e) {
      // The output remembers the failure, and the command reports it at its end. Nobody reads on.
      ended = true;
    }
  }

  /** Prints the result, the last line; does nothing the next time. */
  public synchronized void end(ObjectNode result) {
    print(result);
    ended = true;
  }

  /** Prints how a run has ended. */
  public void end(RunReport report) {
    ObjectNode result = event("result");
    result.setAll(ReportJson.toJson(report));
    end(result);
  }

  /** Prints that a command has failed. */
  public void end(ExitCode code, String error) {
    end(event("result").put("exit_code", code.value()).put("error", error));
  }
}
