package org.assetstager.run;

import java.util.List;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/** Starts a run with an id. If several drivers try, one succeeds. */
public final class RunStart {
  private RunStart() {}

  /**
   * Creates {@code run.json}.
   *
   * @param description of the new run
   * @param refused of a run of this id that was refused before it did anything, which gives way;
   *     read before it was known to be refused. Null where there is none
   * @param leftovers what else such a run left in the folder, the report that calls it refused
   *     first
   * @return false if another driver has started a run of this id
   * @throws JobFailure of kind INPUT if the file system lets two drivers create one file
   */
  public static boolean start(
      RunFolder folder,
      RunDescription description,
      @Nullable RunDescription refused,
      List<String> leftovers) {
    if (refused != null) {
      // A driver that was suspended here must not remove the run of the one that went on.
      if (!isCreated(folder, "refused/" + refused.nonce() + ".json", description)) {
        return false;
      }
      leftovers.forEach(folder::delete);
      folder.delete(StepCommits.FOLDER);
      folder.delete(RunDescription.FILE);
    }
    if (!isCreated(folder, RunDescription.FILE, description)) {
      return false;
    }
    if (folder.create(RunDescription.FILE, List.of("a second one"))) {
      throw folder.withoutConditions();
    }
    return true;
  }

  /** The answer to an own request that had succeeded may have been lost. */
  private static boolean isCreated(RunFolder folder, String name, RunDescription description) {
    return folder.create(name, description)
        || folder
            .readJson(name, RunDescription.class)
            .filter(there -> there.nonce().equals(description.nonce()))
            .isPresent();
  }
}
