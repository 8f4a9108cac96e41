package org.assetstager.verify;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.run.TaskFiles;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** The files that a task of the search for renamed files writes. */
final class RenameFiles {
  /** The step that the files are of. */
  static final String STEP = "renames";

  private static final String MATCHES = "matches";

  private final LastRows last;
  private final TaskFiles files;
  private final RoaringBitmap places = new RoaringBitmap();

  /**
   * Begins with no files; what isn't finished ends with the task.
   *
   * @param last gets rows whose verdict is the last
   * @param number of the files, which no other task of the step has
   */
  RenameFiles(StepOutput output, LastRows last, int number) {
    this.last = last;
    this.files = TaskFiles.ofTask(output, STEP, number);
  }

  /**
   * What a task has written.
   *
   * @param last files of rows whose verdict is the last
   * @param matches files of {@link RenameMatch}, to be checked
   * @param places of the matches, by {@link RenameMatch#place}
   */
  record Written(List<StepFile> last, List<StepFile> matches, RoaringBitmap places)
      implements Serializable {}

  void addLast(VerifiedRow row) {
    last.add(row, files);
  }

  /** Adds a missing row for which nothing was found. */
  void addDeleted(VerifiedRow missing, @Nullable Long endedAfter) {
    addLast(
        endedAfter == null
            ? missing
            : missing.withDetail(
                RenameSearch.SEARCH_ENDED
                    + ": its new path was looked for among "
                    + endedAfter
                    + " entries below the root, which has more; "
                    + missing.detail()));
  }

  void addMatch(RenameMatch match) {
    files.add(MATCHES, RenameMatch.CODEC, match, 0);
    String root = Objects.requireNonNull(match.missing().row().root());
    places.add(RenameMatch.place(RenameMatch.hashOfPath(root, match.newPath())));
    if (match.isOnlyLink()) {
      places.add(RenameMatch.place(RenameMatch.hashOfInode(root, match.newInode())));
    }
  }

  Written finish() {
    Map<Boolean, List<StepFile>> areMatches =
        files.finish().stream()
            .collect(Collectors.partitioningBy(file -> file.kind().equals(MATCHES)));
    return new Written(
        Objects.requireNonNull(areMatches.get(false)),
        Objects.requireNonNull(areMatches.get(true)),
        places);
  }
}
