package org.assetstager.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An HDFS of a process of its own, empty at first; its name node and its one data node share it.
 */
public final class HdfsServer implements AutoCloseable {
  private static final Path TARGET =
      Path.of(System.getProperty("project.build.directory", "target")).toAbsolutePath();

  private final Process process;
  private final String url;

  private HdfsServer(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts one and waits until it takes files, which are kept below the given folder. */
  public static HdfsServer start(Path folder) {
    Path ready = folder.resolve("hdfs-site.xml");
    Path log = folder.resolve("hdfs.log");
    int port = EmbeddedS3.freePort();
    try {
      Process process = launch(folder, port, ready, log);
      HdfsServer server = new HdfsServer(process, "hdfs://127.0.0.1:" + port);
      try {
        StandaloneCluster.await(
            "HDFS, see " + log, () -> Files.exists(ready) || !process.isAlive());
        assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
        return server;
      } catch (Throwable e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process launch(Path folder, int port, Path ready, Path log) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Djava.io.tmpdir=" + folder,
                "-Dtest.build.data=" + folder.resolve("data"),
                "-cp",
                TARGET.resolve("hadoop/hadoop-minicluster.jar")
                    + ":"
                    + System.getProperty("java.class.path"),
                "org.apache.hadoop.mapreduce.MiniHadoopClusterManager",
                "-nomr",
                "-format",
                "-nnport",
                Integer.toString(port),
                "-writeConfig",
                ready.toString()));
    command.addAll(1, SparkJvm.SHORT_RUNS);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Returns {@code hdfs://host:port}. */
  public String url() {
    return url;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
