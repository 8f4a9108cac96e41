package org.assetstager.notebook;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.jspecify.annotations.Nullable;

/** Runs a notebook's cells, one after another, in this JVM. */
final class Cells {
  /** What a cell's last expression gave; cells run one at a time. */
  private @Nullable Object value;

  /** The thread that runs a snippet at the moment; JShell's compiler bears no interrupt. */
  private volatile @Nullable Thread running;

  private final JShell shell;
  private final SourceCodeAnalysis analysis;

  Cells() {
    shell = JShell.builder().executionEngine(new InThisJvm(), Map.of()).build();
    shell.addToClasspath(System.getProperty("java.class.path"));
    analysis = shell.sourceCodeAnalysis();
  }

  /** A cell that can't be compiled, or that threw. */
  static final class CellException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CellException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Runs a cell.
   *
   * @return the value of its last expression, unless a semicolon follows it; else null
   * @throws CellException if it can't be compiled or throws; what stands before has been run then
   */
  @Nullable Object run(String source) {
    value = null;
    String rest = source;
    while (!rest.isBlank()) {
      CompletionInfo next = analysis.analyzeCompletion(rest);
      // What can't be understood is whole for JShell, whose compiler then says what is wrong.
      String snippet = next.completeness().isComplete() ? next.source() : rest;
      rest = next.completeness().isComplete() ? next.remaining() : "";
      value = null;
      boolean isExpression = runSnippet(Objects.requireNonNullElse(snippet, rest));
      value = isExpression ? value : null;
    }
    return source.stripTrailing().endsWith(";") ? null : value;
  }

  private boolean runSnippet(String source) {
    boolean isExpression = false;
    for (SnippetEvent event : shell.eval(source)) {
      if (event.causeSnippet() != null) {
        continue;
      }
      if (event.exception() != null) {
        throw thrown(event.exception());
      }
      if (event.status() == Snippet.Status.REJECTED) {
        throw new CellException(diagnostics(event.snippet()), null);
      }
      isExpression = isExpression(event.snippet());
    }
    return isExpression;
  }

  /** JShell keeps the value of a call in a variable of its own. */
  private static boolean isExpression(Snippet snippet) {
    return snippet instanceof ExpressionSnippet
        || snippet.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
  }

  private String diagnostics(Snippet snippet) {
    return shell
        .diagnostics(snippet)
        .filter(Diag::isError)
        .map(problem -> problem.getMessage(Locale.ROOT) + "\n    in: " + at(snippet, problem))
        .collect(Collectors.joining("\n"));
  }

  /** What a problem is about: where something is missing, the line that it is missing from. */
  private static String at(Snippet snippet, Diag problem) {
    String source = snippet.source();
    int start = (int) Math.max(0, Math.min(problem.getStartPosition(), source.length()));
    int end = (int) Math.max(start, Math.min(problem.getEndPosition(), source.length()));
    String about = source.substring(start, end).strip();
    if (!about.isEmpty()) {
      return about;
    }
    int lineEnd = source.indexOf('\n', start);
    return source
        .substring(source.lastIndexOf('\n', start - 1) + 1, lineEnd < 0 ? source.length() : lineEnd)
        .strip();
  }

  private static CellException thrown(JShellException exception) {
    String name =
        exception instanceof EvalException eval
            ? eval.getExceptionClassName()
            : exception.getClass().getName();
    return new CellException(name + ": " + exception.getMessage(), exception);
  }

  /** Returns an error's lines: the message, and the frames inside cells. */
  static List<String> describe(Throwable error) {
    List<String> lines = new ArrayList<>(String.valueOf(error.getMessage()).lines().toList());
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
      Arrays.stream(cause.getStackTrace())
          .filter(frame -> frame.getClassName().startsWith("REPL."))
          .forEach(frame -> lines.add("    at " + frame.getMethodName() + " in a cell"));
    }
    return lines;
  }

  /** Interrupts the cell that runs at the moment, from another thread. */
  void stop() {
    Thread thread = running;
    if (thread != null) {
      thread.interrupt();
    }
  }

  boolean isComplete(String source) {
    return analysis.analyzeCompletion(source).completeness().isComplete();
  }

  ReplacementOptions complete(String source, int at) {
    int[] anchor = {at};
    List<String> replacements =
        analysis.completionSuggestions(source, at, anchor).stream()
            .map(SourceCodeAnalysis.Suggestion::continuation)
            .distinct()
            .toList();
    return new ReplacementOptions(replacements, anchor[0], at);
  }

  Optional<String> documentation(String source, int at) {
    return analysis.documentation(source, at, true).stream()
        .map(found -> found.signature() + "\n" + Objects.requireNonNullElse(found.javadoc(), ""))
        .findFirst();
  }

  /** Runs snippets here, and keeps the object that an expression gave, which JShell has as text. */
  private final class InThisJvm implements ExecutionControlProvider {
    @Override
    public String name() {
      return "in-this-jvm";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
      return new LocalExecutionControl() {
        @Override
        protected String invoke(Method snippet) throws Exception {
          running = Thread.currentThread();
          try {
            value = snippet.invoke(null);
          } finally {
            running = null;
            // One that came too late is not the next snippet's.
            Thread.interrupted();
          }
          // Shown by the notebook, not here: an object's toString may be long or costly.
          return "";
        }
      };
    }
  }
}
