package org.assetstager.ledger;

import java.util.Locale;
import org.assetstager.asset.Outcome;
import org.assetstager.digest.PartPlan;
import org.assetstager.verify.RenameSearch;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/**
 * What a person has to do about a row: the one place that makes the ledger's columns {@code
 * remedy_code} and {@code remedy}. The verdicts are those of "Verification" in design.md.
 *
 * <p>The names are the codes, so they stay as they are: ledgers of other versions have them.
 */
public enum Remedy {
  /** Of a bad row. */
  FIX_MANIFEST_ROW("Fix the manifest's row, then run again"),
  /** Of a path that leads out of its root. */
  COPY_BELOW_ROOT(
      "Remove it from the asset, or copy the file itself to below the root and add it again"),
  /** Of a file that the job's user may not read, or whose storage fails. */
  MAKE_READABLE("Let the job's user read the file, or repair its storage, then run again"),
  /** Of a file whose name isn't valid UTF-8. */
  RENAME_TO_UTF8(
      "Rename the file to a name that is valid UTF-8, remove the old path from the asset and add"
          + " the new one"),
  /** Of a file that no object has room for. */
  DIVIDE_FILE("Remove it from the asset, or divide it into smaller files and add these"),
  /** Of a missing file. */
  REMOVE_OR_RESTORE("Remove it from the asset, or put the file back and add it again"),
  /** Of a missing file whose new path may be where the job didn't look. */
  LOOK_FOR_NEW_PATH(
      "Look for its new path, which was looked for in a part of the root only"
          + " (verify.find-renamed = root looks everywhere), and add that one; remove the old"
          + " path from the asset, or put the file back and add it again"),
  /** Of a file that was deleted or renamed while the run was under way. */
  RUN_AGAIN_TO_FIND(
      "Run again: deleted or renamed while the run was under way, and nobody has looked for a new"
          + " path"),
  /** Of a file that has another path now. */
  REPLACE_PATH("Remove the old path from the asset and add the new one"),
  /** Of a file that was altered. */
  ADD_AGAIN("Add it again"),
  /** Of a content whose key holds something else in the remote. */
  TELL_REMOTE_KEEPER(
      "Tell the keeper of the remote bucket: what it holds under this key isn't this content"),
  /** Of an upload that failed. */
  RUN_AGAIN("Run again; if it fails again, act on the error");

  private static final String NEW_PATH = ": ";

  private final String words;

  Remedy(String words) {
    this.words = words;
  }

  /** Returns what to do about a row, or null where nothing has to be done. */
  public static @Nullable Remedy of(Outcome outcome, VerifiedRow verified) {
    return switch (outcome) {
      case INVALID -> FIX_MANIFEST_ROW;
      case OUTSIDE_ROOT -> COPY_BELOW_ROOT;
      case UNREADABLE -> ofUnreadable(verified);
      case DELETED -> ofDeleted(verified.detail());
      case RENAMED -> REPLACE_PATH;
      case MODIFIED -> ADD_AGAIN;
      case CONFLICT -> TELL_REMOTE_KEEPER;
      case FAILED -> RUN_AGAIN;
      case NOT_ADDED, KNOWN_REMOTE, KNOWN_STAGING, STAGED, DUPLICATE, PLANNED -> null;
    };
  }

  private static Remedy ofDeleted(@Nullable String detail) {
    if (detail != null && detail.startsWith(RenameSearch.SEARCH_ENDED)) {
      return LOOK_FOR_NEW_PATH;
    }
    return detail != null && detail.startsWith(RenameSearch.GONE_SINCE_SCAN)
        ? RUN_AGAIN_TO_FIND
        : REMOVE_OR_RESTORE;
  }

  private static Remedy ofUnreadable(VerifiedRow verified) {
    if (verified.row().unrepresentable()) {
      return RENAME_TO_UTF8;
    }
    Long size = verified.size();
    return size != null && size > PartPlan.MOST_OBJECT_BYTES ? DIVIDE_FILE : MAKE_READABLE;
  }

  /** Returns the value of {@code remedy_code}: lower-case words with hyphens between them. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns a sentence without its full stop, which names no path: it is of all such rows. */
  public String words() {
    return words;
  }

  /**
   * Returns the value of {@code remedy}, a sentence without its full stop. A file's name is in it
   * as it is, not made visible.
   */
  public String sentence(VerifiedRow verified) {
    String newPath = this == REPLACE_PATH ? verified.renamedTo() : null;
    return newPath == null ? words : words + NEW_PATH + newPath;
  }

  /** Returns the new path that the sentence of a renamed file names, or null. */
  public static @Nullable String renamedTo(@Nullable String sentence) {
    String start = REPLACE_PATH.words + NEW_PATH;
    return sentence != null && sentence.startsWith(start)
        ? sentence.substring(start.length())
        : null;
  }
}
