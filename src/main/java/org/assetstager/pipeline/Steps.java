package org.assetstager.pipeline;

import org.assetstager.catalog.ListStep;
import org.assetstager.upload.TransferWork;
import org.assetstager.verify.RenameStep;

/** The names of the steps, and of the kinds of files that they write. */
final class Steps {
  static final String SCAN = "scan";
  static final String RENAMES = RenameStep.STEP;
  static final String DIGEST = "digest";
  static final String LIST = ListStep.STEP;
  static final String PLAN = "plan";
  static final String TRANSFER = TransferWork.STEP;

  /** Of the scan: rows without a file, which may have been renamed. */
  static final String MISSING = "missing";

  /** Of the scan: candidates that claim an MD5. */
  static final String CANDIDATES = "candidates";

  /** Of the scan: work files of candidates that claim none. */
  static final String UNDIGESTED = "undigested";

  /** Of the digest: the results of a work file's rows. */
  static final String DIGESTED = "digested";

  /** Of the plan: work files of the transfer. */
  static final String WORK = "work";

  /** Of the plan: a work file of one heavy content. */
  static final String WORK_ALONE = "alone";

  private static final String LATER = "later";

  /**
   * Of the plan: the kind of work files of more rows of the last content of the file before them of
   * a kind of work.
   */
  static String laterOf(String work) {
    return work + LATER;
  }

  /** Of the list: what the remote holds. */
  static final String REMOTE = "remote";

  /** Of the list: what staging holds. */
  static final String STAGING = "staging";

  private Steps() {}
}
