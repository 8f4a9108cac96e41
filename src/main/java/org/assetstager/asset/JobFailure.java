package org.assetstager.asset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A failure that stops the whole job, as opposed to the failure of one file, which is a row. Driver
 * and executors throw it. Its message is what the user reads; control characters in it are made
 * visible.
 */
public class JobFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Who has to act. */
  public enum Kind {
    /** Usage, settings or manifest: exit code 2. */
    INPUT,
    /** The infrastructure: exit code 1, the run can be resumed. */
    SYSTEM
  }

  private final Kind kind;
  private final boolean isFinal;

  /**
   * Makes a failure of the given kind.
   *
   * @param message shown on one line, with its control characters made visible
   */
  protected JobFailure(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, false, cause, VisibleText.inMessage(message));
  }

  private JobFailure(Kind kind, boolean isFinal, @Nullable Throwable cause, String visibleMessage) {
    super(visibleMessage, cause);
    this.kind = kind;
    this.isFinal = isFinal;
  }

  /**
   * Makes a failure that the user's input caused.
   *
   * @param problem what is wrong, with the offending value and its cause
   * @param remedy what to do, as a sentence
   */
  public static JobFailure input(String problem, String remedy) {
    return new JobFailure(Kind.INPUT, problem + ". " + remedy, null);
  }

  /**
   * Makes a failure that the user's input caused in several places.
   *
   * @param places what is wrong and what to do, each to stand on a line of its own
   */
  public static JobFailure input(String problem, String remedy, List<String> places) {
    StringBuilder message = new StringBuilder(VisibleText.inMessage(problem + ". " + remedy));
    places.forEach(place -> message.append("\n  ").append(VisibleText.inMessage(place)));
    return new JobFailure(Kind.INPUT, false, null, message.toString());
  }

  /** Makes a failure that the user's input caused, known by another exception. */
  public static JobFailure input(String problem, String remedy, Throwable cause) {
    return new JobFailure(Kind.INPUT, problem + ". " + remedy, cause);
  }

  /** Makes a failure of a machine, a service or a mount. */
  public static JobFailure system(String problem, String remedy) {
    return new JobFailure(Kind.SYSTEM, problem + ". " + remedy, null);
  }

  /** Makes a failure of a machine, a service or a mount, known by another exception. */
  public static JobFailure system(String problem, String remedy, Throwable cause) {
    return new JobFailure(Kind.SYSTEM, problem + ". " + remedy, cause);
  }

  /** Makes a failure of a machine, a service or a mount after which nothing can be resumed. */
  public static JobFailure last(String problem, String remedy, @Nullable Throwable cause) {
    return new JobFailure(Kind.SYSTEM, true, cause, VisibleText.inMessage(problem + ". " + remedy));
  }

  /**
   * Returns this failure with one more line in its message, that names the command to go on with;
   * the same if it is the user's to correct, or {@link #last}.
   *
   * @param command as it is typed in a shell, with no control characters
   */
  public JobFailure goOnWith(String command) {
    if (kind == Kind.INPUT || isFinal) {
      return this;
    }
    JobFailure failure =
        new JobFailure(kind, false, getCause(), getMessage() + "\nContinue with: " + command);
    failure.setStackTrace(getStackTrace());
    return failure;
  }

  /** Returns the message with the kind, which Spark may bring to the driver as text alone. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // The message is what the user reads.
  public String toString() {
    return JobFailure.class.getName() + ": " + kind + ": " + getMessage();
  }

  /** Returns who has to act. */
  public Kind kind() {
    return kind;
  }
}
