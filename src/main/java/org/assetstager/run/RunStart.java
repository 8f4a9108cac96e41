package org.assetstager.run;

import java.util.List;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/** Starts a run with an id. If several drivers try, one succeeds. */
public final class RunStart {
  private RunStart() {}

  /**
   * Records what a new run is started with. It overwrites and removes nothing that a driver of
   * another run of this id needs. So a driver that was suspended here can go on safely: either it
   * ends the first step, or it finds that another driver has ended it.
   *
   * @param description of the new run
   * @param refused of the run of this id that was refused before it did anything, and gives way;
   *     read before it was known to be refused. Null where there is none
   * @param leftovers what such a run left in the folder for people
   * @return false if another driver has started a run of this id
   * @throws JobFailure of kind INPUT if the file system lets two drivers create one file
   */
  public static boolean start(
      RunFolder folder,
      RunDescription description,
      @Nullable RunDescription refused,
      List<String> leftovers) {
    String name = refused == null ? RunDescription.FILE : RunDescription.inPlaceOf(refused.nonce());
    if (!isCreated(folder, name, description)) {
      return false;
    }
    if (folder.create(name, List.of("a second one"))) {
      throw folder.withoutConditions();
    }
    if (refused != null) {
      leftovers.forEach(folder::delete);
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
