package org.assetstager.pipeline;

import org.assetstager.asset.JobFailure;

/** Checks, before a step is committed, that it has as many rows at its end as at its beginning. */
final class StepBalance {
  private StepBalance() {}

  /**
   * Makes sure that no row is lost or there twice, as where a lost executor's work was done again
   * and a file had changed meanwhile.
   *
   * @throws JobFailure if the numbers differ; the step can be done again
   */
  static void require(String step, long rowsRead, long rowsWritten) {
    if (rowsRead != rowsWritten) {
      throw JobFailure.system(
          "The step "
              + step
              + " doesn't balance: it read "
              + rowsRead
              + " rows and wrote "
              + rowsWritten,
          "Run again with --resume, which does the step again; if that doesn't help, report the"
              + " fault");
    }
  }
}
