package org.assetstager.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one would copy files to S3 with instead. */
final class BenchPeers {
  private final Path output;
  private final Path root;
  private final String endpoint;

  /**
   * Takes what all have in common.
   *
   * @param output what a peer prints goes there
   * @param root of the files
   */
  BenchPeers(Path output, Path root, String endpoint) {
    this.output = output;
    this.root = root;
    this.endpoint = endpoint;
  }

  /** Returns the names of those that are installed. */
  static List<String> installed() {
    List<String> names = new ArrayList<>();
    if (isInstalled("s5cmd")) {
      names.add("s5cmd");
    }
    if (isInstalled("rclone")) {
      names.addAll(List.of("rclone 16", "rclone 32"));
    }
    if (isInstalled("aws")) {
      names.add("aws");
    }
    if (names.isEmpty()) {
      throw new IllegalStateException("Install rclone, aws or s5cmd to compare with");
    }
    return names;
  }

  /** Returns the versions of those that are installed. */
  static String versions() throws IOException, InterruptedException {
    List<String> versions = new ArrayList<>();
    for (List<String> command :
        List.of(
            List.of("s5cmd", "version"),
            List.of("rclone", "version"),
            List.of("aws", "--version"))) {
      if (isInstalled(command.get(0))) {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        versions.add(printed.lines().findFirst().orElse(command.get(0)));
      }
    }
    return String.join(", ", versions);
  }

  private static boolean isInstalled(String command) {
    String wanted = System.getenv().getOrDefault("BENCH_PEERS", "s5cmd rclone aws");
    return List.of(wanted.split(" ", -1)).contains(command)
        && Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  /** Copies all files to a bucket, by the peer of this name. */
  TimedCommand copy(String name, String bucket) throws IOException, InterruptedException {
    return switch (name) {
      case "rclone 16" -> rclone(bucket, "--transfers", "16");
      case "rclone 32" -> rclone(bucket, "--transfers", "32");
      case "s5cmd" ->
          run("s5cmd", "--endpoint-url", endpoint, "cp", root + "/", "s3://" + bucket + "/");
      default ->
          run(
              "aws",
              "s3",
              "sync",
              "--only-show-errors",
              "--endpoint-url",
              endpoint,
              root.toString(),
              "s3://" + bucket);
    };
  }

  /** Copies by rclone what isn't there. */
  TimedCommand rclone(String bucket, String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("rclone", "copy", root.toString(), "bench:" + bucket));
    command.addAll(List.of(options));
    return run(command.toArray(String[]::new));
  }

  private TimedCommand run(String... command) throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ACCESS_KEY_ID", BenchStore.KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", BenchStore.SECRET);
    environment.put("AWS_REGION", "us-east-1");
    environment.put("AWS_CONFIG_FILE", "/dev/null");
    // One for other endpoints makes rclone fail.
    environment.put("AWS_CA_BUNDLE", "");
    environment.put("RCLONE_CONFIG", "/dev/null");
    environment.put("RCLONE_CONFIG_BENCH_TYPE", "s3");
    environment.put("RCLONE_CONFIG_BENCH_PROVIDER", "Other");
    environment.put("RCLONE_CONFIG_BENCH_ACCESS_KEY_ID", BenchStore.KEY);
    environment.put("RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY", BenchStore.SECRET);
    environment.put("RCLONE_CONFIG_BENCH_REGION", "us-east-1");
    environment.put("RCLONE_CONFIG_BENCH_ENDPOINT", endpoint);
    return TimedCommand.run(output, environment, List.of(command));
  }
}
