package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.TopHash;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;

/** Lists both sides, namespace by namespace: for now one after another in one task each. */
public final class ListStep {
  private final JavaSparkContext spark;
  private final Settings settings;
  private final RequestTotals requests;
  private final StepOutput output;
  private final TaskProgress progress;

  /** Takes what the listing needs. */
  public ListStep(
      JavaSparkContext spark,
      Settings settings,
      RequestTotals requests,
      int cores,
      StepOutput output,
      TaskProgress progress) {
    this.spark = spark;
    this.settings = settings;
    this.requests = requests;
    this.output = output;
    this.progress = progress;
  }

  /** Lists. */
  public List<StepFile> run(Namespaces namespaces, Supplier<JavaRDD<ContentName>> askable) {
    List<String> names = List.copyOf(namespaces.candidates().keySet());
    return names.isEmpty()
        ? List.of()
        : spark
            .parallelize(names, Math.min(names.size(), 64))
            .mapPartitions(new ListThem(settings, requests, output, progress))
            .collect();
  }

  static final class ListThem implements FlatMapFunction<Iterator<String>, StepFile> {
    private final Settings settings;
    private final RequestTotals requests;
    private final StepOutput output;
    private final TaskProgress progress;

    ListThem(Settings settings, RequestTotals requests, StepOutput output, TaskProgress progress) {
      this.settings = settings;
      this.requests = requests;
      this.output = output;
      this.progress = progress;
    }

    @Override
    public Iterator<StepFile> call(Iterator<String> names) {
      requests.addWhenTaskEnds();
      int number = TaskContext.get().partitionId();
      try (RecordWriter staging =
              output.create("list", "staging", number, KnownContent.CODEC, Map.of());
          RecordWriter remote =
              output.create("list", "remote", number, KnownContent.CODEC, Map.of())) {
        while (names.hasNext()) {
          TopHash name = new TopHash(names.next());
          list(Side.STAGING, settings.staging().bucket().prefix(), name, staging);
          list(Side.REMOTE, settings.remote().prefix(), name, remote);
        }
        return new ArrayList<>(List.of(staging.finish(Map.of()), remote.finish(Map.of())))
            .iterator();
      }
    }

    private void list(Side side, String prefix, TopHash name, RecordWriter out) {
      BucketReader bucket = BucketReader.of(side, settings);
      String namespace = ContentKey.namespace(prefix, name);
      String after = null;
      ListPage page;
      do {
        page = bucket.list(namespace, after, ListingChoice.PAGE_KEYS);
        for (ListPage.Entry entry : page.entries()) {
          KnownContent.of(prefix, name, entry)
              .ifPresent(known -> out.add(KnownContent.CODEC.toRow(known), 0));
        }
        progress.count(page.entries().size());
        after = page.truncated() ? page.nextStartAfter() : null;
      } while (after != null);
    }
  }
}
