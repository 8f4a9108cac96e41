package org.assetstager.ledger;

import org.assetstager.asset.Outcome;
import org.assetstager.digest.PartPlan;
import org.assetstager.verify.RenameSearch;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/** What a person has to do about a row: the one place that words the ledger's column. */
public final class Remedies {
  private static final String RENAMED_TO =
      "Remove the old path from the asset and add the new one: ";

  private Remedies() {}

  /**
   * Returns the remedy as a sentence without its full stop, or null where nothing has to be done.
   * File names are in it as they are, not made visible.
   *
   * <p>The table of section 3 of the design; CONFLICT from section 4, FAILED from section 6.
   */
  public static @Nullable String of(Outcome outcome, VerifiedRow verified) {
    return switch (outcome) {
      case INVALID -> "Fix the manifest's row, then run again";
      case OUTSIDE_ROOT ->
          "Remove it from the asset, or copy the file itself to below the root and add it again";
      case UNREADABLE -> unreadable(verified);
      case DELETED -> deleted(verified.detail());
      case RENAMED ->
          verified.renamedTo() == null
              ? "Remove the old path from the asset and add the new one"
              : RENAMED_TO + verified.renamedTo();
      case MODIFIED -> "Add it again";
      case CONFLICT ->
          "Tell the keeper of the remote bucket: what it holds under this key isn't this content";
      case FAILED -> "Run again; if it fails again, act on the error";
      case NOT_ADDED, KNOWN_REMOTE, KNOWN_STAGING, STAGED, DUPLICATE, PLANNED -> null;
    };
  }

  private static String deleted(@Nullable String detail) {
    return detail != null && detail.startsWith(RenameSearch.SEARCH_ENDED)
        ? "Look for its new path, which was looked for in a part of the root only"
            + " (verify.find-renamed = root looks everywhere), and add that one; remove the old"
            + " path from the asset, or put the file back and add it again"
        : "Remove it from the asset, or put the file back and add it again";
  }

  private static String unreadable(VerifiedRow verified) {
    if (verified.row().unrepresentable()) {
      return "Rename the file to a name that is valid UTF-8, remove the old path from the asset"
          + " and add the new one";
    }
    Long size = verified.size();
    return size != null && size > PartPlan.MOST_OBJECT_BYTES
        ? "Remove it from the asset, or divide it into smaller files and add these"
        : "Let the job's user read the file, or repair its storage, then run again";
  }

  /** Returns the new path that the remedy of a renamed file names, or null. */
  public static @Nullable String renamedTo(@Nullable String remedy) {
    return remedy != null && remedy.startsWith(RENAMED_TO)
        ? remedy.substring(RENAMED_TO.length())
        : null;
  }
}
