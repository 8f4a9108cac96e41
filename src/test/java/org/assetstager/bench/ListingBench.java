package org.assetstager.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ContentName;
import org.assetstager.catalog.KnownContent;
import org.assetstager.catalog.ListPage;
import org.assetstager.catalog.ListStep;
import org.assetstager.catalog.Namespaces;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.Side;
import org.assetstager.settings.Settings;
import org.assetstager.settings.SettingsFiles;
import org.assetstager.spark.TaskProgress;

/**
 * Listing a namespace in shards beside listing it page after page, against a server that waits for
 * 50 ms before each answer; asking for each content as well. On one core of Spark: then 16 requests
 * are in flight. All of them have to find the same. Arguments: the folder of the results, and how
 * many rounds.
 */
public final class ListingBench {
  private static final int KEYS = 200_000;
  private static final int DELAY_MILLIS = 50;
  private static final int PAGE_KEYS = 1_000;
  private static final TopHash NAMESPACE = new TopHash("h");

  /** Contents to look for; every second one is there. */
  private static final int CANDIDATES = 1_000;

  /** Of the job, before the first round; the first of them is cold. */
  private static final int WARM_UPS = 25;

  private final SparkSession spark;
  private final Path folder;
  private final BenchS3Server.Running server;
  private final RequestTotals requests;
  private int runs;

  private ListingBench(SparkSession spark, Path folder, BenchS3Server.Running server) {
    this.spark = spark;
    this.folder = folder;
    this.server = server;
    this.requests = new RequestTotals(spark.sparkContext());
  }

  /** Runs all. */
  public static void main(String[] args) throws IOException {
    Path results = Path.of(args[0]).toAbsolutePath();
    Path folder = results.resolve("listing");
    BenchFiles.delete(folder);
    Files.createDirectories(folder);
    Figures figures = new Figures(results, "listing");
    figures.fact("rounds", args[1]);
    figures.fact("keys", String.valueOf(KEYS));
    figures.fact("latency", DELAY_MILLIS + " ms");
    figures.fact("requests in flight", "16");
    figures.fact("contents that HEAD asks for", String.valueOf(CANDIDATES));
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .appName("listing")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.local.dir", folder.resolve("spark").toString())
            .getOrCreate();
    try (BenchS3Server.Running server =
        BenchS3Server.Running.start(
            List.of(
                "delay",
                String.valueOf(DELAY_MILLIS),
                "bucket",
                "staging",
                "random",
                "remote",
                NAMESPACE.value(),
                String.valueOf(KEYS)))) {
      ListingBench bench = new ListingBench(spark, folder, server);
      List<ContentName> contents = bench.contents();
      Run cold = bench.run("list", contents);
      for (int i = 1; i < WARM_UPS; i++) {
        bench.run("list", contents);
      }
      bench.run("head", contents);
      for (int round = 0; round < Integer.parseInt(args[1]); round++) {
        bench.measure(figures, contents);
      }
      figures.add("shards, cold", "s", "page after page", cold.seconds());
    } finally {
      spark.stop();
      BenchFiles.delete(folder);
    }
    figures.write();
  }

  /** One round. */
  private void measure(Figures figures, List<ContentName> contents) throws IOException {
    double cpuStart = cpuSeconds(ProcessHandle.current());
    long start = System.nanoTime();
    List<KnownContent> sequential = pageAfterPage();
    figures.add("page after page", "s", null, seconds(start));
    figures.add(
        "page after page, CPU of the client",
        "s",
        null,
        cpuSeconds(ProcessHandle.current()) - cpuStart);
    Run shards = run("list", contents);
    Run head = run("head", contents);
    requireSame(among(contents, sequential), among(contents, shards.found()));
    requireSame(among(contents, sequential), among(contents, head.found()));
    if (sequential.size() != KEYS || shards.found().size() != KEYS) {
      throw new IllegalStateException(sequential.size() + ", " + shards.found().size());
    }
    figures.add("shards", "s", "page after page", shards.seconds());
    figures.add("shards, CPU of the job", "s", null, shards.cpuSeconds());
    figures.add("shards, CPU of the server", "s", null, shards.serverCpuSeconds());
    figures.add("HEAD", "s", "page after page", head.seconds());
  }

  /** What was found, and in which time it was on record. */
  private record Run(
      double seconds, double cpuSeconds, double serverCpuSeconds, List<KnownContent> found) {}

  private Run run(String listing, List<ContentName> contents) throws IOException {
    RunFolder run =
        new RunFolder(
            folder.toUri().toString(), "r" + runs++, spark.sparkContext().hadoopConfiguration());
    run.create();
    JavaSparkContext core = JavaSparkContext.fromSparkContext(spark.sparkContext());
    ListStep step =
        new ListStep(
            core,
            settings(listing),
            requests,
            1,
            new StepOutput(run, "nonce"),
            new TaskProgress(spark.sparkContext(), "list", "keys"));
    Namespaces namespaces = new Namespaces(Map.of(NAMESPACE.value(), (long) contents.size()), true);
    double cpuStart = cpuSeconds(ProcessHandle.current());
    double serverCpuStart = cpuSeconds(server.process().toHandle());
    long start = System.nanoTime();
    List<StepFile> files = step.run(namespaces, () -> core.parallelize(contents, 1));
    double seconds = seconds(start);
    double cpu = cpuSeconds(ProcessHandle.current()) - cpuStart;
    double serverCpu = cpuSeconds(server.process().toHandle()) - serverCpuStart;
    return new Run(seconds, cpu, serverCpu, read(run, files));
  }

  /** What the remote was found to hold. */
  private List<KnownContent> read(RunFolder run, List<StepFile> files) {
    return files.stream()
        .filter(file -> file.kind().equals(Side.REMOTE.settingsName()))
        .flatMap(
            file ->
                spark
                    .read()
                    .parquet(run.location() + "/steps/" + ListStep.STEP + "/" + file.name())
                    .collectAsList()
                    .stream())
        .map(row -> KnownContent.CODEC.fromBytes(row.getAs(0)))
        .toList();
  }

  private static double cpuSeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private List<KnownContent> pageAfterPage() throws IOException {
    BucketReader bucket = BucketReader.of(Side.REMOTE, settings("list"));
    String namespace = ContentKey.namespace("", NAMESPACE);
    List<KnownContent> known = new ArrayList<>();
    String after = null;
    while (true) {
      ListPage page = bucket.list(namespace, after, PAGE_KEYS);
      for (ListPage.Entry entry : page.entries()) {
        KnownContent.of(ContentKey.contents(""), entry).ifPresent(known::add);
      }
      if (!page.truncated()) {
        return known;
      }
      after = page.nextStartAfter();
    }
  }

  private Settings settings(String listing) throws IOException {
    String text =
        """
        asset-stager {
          remote { bucket = remote, endpoint = "%1$s", listing = %2$s
                   credentials { access-key = a, secret-key = b } }
          staging { bucket = staging, endpoint = "%1$s", listing = %2$s
                    credentials { access-key = a, secret-key = b } }
          ledger.path = "%3$s"
        }
        """
            .formatted(server.endpoint(), listing, folder.toUri());
    return SettingsFiles.load(
        Files.writeString(folder.resolve(listing + ".conf"), text), List.of());
  }

  /** Every second one is the server's, see {@link BenchBucket#randomMd5s}. */
  private List<ContentName> contents() {
    List<Md5> there = BenchBucket.randomMd5s(KEYS).limit(CANDIDATES / 2).toList();
    List<ContentName> contents = new ArrayList<>();
    for (Md5 md5 : there) {
      contents.add(new ContentName(NAMESPACE.value(), md5.toHex()));
      contents.add(new ContentName(NAMESPACE.value(), new Md5(~md5.high(), md5.low()).toHex()));
    }
    return contents;
  }

  private static Set<KnownContent> among(List<ContentName> contents, List<KnownContent> found) {
    Set<String> asked = new HashSet<>();
    contents.forEach(content -> asked.add(content.md5()));
    return found.stream()
        .filter(known -> asked.contains(known.md5()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static void requireSame(Set<KnownContent> one, Set<KnownContent> other) {
    if (one.size() != CANDIDATES / 2 || !one.equals(other)) {
      throw new IllegalStateException(one.size() + " contents are not " + other.size());
    }
  }
}
