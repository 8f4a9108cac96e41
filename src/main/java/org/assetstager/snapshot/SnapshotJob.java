package org.assetstager.snapshot;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.manifest.FileList;
import org.assetstager.manifest.ManifestCounts;
import org.assetstager.progress.Phases;
import org.assetstager.report.Amounts;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepRun;
import org.assetstager.run.StepRun.Done;
import org.assetstager.run.Weights;
import org.assetstager.snapshot.ManifestTask.Source;
import org.assetstager.snapshot.SnapshotRequest.ListOption;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.Roots;
import org.jspecify.annotations.Nullable;

/**
 * Writes a manifest of a directory, on the executors: walks it, hashes its files, and makes the
 * manifest of what was found. These steps are committed as those of a run, below {@code
 * <out>/_snapshot}, which readers of a manifest pass over: so a snapshot that broke off goes on
 * where it was, and reads no file again whose work file is done. {@code _SUCCESS} is written last;
 * of the steps the small commits stay.
 */
public final class SnapshotJob {
  private static final String SUCCESS = "_SUCCESS";

  private static final int PARTS_PER_CORE = 4;

  private final JavaSparkContext spark;
  private final SnapshotRequest request;
  private final Phases phases;
  private final Cut cut;
  private final Path out;
  private final RunFolder folder;
  private final EarlierFiles earlier;
  private final @Nullable String listBefore;
  private final StepRun steps;
  private final SnapshotTasks tasks;

  private SnapshotJob(
      JavaSparkContext spark,
      SnapshotRequest request,
      boolean resume,
      Phases phases,
      Cut cut,
      SnapshotPlaces places) {
    this.spark = spark;
    this.request = request;
    this.phases = phases;
    this.cut = cut;
    this.out = places.out();
    this.folder = places.folder(spark.hadoopConfiguration());
    this.earlier = EarlierFiles.find(request.since(), spark.hadoopConfiguration());
    this.listBefore = listNow();
    SnapshotStart start =
        new SnapshotStart(folder, places, request, inputs(), spark.defaultParallelism());
    RunDescription description = resume ? start.goOn() : start.begin();
    this.steps = new StepRun(spark, folder, new StepCommits(folder, description.nonce()), resume);
    this.tasks =
        new SnapshotTasks(
            steps.output(),
            Roots.ofRun(folder, description, List.of()),
            places.root().path().toString(),
            places.root().seen(),
            cut.workFileWeight());
  }

  private Map<String, String> inputs() {
    ListOption list = request.list();
    if (list == null) {
      return Map.of("--since", earlier.fingerprint(), "--files-from", "none");
    }
    return Map.of(
        "--since",
        earlier.fingerprint(),
        "--files-from",
        listBefore == null ? "standard input" : listBefore,
        "--files-format",
        list.format().name().toLowerCase(Locale.ROOT));
  }

  /** Returns the fingerprint of the list; null where there is none that others can write to. */
  private @Nullable String listNow() {
    ListOption list = request.list();
    return list == null || list.isStandardInput()
        ? null
        : FileList.fingerprint(list.place(), spark.hadoopConfiguration());
  }

  /**
   * Makes a snapshot.
   *
   * @param resume whether to go on with one that broke off, asked for in the same way
   * @throws JobFailure of kind INPUT if the root is no directory, or {@code out} is below it; if
   *     {@code out} exists, or, to be gone on with, holds no such snapshot. Nothing has been
   *     written then
   */
  public static SnapshotResult run(
      JavaSparkContext spark, SnapshotRequest request, boolean resume, Phases phases) {
    return run(spark, request, resume, phases, Cut.USUAL);
  }

  static SnapshotResult run(
      JavaSparkContext spark, SnapshotRequest request, boolean resume, Phases phases, Cut cut) {
    SnapshotPlaces places = SnapshotPlaces.of(request, spark.isLocal());
    return new SnapshotJob(spark, request, resume, phases, cut, places).run();
  }

  private SnapshotResult run() {
    List<Skipped> examples = new ArrayList<>();
    StepCommit manifest = steps.commits().find(SnapshotTasks.MANIFEST);
    if (manifest == null) {
      StepCommit walk =
          steps.once(SnapshotTasks.WALK, () -> find(new FindStep(spark, tasks, cut.firstBudget())));
      StepCommit match = isMatched() ? steps.once(SnapshotTasks.MATCH, () -> match(walk)) : null;
      StepCommit found = match == null ? walk : match;
      StepCommit hash = request.hashed() ? steps.once(SnapshotTasks.HASH, () -> hash(found)) : null;
      List<Source> sources = new ArrayList<>(sources(walk, SnapshotTasks.SKIPPED));
      if (match != null) {
        sources.addAll(sources(match, SnapshotTasks.SKIPPED));
        sources.addAll(sources(match, SnapshotTasks.KEPT));
      }
      sources.addAll(
          hash == null ? sources(found, SnapshotTasks.FILES) : sources(hash, SnapshotTasks.HASHED));
      manifest =
          steps.once(
              SnapshotTasks.MANIFEST,
              () ->
                  phases.run(
                      "manifest", "write the manifest to " + out, () -> write(sources, examples)));
    }
    SnapshotResult result = result(manifest, examples);
    publish(manifest, result.files());
    StepFiles.delete(folder);
    folder.delete(SpooledList.FILE);
    return result;
  }

  private Done find(FindStep find) {
    ListOption list = request.list();
    if (list == null) {
      return phases.run("walk", "walk " + tasks.rootPath(), "files found", find::walk);
    }
    String place = list.isStandardInput() ? SpooledList.path(folder) : list.place();
    Done found =
        phases.run(
            "list",
            "look at the listed files",
            TaskProgress.FILES,
            progress ->
                find.look(
                    FileList.open(place, list.format(), spark.hadoopConfiguration()), progress));
    requireSameList();
    return found;
  }

  /** Of a list that is written while it is read, paths may be missing. */
  private void requireSameList() {
    String now = listNow();
    if (!Objects.equals(listBefore, now)) {
      throw JobFailure.input(
          "Somebody wrote to the list of --files-from while the job read it: it was "
              + listBefore
              + ", and is "
              + now,
          "Finish the list first, then start a new snapshot with another --out");
    }
  }

  /** A list may name a file more than once. */
  private boolean isMatched() {
    return request.list() != null || !earlier.isEmpty();
  }

  private Done match(StepCommit walk) {
    return phases.run(
        "match",
        earlier.isEmpty() ? "sort the list" : "compare with earlier manifests and runs",
        TaskProgress.FILES,
        progress -> new MatchStep(spark, tasks, earlier).run(walk, progress));
  }

  private Done hash(StepCommit found) {
    List<StepFile> work = found.files(SnapshotTasks.FILES);
    long files = StepFiles.rows(work);
    return phases.run(
        "hash",
        "hash " + Amounts.count(files) + " files below " + tasks.rootPath(),
        TaskProgress.FILES,
        progress ->
            new Done(
                steps.missing(
                    SnapshotTasks.HASH,
                    work,
                    SnapshotTasks.HASHED,
                    progress,
                    new HashWork(
                        tasks, found.step(), progress.expect(files, Weights.bytes(work))))));
  }

  private static List<Source> sources(StepCommit commit, String kind) {
    return commit.files(kind).stream().map(file -> new Source(commit.step(), file)).toList();
  }

  private Done write(List<Source> sources, List<Skipped> examples) {
    ManifestTask.Part all = ManifestTask.Part.NONE;
    if (!sources.isEmpty()) {
      int parts = Math.min(sources.size(), PARTS_PER_CORE * spark.defaultParallelism());
      for (ManifestTask.Part part :
          spark
              .parallelize(sources, parts)
              .mapPartitions(new ManifestTask(tasks, folder, request))
              .collect()) {
        all = all.plus(part);
      }
    }
    long rows = StepFiles.rows(sources.stream().map(Source::file).toList());
    if (StepFiles.rows(all.files()) != rows) {
      throw JobFailure.system(
          "The steps have "
              + rows
              + " entries, but there are "
              + StepFiles.rows(all.files())
              + " rows of the manifest and of what was skipped",
          "Don't rely on this manifest; keep --out and report the fault");
    }
    examples.addAll(all.examples());
    return new Done(all.files(), all.notes());
  }

  private SnapshotResult result(StepCommit manifest, List<Skipped> examples) {
    Map<SkipReason, Long> reasons = new EnumMap<>(SkipReason.class);
    for (SkipReason reason : SkipReason.values()) {
      Long count = manifest.notes().get(reason.name());
      if (count != null) {
        reasons.put(reason, count);
      }
    }
    return new SnapshotResult(
        out.toString(),
        StepFiles.rows(manifest.files(SnapshotTasks.ROWS)),
        manifest.notes().getOrDefault(ManifestTask.BYTES, 0L),
        request.since().isEmpty() ? null : manifest.notes().getOrDefault(ManifestTask.KEPT, 0L),
        reasons,
        examples);
  }

  /** Moves the files to where they are looked for; doing it twice does no harm. */
  private void publish(StepCommit manifest, long rows) {
    RunFolder target = folder.at(out.toString());
    if (!target.exists(SUCCESS)) {
      List<StepFile> parts = manifest.files(SnapshotTasks.ROWS);
      publish(target, parts, ".");
      publish(target, manifest.files(SnapshotTasks.SKIPPED), SnapshotResult.SKIPPED_FOLDER);
      folder.writeText(SUCCESS, new ManifestCounts(parts.size(), rows).toJson());
      target.publish(SnapshotPlaces.STEPS + "/" + SUCCESS, SUCCESS);
    }
  }

  private static void publish(RunFolder target, List<StepFile> parts, String to) {
    for (int i = 0; i < parts.size(); i++) {
      target.publish(
          SnapshotPlaces.STEPS + "/" + JsonLines.path(parts.get(i).name()),
          String.format(Locale.ROOT, "%s/part-%05d.json", to, i));
    }
  }
}
