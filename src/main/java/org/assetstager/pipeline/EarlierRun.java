package org.assetstager.pipeline;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.ManifestFile;
import org.assetstager.report.RunReport;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.spark.PlainFiles;
import org.jspecify.annotations.Nullable;

/** Finds the previous run of the same manifest, in the folders beside a run's own folder. */
final class EarlierRun {
  /** Each takes a few requests of an object store. */
  private static final int MOST_LOOKED_AT = 30;

  private EarlierRun() {}

  /**
   * Looks at the latest runs.
   *
   * @return the report of the last finished run that began before this one, has a page, and is a
   *     dry run exactly if this one is; null if there is none, or it can't be read
   */
  static @Nullable RunReport of(RunFolder folder, RunDescription description) {
    Path own = new Path(folder.location());
    try {
      return Arrays.stream(
              PlainFiles.of(own, folder.configuration())
                  .listStatus(
                      Objects.requireNonNull(own.getParent()),
                      path -> path.getName().startsWith("run_id=") && !isSame(path, own)))
          .sorted(
              Comparator.comparingLong(FileStatus::getModificationTime)
                  .thenComparing(status -> status.getPath().getName())
                  .reversed())
          .limit(MOST_LOOKED_AT)
          .map(status -> folder.at(status.getPath().toString()))
          .flatMap(other -> earlier(other, description).stream())
          .max(Comparator.comparing(RunReport::startedAt))
          .orElse(null);
    } catch (IOException unreadable) {
      // The page does without.
      return null;
    }
  }

  private static boolean isSame(Path path, Path own) {
    return path.getName().equals(own.getName());
  }

  /** Returns a run's report if it counts; one that can't be read hides no other. */
  private static Optional<RunReport> earlier(RunFolder other, RunDescription now) {
    try {
      return isEarlier(other, now)
          ? Optional.ofNullable(EndedRun.ofFinished(other))
          : Optional.empty();
    } catch (JobFailure unreadable) {
      return Optional.empty();
    }
  }

  private static boolean isEarlier(RunFolder other, RunDescription now) {
    return RunDescription.find(other)
        .filter(
            earlier ->
                earlier.startedAtMillis() < now.startedAtMillis()
                    && earlier.dryRun() == now.dryRun()
                    && manifests(earlier).equals(manifests(now))
                    && other.exists(EndedRun.PAGE))
        .isPresent();
  }

  private static List<String> manifests(RunDescription run) {
    return run.manifests().stream().map(ManifestFile::path).sorted().toList();
  }
}
