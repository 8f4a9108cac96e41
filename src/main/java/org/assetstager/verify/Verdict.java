package org.assetstager.verify;

/** What verification found about one manifest row; see "Verification" in design.md. */
public enum Verdict {
  /** Not added by a user: nothing to stage. */
  NOT_ADDED,
  /** A bad row. */
  INVALID,
  /** The path resolves to outside the root. */
  OUTSIDE_ROOT,
  /** The file can't be read. */
  UNREADABLE,
  /** Nothing, or no regular file, is at the path. */
  DELETED,
  /** As deleted, but the same file is at another path below the root. */
  RENAMED,
  /** The content is not what the user added. */
  MODIFIED,
  /** The content is what the user added. */
  UNCHANGED
}
