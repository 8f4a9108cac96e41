package org.assetstager.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Times {@code scripts/asset-stager stage} of ten files from its start to its end, in turn with
 * {@link EmptyJob}s of as many jobs, stages, tasks and files through the same script. Arguments:
 * the folder of the results, and how many rounds.
 */
public final class StartBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCRIPTS = Path.of("scripts").toAbsolutePath();
  private static final int FILES = 10;

  private final Path work;
  private final Figures figures;
  private final Map<String, String> environment = new HashMap<>();

  private StartBench(Path folder) throws IOException {
    this.work = Files.createTempDirectory(folder.toAbsolutePath(), "start");
    this.figures = new Figures(folder, "start");
    environment.put("S3_SERVER_FOLDER", work.resolve("s3").toString());
  }

  /** Runs all. */
  public static void main(String[] args) throws IOException, InterruptedException {
    StartBench bench = new StartBench(Path.of(args[0]));
    try {
      bench.run(Integer.parseInt(args[1]));
    } finally {
      bench.script("stop", Map.of(), "s3-server", "stop");
      BenchFiles.delete(bench.work);
    }
  }

  private void run(int rounds) throws IOException, InterruptedException {
    figures.fact("rounds", String.valueOf(rounds));
    figures.fact("files", String.valueOf(FILES));
    script("start", Map.of(), "s3-server", "start");
    String endpoint = Files.readString(work.resolve("s3/endpoint")).trim();
    writeFiles();
    script("snapshot", Map.of(), snapshot());

    // Of the jar that was built last.
    script("class-data", Map.of(), "class-data");
    // Tells the job's shape.
    Path events = Files.createDirectory(work.resolve("events"));
    stage("counted", endpoint, eventLog(events));
    List<String> shape = shape(events);
    long files = files(work.resolve("ledgers/run_id=counted"));
    long stages = shape.stream().flatMap(job -> Stream.of(job.split("\\+", -1))).count();
    figures.fact("Spark jobs", String.valueOf(shape.size()));
    figures.fact("Spark stages", String.valueOf(stages));
    figures.fact("files written", String.valueOf(files));

    Map<String, String> jar = Map.of("SPARK_SUBMIT_ARGS", emptyJob());
    for (int round = 0; round < rounds; round++) {
      TimedCommand ours = stage("round-" + round, endpoint, Map.of());
      TimedCommand rdd = script("rdd", jar, empty("rdd", files, shape));
      TimedCommand sql = script("sql", jar, empty("sql", files, shape));
      add("stage", "empty job", ours);
      add("empty job", null, rdd);
      add("empty job of queries", null, sql);
      figures.add("stage above the empty job", "s", null, ours.wallSeconds() - rdd.wallSeconds());
      addPhases("round-" + round, ours.wallSeconds());
    }
    figures.write();
  }

  private void add(String name, String peer, TimedCommand timed) {
    figures.add(name, "s", peer, timed.wallSeconds());
    figures.add(name + ", CPU", "s", peer == null ? null : peer + ", CPU", timed.cpuSeconds());
  }

  private void addPhases(String runId, double wallSeconds) throws IOException {
    double others = wallSeconds;
    Map<String, Double> phases = StageProcess.phases(work.resolve("ledgers/run_id=" + runId));
    for (Map.Entry<String, Double> phase : phases.entrySet()) {
      others -= phase.getValue();
      figures.add("phase " + phase.getKey(), "s", null, phase.getValue());
    }
    figures.add("before and after the phases", "s", null, others);
  }

  private void writeFiles() throws IOException {
    Random random = new Random(1);
    Path root = Files.createDirectory(work.resolve("root"));
    for (int i = 0; i < FILES; i++) {
      byte[] bytes = new byte[1000 * (i + 1)];
      random.nextBytes(bytes);
      Files.write(root.resolve("file-" + i), bytes);
    }
  }

  private String[] snapshot() {
    return new String[] {
      "asset-stager",
      "snapshot",
      work.resolve("root").toString(),
      "--top-hash",
      "start",
      "--out",
      work.resolve("manifest").toUri().toString()
    };
  }

  /** Each run has prefixes of its own, so that it uploads all. */
  private TimedCommand stage(String runId, String endpoint, Map<String, String> more)
      throws IOException, InterruptedException {
    String side =
        """
        {
          bucket = %s, prefix = "%s/", endpoint = "%s"
          credentials { access-key = user, secret-key = user-secret }
        }
        """;
    Path settings =
        Files.writeString(
            work.resolve(runId + ".conf"),
            "asset-stager {\n remote "
                + side.formatted("remote", runId, endpoint)
                + " staging "
                + side.formatted("staging", runId, endpoint)
                + " ledger.path = \""
                + work.resolve("ledgers").toUri()
                + "\"\n}\n");
    return script(
        "stage",
        more,
        "asset-stager",
        "stage",
        "--run-id",
        runId,
        "--config",
        settings.toString(),
        "--manifest",
        work.resolve("manifest").toUri().toString());
  }

  private static Map<String, String> eventLog(Path events) {
    return Map.of(
        "SPARK_SUBMIT_ARGS",
        "--conf spark.eventLog.enabled=true --conf spark.eventLog.compress=false"
            + " --conf spark.eventLog.rolling.enabled=false --conf spark.eventLog.dir="
            + events.toUri());
  }

  /** Returns for each job the tasks of the stages that it ran, such as {@code 4+1}. */
  private static List<String> shape(Path events) throws IOException {
    Map<Integer, Integer> tasksOfStage = new TreeMap<>();
    Map<Integer, List<Integer>> stagesOfJob = new TreeMap<>();
    try (Stream<Path> logs = Files.walk(events)) {
      for (Path log : logs.filter(Files::isRegularFile).filter(StartBench::isVisible).toList()) {
        for (String line : Files.readAllLines(log)) {
          JsonNode event = JSON.readTree(line);
          if (event.get("Event").asText().equals("SparkListenerJobStart")) {
            List<Integer> stages = new ArrayList<>();
            event.get("Stage IDs").forEach(stage -> stages.add(stage.asInt()));
            stagesOfJob.put(event.get("Job ID").asInt(), stages);
          } else if (event.get("Event").asText().equals("SparkListenerStageCompleted")) {
            JsonNode stage = event.get("Stage Info");
            tasksOfStage.put(stage.get("Stage ID").asInt(), stage.get("Number of Tasks").asInt());
          }
        }
      }
    }
    return stagesOfJob.values().stream()
        .map(
            stages ->
                String.join(
                    "+",
                    stages.stream()
                        .filter(tasksOfStage::containsKey)
                        .sorted()
                        .map(stage -> tasksOfStage.get(stage).toString())
                        .toList()))
        // A query of no partitions is a job without stages.
        .filter(stages -> !stages.isEmpty())
        .toList();
  }

  private static boolean isVisible(Path file) {
    return !file.getFileName().toString().startsWith(".");
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  /** Puts {@link EmptyJob} in a jar, and returns what has the script run it. */
  private String emptyJob() throws IOException {
    Path jar = work.resolve("empty.jar");
    String name = EmptyJob.class.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry(name));
      entries.write(Files.readAllBytes(Path.of("target/test-classes", name)));
      entries.closeEntry();
    }
    return "--class " + EmptyJob.class.getName() + " --jars " + jar;
  }

  private String[] empty(String kind, long files, List<String> shape) throws IOException {
    Path folder = Files.createTempDirectory(work, "written");
    List<String> command =
        new ArrayList<>(List.of("asset-stager", kind, folder.toString(), String.valueOf(files)));
    command.addAll(shape);
    return command.toArray(String[]::new);
  }

  private TimedCommand script(String output, Map<String, String> more, String... command)
      throws IOException, InterruptedException {
    List<String> script = new ArrayList<>(List.of(command));
    script.set(0, SCRIPTS.resolve(command[0]).toString());
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return TimedCommand.run(work.resolve(output + ".out"), all, script);
  }
}
