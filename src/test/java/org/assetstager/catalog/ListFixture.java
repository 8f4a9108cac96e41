package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.Side;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.settings.InventorySettings;
import org.assetstager.settings.LedgerFormat;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.settings.OnFinishSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;
import org.assetstager.settings.StagingSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.Commits;
import org.assetstager.testing.Costs;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.TestSpark;

/** Runs the step, against the embedded server unless told otherwise. */
final class ListFixture {
  private static final String JOB_NAME = "spark.job.description";

  final EmbeddedS3 server = EmbeddedS3.shared();
  final SparkSession spark = TestSpark.session();
  final RequestTotals requests = new RequestTotals(spark.sparkContext());
  String endpoint = server.endpoint();
  Listing staging = Listing.AUTO;
  Listing remote = Listing.AUTO;
  int cores = 1;
  Duration callTimeout = Duration.ofMinutes(2);

  /** The namespaces that the step knows by name, where it doesn't know all. */
  Set<String> sample = Set.of();

  /** Instead of the remote's listing. */
  InventorySettings inventory = new InventorySettings(null, true);

  /** Of the last run. */
  TaskProgress progress = new TaskProgress(spark.sparkContext(), "list", "keys");

  /** Of the last run. */
  int jobs;

  /** Of the last run. */
  int failedTasks;

  private final Path ledgers;
  private int runs;

  ListFixture(Path ledgers) {
    this.ledgers = ledgers;
  }

  /** Returns MD5s that are spread over all of their range, as real ones are. */
  static String md5(int i) {
    return new Md5(i * 0x9E3779B97F4A7C15L, i).toHex();
  }

  static String key(String prefix, String topHash, String md5) {
    return new ContentKey(prefix, new TopHash(topHash), Md5.parse(md5)).toString();
  }

  /** Reads {@code top hash/md5}. */
  static List<ContentName> contents(Stream<String> texts) {
    return texts.map(ContentName::parse).toList();
  }

  private BucketSettings with(BucketSettings bucket, Listing listing) {
    return new BucketSettings(
        bucket.bucket(),
        bucket.prefix(),
        endpoint,
        bucket.region(),
        bucket.pathStyle(),
        bucket.credentials(),
        listing,
        null);
  }

  Settings settings(String prefix) {
    return new Settings(
        with(server.remote(prefix), remote),
        inventory,
        new StagingSettings(
            with(server.staging(prefix), staging),
            true,
            false,
            false,
            null,
            StagingSettings.Encryption.NONE,
            null,
            Map.of()),
        "file:///nowhere",
        LedgerFormat.PARQUET,
        new ManifestSettings(List.of(), 1 << 20),
        new VerifySettings(
            VerifySettings.Policy.CONTENT,
            VerifySettings.DigestMode.ALWAYS,
            VerifySettings.FindRenamed.OFF),
        new UploadSettings(5 << 20, 5 << 20, 1 << 30, false, null, null),
        new OnFinishSettings(List.of(), null, Duration.ofSeconds(30)),
        Commits.NONE,
        new S3Settings(Duration.ofSeconds(5), Duration.ofSeconds(60), callTimeout, 3),
        Costs.NONE);
  }

  /** What a run found: on each side all, with repetitions if there are any. */
  record Found(Map<Side, List<KnownContent>> known, List<ContentName> asked) {
    List<KnownContent> all(Side side) {
      return known.getOrDefault(side, List.of());
    }

    /** What a side holds of the contents asked for, each with its size. */
    Set<String> amongst(Side side) {
      Set<String> names = asked.stream().map(ContentName::toText).collect(Collectors.toSet());
      return all(side).stream()
          .filter(content -> names.contains(name(content)))
          .map(content -> name(content) + " " + content.size())
          .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(KnownContent content) {
      return new ContentName(content.topHash(), content.md5()).toText();
    }
  }

  Found list(String prefix, List<ContentName> contents) {
    RunFolder folder = new RunFolder("file://" + ledgers, "r" + runs++, new Configuration());
    folder.create();
    progress = new TaskProgress(spark.sparkContext(), "list", "keys");
    JavaSparkContext core = JavaSparkContext.fromSparkContext(spark.sparkContext());
    ListStep step =
        new ListStep(
            core, settings(prefix), requests, cores, new StepOutput(folder, "nonce"), progress);
    List<StepFile> files =
        countingJobs(() -> step.run(namespaces(contents), () -> core.parallelize(contents, 3)));
    assertThat(files)
        .allMatch(file -> file.rows() > 0)
        .extracting(file -> file.kind() + file.number())
        .doesNotHaveDuplicates();
    Found found =
        new Found(
            files.stream()
                .collect(
                    Collectors.groupingBy(
                        file -> Side.valueOf(file.kind().toUpperCase(Locale.ROOT)),
                        Collectors.flatMapping(
                            file -> read(folder, file).stream(), Collectors.toList()))),
            contents);
    for (Side side : Side.values()) {
      assertThat(found.all(side)).extracting(Found::name).doesNotHaveDuplicates();
    }
    return found;
  }

  private Namespaces namespaces(List<ContentName> contents) {
    Map<String, Long> all =
        contents.stream()
            .collect(Collectors.groupingBy(ContentName::topHash, Collectors.counting()));
    boolean complete = sample.isEmpty();
    all.keySet().removeIf(name -> !complete && !sample.contains(name));
    return new Namespaces(all, complete);
  }

  private List<KnownContent> read(RunFolder folder, StepFile file) {
    return spark
        .read()
        .parquet(folder.location() + "/steps/list/" + file.name())
        .collectAsList()
        .stream()
        .map(row -> KnownContent.CODEC.fromBytes(row.getAs(0)))
        .toList();
  }

  private List<StepFile> countingJobs(Supplier<List<StepFile>> run) {
    String name = "listing " + runs + " of " + ledgers;
    AtomicInteger started = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    List<StepFile> files = new ArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            if (name.equals(job.properties().getProperty(JOB_NAME))) {
              started.incrementAndGet();
            }
          }

          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            if (!task.taskInfo().successful()) {
              failed.incrementAndGet();
            }
          }
        };
    spark.sparkContext().addSparkListener(listener);
    spark.sparkContext().setJobDescription(name);
    try {
      files.addAll(run.get());
      spark.sparkContext().listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    } finally {
      spark.sparkContext().setJobDescription(null);
      spark.sparkContext().removeSparkListener(listener);
    }
    jobs = started.get();
    failedTasks = failed.get();
    return files;
  }

  /** Returns how many requests of a kind have been sent so far. */
  long sent(String kind) {
    requests.addOfDriver();
    return requests.byKind().getOrDefault(kind, 0L);
  }
}
