package org.assetstager.run;

import org.assetstager.asset.JobFailure;

/**
 * Another driver has committed a part of the run before this one. The work of this one doesn't
 * count, and the other one reports how the run ends.
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
            + ", as happens when this one was suspended. Wait for the other, whose result counts, or"
            + " stop it and run again with --resume");
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
