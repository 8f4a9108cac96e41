package org.assetstager.commit;

import org.jspecify.annotations.Nullable;

/** What became of a content that was to be committed. */
public enum CommitOutcome {
  /** This commit has copied it to the remote, and it was proved there. */
  COMMITTED("committed", "copied to the remote, and proved there", null),
  /** The remote had it already, and it was proved there. */
  KNOWN_REMOTE("committed", "already in the remote, and proved there", null),
  /** The remote has something else under its key. */
  CONFLICT(
      "staged",
      "the remote has something else under the key",
      "Find out who wrote the object in the remote; commit left it alone"),
  /** Staging doesn't have it, or not any more: nothing was copied. */
  REFUSED(
      "staged",
      "staging does not hold what was staged",
      "Find out who wrote or deleted the object in staging, then stage the file again and commit"
          + " that run"),
  /** It could not be copied, or what was copied is not proved. */
  FAILED(
      "committing",
      "not copied, or not proved in the remote",
      "Commit again; if this doesn't help, ask the store's operator. Commit deletes nothing from"
          + " the remote");

  private final String state;
  private final String meaning;
  private final @Nullable String remedy;

  CommitOutcome(String state, String meaning, @Nullable String remedy) {
    this.state = state;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /** Returns the content's state after the commit, a word of the Vocabulary. */
  public String state() {
    return state;
  }

  /** Whether the content lies in the remote. */
  public boolean isCommitted() {
    return remedy == null;
  }

  /** Returns what it means, in a few words. */
  public String meaning() {
    return meaning;
  }

  /** Returns what a person has to do, without its full stop; null where nobody has to. */
  public @Nullable String remedy() {
    return remedy;
  }
}
