package org.assetstager.asset;

/**
 * The outcome of a manifest row in a run; see "Verification", "Known content" and "Upload" in
 * design.md.
 */
public enum Outcome {
  /** Not added by a user: nothing to stage. */
  NOT_ADDED(false),
  /** A bad row. */
  INVALID(true),
  /** The path resolves to outside the root. */
  OUTSIDE_ROOT(true),
  /** The file can't be read. */
  UNREADABLE(true),
  /** Nothing, or no regular file, is at the path. */
  DELETED(true),
  /** The same file is at another path. */
  RENAMED(true),
  /** The content is not what the user added. */
  MODIFIED(true),
  /** The remote holds the content. */
  KNOWN_REMOTE(false),
  /** Staging holds the content, and its hash was proved. */
  KNOWN_STAGING(false),
  /** The remote holds something else under the content's key: of another size, or another MD5. */
  CONFLICT(true),
  /** This run put the content into staging. */
  STAGED(false),
  /** Another row of this run has the same content, and that one is staged. */
  DUPLICATE(false),
  /** The upload failed. */
  FAILED(false),
  /** A dry run would upload it. */
  PLANNED(false);

  private final boolean needsPerson;

  Outcome(boolean needsPerson) {
    this.needsPerson = needsPerson;
  }

  /** Whether a person has to change something before another run can help (exit code 3). */
  public boolean needsPerson() {
    return needsPerson;
  }
}
