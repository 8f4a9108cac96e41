package org.assetstager.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assetstager.bench.GeneratedAsset.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What ten times the rows cost the planning, or other shapes of as many, and what more executors
 * bring to uploads that wait for the store. Arguments: the folder of the results, and how many
 * rounds. Variables of the environment: {@code BENCH_ROWS}, a million without it, and {@code
 * BENCH_REQUESTS} of an executor, 12,000 without it; 0 leaves out what it is about; {@code
 * BENCH_DELAY}, the server's, 20 ms without it; {@code BENCH_SHAPES}, names of a {@link Shape} in
 * small letters.
 *
 * <p>Rows: {@link PlanningRun} on one executor of two cores and 4 GB, the driver having 2 GB. That
 * Spark starts is not counted. CPU seconds are those of driver and executor. Of shapes, each is
 * compared with {@link Shape#BASE}; staging then holds a tenth of what the remote does, so that
 * there is something to list.
 *
 * <p>Executors: {@link UploadingRun} on executors of one core, against a server that waits for 20
 * ms before each answer; a task has four requests in flight. Each executor has the same number of
 * contents to upload, so that a run on one takes as long as on eight. Executors are warm.
 */
public final class ScaleBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STAGING = "staging";
  private static final int TIMES = 10;
  private static final long SHARE_STAGED = 10;
  private static final List<Integer> EXECUTORS = List.of(1, 2, 4, 8);
  private static final Path JARS = Path.of("target", "spark-home", "jars").toAbsolutePath();

  private final Path folder;
  private final Figures figures;
  private final long delayMillis = number("BENCH_DELAY", 20);

  private ScaleBench(Path folder, Figures figures) {
    this.folder = folder;
    this.figures = figures;
  }

  /** Runs all. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path results = Path.of(args[0]).toAbsolutePath();
    Path folder = results.resolve("scale");
    Figures figures = new Figures(results, "scale");
    figures.fact("rounds", args[1]);
    long rows = number("BENCH_ROWS", 1_000_000);
    long requests = number("BENCH_REQUESTS", 12_000);
    figures.fact("requests of an executor", String.valueOf(requests));
    figures.fact("latency", number("BENCH_DELAY", 20) + " ms");
    ScaleBench bench = new ScaleBench(folder, figures);
    try {
      for (int round = 0; round < Integer.parseInt(args[1]); round++) {
        if (rows > 0) {
          bench.plan(rows);
        }
        if (requests > 0) {
          for (int executors : EXECUTORS) {
            bench.upload(executors, requests);
          }
        }
      }
    } finally {
      BenchFiles.delete(folder);
    }
    figures.write();
  }

  private static long number(String variable, long otherwise) {
    return Long.parseLong(System.getenv().getOrDefault(variable, String.valueOf(otherwise)));
  }

  private void plan(long rows) throws IOException, InterruptedException {
    List<Shape> shapes =
        Arrays.stream(System.getenv().getOrDefault("BENCH_SHAPES", "").split(" ", -1))
            .filter(name -> !name.isBlank())
            .map(name -> Shape.valueOf(name.toUpperCase(Locale.ROOT)))
            .toList();
    if (shapes.isEmpty()) {
      plan(Shape.PLAIN, rows, named(rows), null);
      plan(Shape.PLAIN, TIMES * rows, named(TIMES * rows), named(rows));
      return;
    }
    String base = "base";
    figures.fact("rows", String.valueOf(rows));
    plan(Shape.BASE, rows, base, null);
    for (Shape shape : shapes) {
      plan(shape, rows, shape.name().toLowerCase(Locale.ROOT), base);
    }
  }

  private static String named(long rows) {
    return String.format(Locale.ROOT, "%,d rows", rows);
  }

  private void plan(Shape shape, long rows, String name, @Nullable String peer)
      throws IOException, InterruptedException {
    BenchFiles.delete(folder);
    System.out.printf(Locale.ROOT, "scale: generating %,d rows%n", rows);
    Files.createDirectories(folder);
    GeneratedAsset.write(folder, shape, rows);
    Path measured = folder.resolve("measured.json");
    Path config = folder.resolve("stage.conf");
    long staged = shape == Shape.PLAIN ? 0 : rows / SHARE_STAGED;
    try (BenchS3Server.Running server =
        BenchS3Server.Running.start(
            List.of(
                "bucket",
                GeneratedAsset.REMOTE,
                "asset",
                STAGING,
                shape.name(),
                String.valueOf(staged)))) {
      Files.writeString(
          config,
          settings(server.endpoint())
              + """
              asset-stager.remote { inventory = "%s", confirm-inventory = off }
              asset-stager.staging.listing = list
              """
                  .formatted(folder.resolve("inventory/manifest.json").toUri()));
      run(
          PlanningRun.class,
          "2g",
          Map.of("spark.master", "local-cluster[1,2,4096]", "spark.executor.memory", "4096m"),
          List.of(
              config.toString(),
              folder.resolve("manifest.jsonl").toString(),
              shape.name(),
              String.valueOf(rows),
              folder.resolve("ledger").toString(),
              measured.toString()));
    }
    Map<String, Double> found =
        JSON.readValue(measured.toFile(), new TypeReference<Map<String, Double>>() {});
    found.forEach(
        (figure, value) ->
            figures.add(
                name + ", " + figure,
                unit(figure),
                peer == null ? null : peer + ", " + figure,
                value));
  }

  private static String unit(String figure) {
    if (figure.startsWith("LIST")) {
      return "";
    }
    return figure.startsWith("heap") ? "MiB" : figure.endsWith("a row") ? "us" : "s";
  }

  private void upload(int executors, long requests) throws IOException, InterruptedException {
    BenchFiles.delete(folder);
    Files.createDirectories(folder);
    Path measured = folder.resolve("measured.json");
    try (BenchS3Server.Running server =
        BenchS3Server.Running.start(
            List.of("delay", String.valueOf(delayMillis), "bucket", "remote", "bucket", STAGING))) {
      Path config = folder.resolve("stage.conf");
      Files.writeString(config, settings(server.endpoint()));
      run(
          UploadingRun.class,
          "512m",
          Map.of(
              "spark.master",
              "local-cluster[" + executors + ",1,512]",
              "spark.executor.memory",
              "512m",
              "spark.scheduler.minRegisteredResourcesRatio",
              "1.0",
              "spark.executor.extraJavaOptions",
              // Eight JVMs that optimise their code would keep the cores of this machine busy.
              "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"),
          List.of(config.toString(), String.valueOf(requests * executors), measured.toString()));
    }
    Map<String, Double> found =
        JSON.readValue(measured.toFile(), new TypeReference<Map<String, Double>>() {});
    figures.add(executors + " executors, phase", "s", null, found.get("seconds"));
    figures.add(
        executors + " executors, each",
        "requests/s",
        EXECUTORS.get(0) + " executors, each",
        requests / found.get("seconds"));
    figures.add(
        executors + " executors, CPU of a request",
        "ms",
        null,
        found.get("cpu") * 1e3 / (requests * executors));
  }

  private String settings(String endpoint) {
    String side =
        "{ bucket = %s, endpoint = \"%s\", listing = head"
            + ", credentials { access-key = a, secret-key = b } }\n";
    return "asset-stager.remote "
        + side.formatted(GeneratedAsset.REMOTE, endpoint)
        + "asset-stager.staging "
        + side.formatted(STAGING, endpoint)
        + "asset-stager.ledger.path = \""
        + folder.resolve("ledger").toUri()
        + "\"\n";
  }

  /** Runs a class as the driver of a Spark application, to its end. */
  private void run(Class<?> main, String heap, Map<String, String> spark, List<String> arguments)
      throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(part -> Path.of(part).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    Map<String, String> conf = new TreeMap<>(spark);
    conf.put("spark.ui.enabled", "false");
    conf.put("spark.driver.host", "127.0.0.1");
    conf.put("spark.driver.bindAddress", "127.0.0.1");
    conf.put("spark.local.dir", folder.resolve("spark").toString());
    conf.put("spark.executor.extraClassPath", classPath);
    conf.put("spark.executorEnv.LC_ALL", "C.UTF-8");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.add("@scripts/spark-jvm-options");
    command.add("-Dlog4j2.configurationFile=conf/log4j2.properties");
    conf.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    // A home of its own: executors leave what they print there.
    Path home = Files.createDirectories(folder.resolve("spark-home"));
    Files.createSymbolicLink(home.resolve("jars"), JARS);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("SPARK_HOME", home.toString());
    // A home without a file RELEASE is taken for Spark's sources.
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    Process process = builder.start();
    Thread hook = new Thread(() -> end(process));
    Runtime.getRuntime().addShutdownHook(hook);
    int exitCode = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(hook);
    if (exitCode != 0) {
      throw new IOException(main.getSimpleName() + " ended with " + exitCode);
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
