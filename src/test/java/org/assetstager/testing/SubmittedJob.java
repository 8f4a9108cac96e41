package org.assetstager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The packaged job, run by Spark's own {@code SparkSubmit} in a process. The class paths of driver
 * and executors have its jar, so that class data help with it; see {@link Builder#shippingTheJar}.
 * Its output is kept below {@code target/submitted-jobs}, under the pid of the test's JVM. Closing
 * it ends the process.
 */
public final class SubmittedJob implements AutoCloseable {
  /** For a loaded machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** Tells the files of this JVM from those of others that run tests at the same time. */
  private static final long PID = ProcessHandle.current().pid();

  private static final Path TARGET =
      Path.of(System.getProperty("project.build.directory", "target")).toAbsolutePath();

  private final Process process;
  private final Path out;
  private final Path err;

  private SubmittedJob(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** How to submit the job; every method changes it and returns it. */
  public static final class Builder {
    private static final String EXECUTOR_CLASS_PATH = "spark.executor.extraClassPath";
    private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

    private final Map<String, String> spark = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();
    private String master = "local[2]";

    /** None, since the class path has it. */
    private String program = "spark-internal";

    private Path logging = SparkJvm.LOGGING;
    private boolean onTerminal;
    private Path standardOutput;
    private @Nullable Path classDataToMake;

    private Builder() {
      spark.put("spark.ui.enabled", "false");
      spark.put("spark.driver.host", "127.0.0.1");
      spark.put("spark.driver.bindAddress", "127.0.0.1");
      spark.put("spark.sql.shuffle.partitions", "4");
      spark.put("spark.executorEnv.LC_ALL", "C.UTF-8");
      // A local cluster names the folders of its executors so, by the second of its start.
      spark.put("spark.deploy.appIdPattern", "app-%s" + PID + "-%04d");
      spark.put(EXECUTOR_OPTIONS, String.join(" ", SparkJvm.SHORT_RUNS));
      spark.put(EXECUTOR_CLASS_PATH, SparkJvm.classPath());
      environment.put("LC_ALL", "C.UTF-8");
    }

    /** Runs so many executors, of one core each, in processes of their own. */
    public Builder onLocalCluster(int executors) {
      master = "local-cluster[" + executors + ",1,1024]";
      return this;
    }

    /** Runs it on so many cores of this machine. */
    public Builder cores(int cores) {
      master = "local[" + cores + "]";
      return this;
    }

    /** Runs it on a cluster that is there already. */
    public Builder on(StandaloneCluster cluster) {
      master = cluster.url();
      return this;
    }

    /** Sets a setting of Spark. */
    public Builder conf(String name, String value) {
      spark.put(name, value);
      return this;
    }

    /** Sets a variable of the driver's environment. */
    public Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Has driver and executors log by another configuration of Log4j. */
    public Builder logging(Path configuration) {
      logging = configuration;
      spark.merge(
          EXECUTOR_OPTIONS,
          "-Dlog4j2.configurationFile=" + configuration.toUri(),
          (one, other) -> one + " " + other);
      return this;
    }

    /** Has the driver's JVM write class data at its end. */
    Builder makingClassData(Path file) {
      classDataToMake = file;
      return this;
    }

    /** Sends standard output to a file, such as a device, instead of keeping it. */
    public Builder standardOutput(Path file) {
      standardOutput = file;
      return this;
    }

    /**
     * Gives it a terminal of its own, 120 columns wide; all that it prints is standard output then.
     */
    public Builder onTerminal() {
      onTerminal = true;
      return this;
    }

    /** Has Spark ship the jar to executors that haven't got it on their class path. */
    public Builder shippingTheJar() {
      spark.remove(EXECUTOR_CLASS_PATH);
      program = SparkJvm.JOB.toString();
      return this;
    }

    /** Lets the job reach {@code s3a:} paths on a server. */
    public Builder s3a(EmbeddedS3 server) {
      return conf("spark.hadoop.fs.s3a.endpoint", server.endpoint())
          .conf("spark.hadoop.fs.s3a.endpoint.region", "us-east-1")
          .conf("spark.hadoop.fs.s3a.path.style.access", "true")
          .conf("spark.hadoop.fs.s3a.connection.ssl.enabled", "false")
          .conf("spark.hadoop.fs.s3a.access.key", server.serverKey())
          .conf("spark.hadoop.fs.s3a.secret.key", server.serverSecret());
    }

    /** Starts the job with its arguments. */
    public SubmittedJob start(String... arguments) {
      List<String> command = new ArrayList<>();
      // A shell's background jobs, and what they start, ignore SIGINT.
      command.addAll(List.of("env", "--default-signal=INT,TERM,HUP"));
      List<String> classData =
          classDataToMake == null
              ? ClassData.options()
              : List.of("-XX:ArchiveClassesAtExit=" + classDataToMake);
      command.addAll(SparkJvm.command("org.apache.spark.deploy.SparkSubmit", logging, classData));
      for (String option : classDataToMake == null ? classData : List.<String>of()) {
        spark.merge(EXECUTOR_OPTIONS, '"' + option + '"', (one, other) -> one + " " + other);
      }
      command.addAll(List.of("--master", master));
      spark.forEach((name, value) -> command.addAll(List.of("--conf", name + "=" + value)));
      command.addAll(List.of("--class", "org.assetstager.Main", program));
      command.addAll(Arrays.asList(arguments));
      try {
        Path folder = Files.createDirectories(TARGET.resolve("submitted-jobs"));
        String name = PID + "-" + NUMBER.incrementAndGet();
        Path out = folder.resolve(name + ".out");
        Path err = folder.resolve(name + ".err");
        ProcessBuilder builder =
            new ProcessBuilder(onTerminal ? inTerminal(command) : command)
                .directory(folder.toFile())
                .redirectOutput((standardOutput == null ? out : standardOutput).toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(SparkJvm.environment());
        builder.environment().putAll(environment);
        return new SubmittedJob(builder.start(), out, err);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** By {@code script} of util-linux, which takes a command of a shell. */
  private static List<String> inTerminal(List<String> command) {
    String line =
        command.stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    return List.of(
        "script",
        "--quiet",
        "--return",
        "--command",
        "stty columns 120; exec " + line,
        "/dev/null");
  }

  /** Returns where a local cluster keeps what the executors of an application print. */
  public static Path executorsOf(String applicationId) {
    return SparkJvm.HOME.resolve("work").resolve(applicationId);
  }

  /** Returns a way to submit the job on {@code local[2]}. */
  public static Builder submit() {
    return new Builder();
  }

  /** Returns the process, to be signalled. */
  public Process process() {
    return process;
  }

  /** Waits for the end and returns the exit code. */
  public int exitCode() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("The job didn't end. " + this);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns what it has printed to standard output. */
  public String out() {
    return read(out);
  }

  /** Returns what it has printed to standard error. */
  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns all that was printed, for messages of assertions. */
  @Override
  public String toString() {
    return "Standard output:\n" + out() + "\nStandard error:\n" + err();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    exitCode();
  }
}
