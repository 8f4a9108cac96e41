package org.assetstager.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RecordSeal.Sealed;

/**
 * The folder {@code ledger/} of a run, or another such folder: the files of the ledger's commit,
 * and nothing else. Their names follow from the commit, so that publishing twice, by one driver or
 * by two, does no harm.
 */
public final class PublishedLedger {
  private static final String LEDGER = "ledger";
  private static final Pattern PART = Pattern.compile("part-[0-9]{5,}\\.parquet");

  private final RunFolder folder;
  private final String name;

  /** Names the folder; nothing is touched. */
  public PublishedLedger(RunFolder folder) {
    this(folder, LEDGER);
  }

  /** Names the folder, by its name in the run's; nothing is touched. */
  PublishedLedger(RunFolder folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  private String done() {
    return name + "/_SUCCESS";
  }

  /**
   * Moves the committed files into the folder, as far as they aren't there, {@code _SUCCESS} last.
   *
   * @param commits of the steps that wrote final rows, always in the same order
   * @param kind of the files with these rows
   * @throws JobFailure if a file is in neither
   */
  public void publish(List<StepCommit> commits, String kind) {
    if (!folder.exists(done())) {
      List<Sealed> files = sealed(commits, kind);
      for (Sealed file : files) {
        move(new Path(file.written()), new Path(file.path()));
      }
      folder.writeText(done(), String.valueOf(files.size()));
    }
    paths();
  }

  /**
   * Makes sure that the published files are what the run wrote: those of another run may be as
   * many.
   *
   * @param commits as they were published
   * @throws JobFailure if one isn't
   */
  public void check(StepFiles files, List<StepCommit> commits, String kind) {
    files.check(sealed(commits, kind));
  }

  /** Returns the files, with where they are and where they were written. */
  List<Sealed> sealed(List<StepCommit> commits, String kind) {
    List<Sealed> files = new ArrayList<>();
    for (StepCommit commit : commits) {
      for (StepFile file : commit.files(kind)) {
        String part = String.format(Locale.ROOT, "part-%05d.parquet", files.size());
        files.add(
            new Sealed(
                file.kind(),
                file.number(),
                new Path(folder.child(name), part).toString(),
                new Path(folder.child(StepCommits.files(commit.step())), file.name()).toString()));
      }
    }
    return files;
  }

  private void move(Path from, Path to) {
    try {
      WholeFiles.moveOnce(folder.files(), from, to);
    } catch (IOException e) {
      throw JobFailure.system(
          "Can't publish the ledger in " + folder.child(name) + ": " + e.getMessage(),
          "Check ledger.path and that the driver may rename there, then run again with --resume",
          e);
    }
  }

  /**
   * Returns where its files are, in their order.
   *
   * @throws JobFailure if files of it are missing, and rows with them
   */
  List<String> paths() {
    List<String> there = pathsLeft();
    String published = published();
    if (!published.equals(String.valueOf(there.size()))) {
      throw JobFailure.system(
          "The run's ledger has " + there.size() + " partition files instead of " + published,
          RecordSeal.PUT_BACK);
    }
    return there;
  }

  /** Whether it is published, and none of its files is missing. */
  public boolean isWhole() {
    return published().equals(String.valueOf(pathsLeft().size()));
  }

  /** Returns how many files were published; an empty text before that. */
  private String published() {
    return folder.readText(done()).orElse("");
  }

  /** As {@link #paths}, of those that are left of it. */
  List<String> pathsLeft() {
    return folder.list(name).stream()
        .filter(file -> PART.matcher(file.getPath().getName()).matches())
        .map(file -> file.getPath().toString())
        .sorted(Comparator.comparingInt(String::length).thenComparing(Function.identity()))
        .toList();
  }
}
