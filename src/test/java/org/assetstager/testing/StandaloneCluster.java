package org.assetstager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A standalone Spark cluster of processes of its own: a master and two workers of one core each,
 * which start executors in further processes. Logs and work folders are below the given folder.
 */
public final class StandaloneCluster implements AutoCloseable {
  private final Path folder;
  private final String url;
  private final List<Process> workers = new ArrayList<>();
  private final Process master;

  private StandaloneCluster(Path folder) throws IOException {
    this.folder = folder;
    String port = Integer.toString(EmbeddedS3.freePort());
    this.url = "spark://127.0.0.1:" + port;
    this.master =
        launch(
            "master", "master.Master", "--host", "127.0.0.1", "--port", port, "--webui-port", "0");
    // Two names of one address: Spark runs a task's second copy on another host only.
    for (String host : List.of("127.0.0.1", "localhost")) {
      String name = "worker-" + host;
      workers.add(
          launch(
              name,
              "worker.Worker",
              "--host",
              host,
              "--webui-port",
              "0",
              "--cores",
              "1",
              "--memory",
              "1g",
              "--work-dir",
              folder.resolve(name).toString(),
              url));
    }
  }

  /** Starts one; a job that is submitted at once waits for its workers by itself. */
  public static StandaloneCluster start(Path folder) {
    try {
      return new StandaloneCluster(Files.createDirectories(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch(String name, String className, String... arguments) throws IOException {
    List<String> command = SparkJvm.command("org.apache.spark.deploy." + className);
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().putAll(SparkJvm.environment());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.start();
  }

  /** Returns the master's URL. */
  public String url() {
    return url;
  }

  /** Returns the executors that run now, of all jobs. */
  public List<ProcessHandle> executors() {
    return workers.stream().flatMap(Process::children).filter(ProcessHandle::isAlive).toList();
  }

  /** Waits for a condition, with patience for a loaded machine. */
  public static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Waited in vain: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(25));
    }
  }

  @Override
  public void close() {
    executors().forEach(ProcessHandle::destroyForcibly);
    workers.forEach(Process::destroyForcibly);
    master.destroyForcibly();
    workers.forEach(worker -> worker.onExit().join());
    master.onExit().join();
  }
}
