package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.JobFailure;
import org.assetstager.catalog.ScanNamespaces.Scanned;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;

/**
 * Asks both buckets, on the executors, which of a run's contents they hold; see "Known content" in
 * design.md. One job reads the first page of each namespace, which is all of a small one. Another
 * lists the large ones in parts. A third asks for single contents where that takes fewer requests,
 * or where a side's setting says so. Each namespace is looked at in staging first: if only one side
 * has {@code listing = head}, staging's jobs end before the remote's begin.
 */
public final class ListStep {
  public static final String STEP = Sides.STEP;

  /** One page covers at least as many small namespaces. */
  private static final int NAMESPACES_OF_TASK = 512;

  /** Of a namespace that isn't known by name nobody counted them; more than pages of any bucket. */
  private static final long MANY = 1L << 40;

  private final JavaSparkContext spark;
  private final Sides sides;
  private final int cores;
  private final List<StepFile> files = new ArrayList<>();
  private int tasks;

  /**
   * Takes what the listing needs.
   *
   * @param progress counts keys that were listed, or that the job asked for
   */
  public ListStep(
      JavaSparkContext spark,
      Settings settings,
      RequestTotals requests,
      int cores,
      StepOutput output,
      TaskProgress progress) {
    this.spark = spark;
    this.sides = new Sides(settings, requests, output, progress);
    this.cores = cores;
  }

  /**
   * Finds what both sides hold, at least everything among the candidates; once. Of an inventory's
   * contents no one is confirmed yet: {@link RemoteConfirmation}.
   *
   * @param askable makes the names of all candidates, with repetitions; used where asking for each
   *     takes fewer requests
   * @return files of {@link KnownContent}, of the kinds that the sides' settings are called, none
   *     of them empty; a content is in a kind once, unless an inventory names it twice
   * @throws JobFailure if a side doesn't answer, or refuses to
   */
  public List<StepFile> run(Namespaces namespaces, Supplier<JavaRDD<ContentName>> askable) {
    if (namespaces.candidates().isEmpty()) {
      return List.of();
    }
    String inventory = sides.settings().inventory().manifest();
    if (inventory != null) {
      Set<String> wanted =
          namespaces.complete() ? Set.copyOf(namespaces.candidates().keySet()) : null;
      add(InventoryFiles.write(spark, sides, inventory, wanted, tasks));
      find(List.of(Side.STAGING), namespaces, askable);
    } else if (isAsked(Side.STAGING) == isAsked(Side.REMOTE)) {
      find(Sides.IN_ORDER, namespaces, askable);
    } else {
      Sides.IN_ORDER.forEach(side -> find(List.of(side), namespaces, askable));
    }
    return List.copyOf(files);
  }

  private boolean isAsked(Side side) {
    return sides.bucket(side).listing() == Listing.HEAD;
  }

  private void add(List<StepFile> written) {
    files.addAll(written);
    // Another job's files have greater numbers.
    tasks = files.stream().mapToInt(StepFile::number).max().orElse(-1) + 1;
  }

  private void find(
      List<Side> together, Namespaces namespaces, Supplier<JavaRDD<ContentName>> askable) {
    if (together.stream().allMatch(this::isAsked)) {
      ask(Asked.entirely(together), askable);
      return;
    }
    ListingPlan plan = scan(together, namespaces);
    if (plan.keys() > 0) {
      sides.progress().expect(sides.progress().done() + plan.keys(), 0);
    }
    // Where staging is listed, the remote alone may be asked; where the remote is, staging alone.
    if (sides.bucket(Side.REMOTE).listing() == Listing.LIST) {
      ask(plan.asked(), askable);
      list(plan);
    } else {
      list(plan);
      ask(plan.asked(), askable);
    }
  }

  private ListingPlan scan(List<Side> together, Namespaces namespaces) {
    Map<String, Long> candidates = namespaces.candidates();
    int wanted =
        Math.min((candidates.size() + NAMESPACES_OF_TASK - 1) / NAMESPACES_OF_TASK, 4 * cores);
    List<NamespaceRange> ranges =
        NamespaceRange.cut(List.copyOf(candidates.keySet()), !namespaces.complete(), wanted);
    List<Scanned> scanned =
        spark
            .parallelize(ranges, ranges.size())
            .mapPartitions(new ScanNamespaces(sides, together, tasks))
            .collect();
    Map<Side, Listing> settings = new EnumMap<>(Side.class);
    together.forEach(side -> settings.put(side, sides.bucket(side).listing()));
    ListingPlan plan = new ListingPlan(settings);
    List<StepFile> written = new ArrayList<>();
    for (Scanned task : scanned) {
      written.addAll(task.files());
      task.left()
          .forEach((name, left) -> plan.add(name, candidates.getOrDefault(name, MANY), left));
    }
    add(written);
    return plan;
  }

  private void list(ListingPlan plan) {
    List<List<KeyRange>> parts = plan.tasks(cores);
    if (!parts.isEmpty()) {
      add(
          spark
              .parallelize(parts, parts.size())
              .mapPartitions(new ListRanges(sides, tasks))
              .collect());
    }
  }

  private void ask(Asked asked, Supplier<JavaRDD<ContentName>> askable) {
    if (!asked.isEmpty()) {
      add(AskContents.ask(askable.get(), sides, asked, tasks, 4 * cores).collect());
    }
  }
}
