package org.assetstager.audit;

import org.assetstager.verify.SeenAgain;
import org.jspecify.annotations.Nullable;

/** Why the file of a ledger's row isn't called safe to delete. */
public enum Kept {
  /** The row isn't one that a bucket holds the content of. */
  OTHER_OUTCOME("the run neither staged the content nor found it in a bucket"),
  /** The run didn't compute the MD5. */
  NOT_HASHED("the run didn't read the file: its MD5 is the manifest's"),
  /** The audit didn't come to the content. */
  NOT_LOOKED_AT(
      "its content is in another share, was checked by an earlier audit, or is left for later"),
  /** The bucket has no object under the content's key. */
  NOT_THERE("the bucket doesn't hold the content"),
  /** The bucket has something else there. */
  OTHER_CONTENT("the bucket holds something else under the content's key"),
  /** The object's ETag proves nothing. */
  NOT_PROVED("the object has the right size, but its ETag proves no hash: use --deep"),
  /** S3 gave no answer. */
  NO_ANSWER("S3 gave no answer about the object", false),
  /** The ledger's row can't be what the job wrote. */
  DAMAGED_ROW("the ledger's row is damaged"),
  /** The ledger doesn't say all that is to be compared. */
  NO_FACTS("the ledger doesn't have all facts of the file"),
  /** Nothing is at the path. */
  GONE("no file is at the path: it was deleted, or its file system isn't mounted"),
  /** A symbolic link leads there. */
  LINKED("a part of its path is a symbolic link"),
  /** The file's times are hardly older than the run. */
  TOO_NEW(
      "it changed as the run began, or later: another change at that moment may not show in its"
          + " times"),
  /** The file has other facts. */
  ALTERED("the file or its metadata has changed"),
  /** The file can't be opened. */
  UNREADABLE("the file can't be opened", false),
  /** The file's root isn't there. */
  UNREACHABLE("its root isn't there, or isn't what it should be", false),
  /** Another row has the same path. */
  OTHER_ROW("another row with the same path isn't safe"),
  /** The ledger has changed since its run. */
  LEDGER_CHANGED(
      "the ledger isn't as its run wrote it: a lost row may speak against the file", false);

  private final String meaning;
  private final boolean judged;

  Kept(String meaning) {
    this(meaning, true);
  }

  Kept(String meaning, boolean judged) {
    this.meaning = meaning;
    this.judged = judged;
  }

  /** Returns what it means, in a few words. */
  public String meaning() {
    return meaning;
  }

  /** Whether something speaks against the file, rather than that nothing could be found out. */
  public boolean isJudged() {
    return judged;
  }

  /** Returns why a content isn't proved; null where it is. */
  static @Nullable Kept of(AuditedContent content) {
    if (content.problem() == null) {
      return content.isProved() ? null : NOT_PROVED;
    }
    return switch (content.problem()) {
      case ABSENT -> NOT_THERE;
      case WRONG_SIZE, WRONG_HASH -> OTHER_CONTENT;
      case NO_ANSWER -> NO_ANSWER;
      case DAMAGED_ROW -> DAMAGED_ROW;
    };
  }

  /** Returns what a file's change means; null where it has none. */
  static @Nullable Kept of(SeenAgain.Change change) {
    return switch (change) {
      case NONE -> null;
      case GONE -> GONE;
      case LINKED -> LINKED;
      case ALTERED -> ALTERED;
      case UNREADABLE -> UNREADABLE;
      case UNREACHABLE -> UNREACHABLE;
    };
  }
}
