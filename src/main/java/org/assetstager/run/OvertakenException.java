package org.assetstager.run;

import org.assetstager.asset.JobFailure;

/**
 * Another driver has started the run, or committed a part of it, before this one. The work of this
 * one doesn't count, and the other one reports how the run ends.
 */
public final class OvertakenException extends JobFailure {
  private static final long serialVersionUID = 1;

  private OvertakenException(String message) {
    super(Kind.SYSTEM, message, null);
  }

  OvertakenException(RunFolder folder, String done) {
    this(
        "Another driver has taken over the run in "
            + folder.location()
            + " and has done its "
            + done
            + ", perhaps because this one was suspended. Wait for the other, whose result counts,"
            + " or stop it and run again with --resume");
  }

  /** Makes one of a run that another driver has started at the same time. */
  public static OvertakenException atTheStart(RunFolder folder) {
    return new OvertakenException(
        "Another driver has started the run in "
            + folder.location()
            + " at the same time. Start the same command again: it continues the run, or says how it"
            + " ended");
  }

  /** Makes one of a step that was done for another run of this id. */
  static OvertakenException byAnotherRun(RunFolder folder, String step) {
    return new OvertakenException(
        "The step "
            + step
            + " in "
            + folder.location()
            + " was done for another run of its id, by a driver that was suspended when this run was"
            + " started. Start a run with another --run-id");
  }
}
