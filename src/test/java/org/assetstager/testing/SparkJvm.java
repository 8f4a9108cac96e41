package org.assetstager.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How to start a JVM with the build's own Spark. */
final class SparkJvm {
  private static final Path TARGET =
      Path.of(System.getProperty("project.build.directory", "target")).toAbsolutePath();

  /** The Spark home that the build makes. */
  static final Path HOME = TARGET.resolve("spark-home");

  /** The packaged job. */
  static final Path JOB = TARGET.resolve("asset-stager.jar");

  /** The log settings that the job is shipped with. */
  static final Path LOGGING = TARGET.resolveSibling("conf").resolve("log4j2.properties");

  /** They save a tenth of the CPU time; where the system has none, the JVM prints a warning. */
  private static final String HUGE_PAGES =
      Files.isDirectory(Path.of("/sys/kernel/mm/transparent_hugepage"))
          ? "-XX:+UseTransparentHugePages"
          : "-XX:-UseTransparentHugePages";

  /**
   * Short runs: the second compiler would cost more than it saves, and so would collections for
   * want of room for classes.
   */
  static final List<String> SHORT_RUNS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MetaspaceSize=256m", HUGE_PAGES);

  private SparkJvm() {}

  /** Returns the command that runs a class of Spark for a moment. */
  static List<String> command(String className) {
    return command(className, LOGGING, ClassData.options());
  }

  static List<String> command(String className, Path logging, List<String> classData) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SHORT_RUNS);
    command.addAll(classData);
    command.addAll(List.of("-Xmx1g", "-Dlog4j2.configurationFile=" + logging.toUri()));
    // What Spark's launcher passes, the build passes to this JVM.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(
            argument ->
                argument.startsWith("--add-")
                    || argument.startsWith("-Djdk.")
                    || argument.startsWith("-Dio.netty."))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath(), className));
    return command;
  }

  /**
   * Returns the class path of all JVMs, by which class data go. It has the job too, as that of
   * {@code scripts/asset-stager}.
   */
  static String classPath() {
    Path jars = HOME.resolve("jars");
    try (Stream<Path> first = Files.list(jars)) {
      return Stream.concat(
              first
                  .filter(jar -> jar.getFileName().toString().startsWith("slf4j-api-"))
                  .map(Path::toString),
              Stream.of(jars + "/*", JOB.toString()))
          .collect(Collectors.joining(File.pathSeparator));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what {@link #command} wants in its environment. */
  static Map<String, String> environment() {
    // A home without a file RELEASE is taken for Spark's sources.
    return Map.of("SPARK_HOME", HOME.toString(), "SPARK_SCALA_VERSION", "2.13");
  }
}
