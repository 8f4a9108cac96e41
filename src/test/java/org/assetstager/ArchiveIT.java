package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.StandaloneCluster;
import org.assetstager.testing.SubmittedAsset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive that {@code mvn package} makes, unpacked elsewhere: with a JDK alone, and with a
 * plain Spark.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ArchiveIT {
  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final Path TARGET =
      Path.of(System.getProperty("project.build.directory", "target")).toAbsolutePath();

  /** The job itself, and what the jars of others bring along inside them. */
  private static final Set<String> INSIDE_OTHERS =
      Set.of(
          "org.assetstager:asset-stager",
          "dev.failsafe:failsafe",
          "com.google.guava:failureaccess",
          "com.google.guava:guava",
          "com.google.guava:listenablefuture",
          "org.apache.parquet:parquet-format",
          "org.wildfly.common:wildfly-common",
          "org.wildfly.openssl:wildfly-openssl-java",
          "org.wildfly.openssl:wildfly-openssl-linux-x86_64",
          "org.wildfly.openssl:wildfly-openssl-macosx-x86_64",
          "org.wildfly.openssl:wildfly-openssl-windows-x86_64");

  @TempDir private static Path folder;
  private static Path home;
  private static Path spark;

  @BeforeAll
  static void unpack() throws Exception {
    run(0, Map.of(), "tar", "-xzf", archive().toString(), "-C", folder.toString());
    try (Stream<Path> unpacked = Files.list(folder)) {
      home = unpacked.toList().get(0);
    }
    spark = plainSpark();
  }

  private static Path archive() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      List<Path> found =
          files
              .filter(file -> file.getFileName().toString().matches("asset-stager-.*\\.tar\\.gz"))
              .toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  /**
   * A Spark home as distributions have it, of the build's jars: started through Spark's launcher.
   */
  private static Path plainSpark() throws IOException {
    Path made = folder.resolve("spark");
    Files.createDirectories(made.resolve("bin"));
    Files.createSymbolicLink(made.resolve("jars"), TARGET.resolve("spark-home/jars"));
    Path submit = made.resolve("bin/spark-submit");
    // As Spark's own bin/spark-class: the launcher prints a line, then the command's words.
    Files.writeString(
        submit,
        """
        #!/usr/bin/env bash
        export SPARK_HOME=%s SPARK_SCALA_VERSION=2.13
        java=%s/bin/java
        {
          IFS= read -r _
          mapfile -d '' -t command
        } < <("$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \\
          org.apache.spark.deploy.SparkSubmit "$@")
        exec "${command[@]}"
        """
            .formatted(made, System.getProperty("java.home")));
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    return made;
  }

  private static String run(int expected, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().remove("SPARK_HOME");
    // Short runs: the second compiler would cost more than it saves.
    builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(List.of(command) + ":\n" + printed).isEqualTo(expected);
    return printed;
  }

  private static String stager(int expected, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(home + "/scripts/asset-stager"));
    command.addAll(List.of(arguments));
    return run(expected, environment, command.toArray(String[]::new));
  }

  private Map<String, String> plain() {
    return Map.of("SPARK_HOME", spark.toString(), "MASTER", "local[1]");
  }

  @Test
  void archive_version_namesJobCommitSparkAndHadoop() throws Exception {
    assertThat(stager(0, plain(), "--version"))
        .containsPattern(
            "(?m)^asset-stager \\d\\S+, commit ([0-9a-f]{12}(-modified)?|unknown), Spark 4\\.\\S+,"
                + " Hadoop 3\\.\\S+$");
  }

  /** A JDK alone: whoever calls Maven here fails. */
  private static Map<String, String> onlyAJdk() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path maven = bin.resolve("mvn");
    Files.writeString(maven, "#!/usr/bin/env bash\necho 'there is no Maven here' >&2\nexit 127\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Map.of(
        "JAVA_HOME", System.getProperty("java.home"), "PATH", bin + ":" + System.getenv("PATH"));
  }

  /** First, since it makes class data, with which the others' drivers start sooner. */
  @Test
  @Order(1)
  void quickstart_withAJdkAlone_endsWithThePage() throws Exception {
    String printed = run(0, onlyAJdk(), home + "/scripts/quickstart");

    Path run = home.resolve("target/quickstart/ledger/run_id=first");
    assertThat(printed)
        .doesNotContain("== Build")
        .containsPattern("DELETED +1 ")
        .containsPattern("MODIFIED +1 ")
        .containsPattern("RENAMED +1 ")
        .containsPattern("COMMITTED +\\d+ ");
    assertThat(printed.substring(printed.indexOf("== Done")))
        .contains("file://" + run + "/report.html");
    assertThat(run.resolve("report.html")).isNotEmptyFile();
    String classData = Runtime.version().feature() < 25 ? "class-data.jsa" : "class-data.aot";
    assertThat(home.resolve("target").resolve(classData)).isNotEmptyFile();
    assertHelpIsTheSameWithClassData(home.resolve("target/class-data-small.jsa"));
    assertNotebooksReadIt();
  }

  private static void assertHelpIsTheSameWithClassData(Path classData) throws Exception {
    Path log = folder.resolve("loaded");
    Map<String, String> logged = new HashMap<>(onlyAJdk());
    logged.put("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + log);
    String shared = "org.assetstager.WithoutSpark source: shared objects file";
    String help = stager(0, logged, "--help");
    assertThat(log).content().contains(shared);

    Path jar;
    try (Stream<Path> jars = Files.list(home.resolve("spark-home/jars"))) {
      jar =
          jars.filter(file -> file.getFileName().toString().startsWith("slf4j-api-"))
              .findFirst()
              .orElseThrow();
    }
    FileTime modified = Files.getLastModifiedTime(jar);
    Files.setLastModifiedTime(jar, FileTime.from(modified.toInstant().plusSeconds(9)));
    assertThat(stager(0, logged, "--help")).isEqualTo(help);
    assertThat(log).content().doesNotContain(shared);
    Files.setLastModifiedTime(jar, modified);

    Path whole = Files.move(classData, folder.resolve("whole"));
    Files.writeString(classData, "not class data");
    assertThat(stager(0, logged, "--help")).isEqualTo(help);
    assertThat(log).content().doesNotContain(shared);
    Files.move(whole, classData, StandardCopyOption.REPLACE_EXISTING);
  }

  /** By {@code report --rows}, where pyarrow isn't installed. */
  private static void assertNotebooksReadIt() throws Exception {
    String read =
        "import ledgers; print(len(ledgers.Ledgers('target/quickstart/ledger').rows('first')))";
    String ask = "/usr/bin/python3 -c 'import matplotlib, pandas' 2>/dev/null || echo none";
    if (run(0, Map.of(), "bash", "-c", ask).isEmpty()) {
      assertThat(
              run(
                  0,
                  onlyAJdk(),
                  "bash",
                  "-c",
                  "cd %s && PYTHONPATH=notebooks /usr/bin/python3 -c \"%s\"".formatted(home, read)))
          .containsPattern("(?m)^\\d+$");
    }
  }

  @Test
  void tutorial_withAJdkAlone_isAsItsPageSays() throws Exception {
    assertThat(run(0, onlyAJdk(), home + "/scripts/tutorial-check"))
        .containsPattern("== all \\d+ blocks of src/site/markdown/tutorial.md work");
  }

  @Test
  void localCluster_withAJdkAlone_runsAJobOnItsWorkers() throws Exception {
    String prefix = EmbeddedS3.uniquePrefix();
    SubmittedAsset asset =
        new SubmittedAsset(Files.createDirectories(folder.resolve("clustered")))
            .add("a", "content a".getBytes(UTF_8));
    String script = home + "/scripts/local-cluster";
    try {
      List<String> lines = run(0, onlyAJdk(), script, "start").lines().toList();
      Map<String, String> environment = new HashMap<>(onlyAJdk());
      environment.put("MASTER", lines.get(lines.size() - 1));
      environment.put(
          "SPARK_SUBMIT_ARGS", "--executor-cores 1 --executor-memory 512m --driver-memory 1g");

      stager(
          0,
          environment,
          "stage",
          "--manifest",
          "file://" + asset.manifestFile(),
          "--config",
          asset.config(SERVER, prefix));

      assertThat(SERVER.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
    } finally {
      run(0, onlyAJdk(), script, "stop");
    }
  }

  @Test
  void archive_onAStandaloneCluster_stages() throws Exception {
    String prefix = EmbeddedS3.uniquePrefix();
    SubmittedAsset asset =
        new SubmittedAsset(Files.createDirectories(folder.resolve("asset")))
            .add("a", "content a".getBytes(UTF_8))
            .add("b", "content b".getBytes(UTF_8));
    String config =
        asset.config(
            SERVER,
            prefix,
            SERVER.endpoint(),
            folder.resolve("ledger").toUri().toString(),
            "on-finish.command = [\"cp\", \"/dev/stdin\", \"" + folder.resolve("told") + "\"]");
    String[] stage = {
      "stage", "--manifest", "file://" + asset.manifestFile(), "--config", config, "--run-id", "r1"
    };
    try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("cluster"))) {
      Map<String, String> environment =
          Map.of(
              "SPARK_HOME",
              spark.toString(),
              "MASTER",
              cluster.url(),
              "SPARK_PROPERTIES",
              home + "/conf/clusters/standalone.properties",
              "SPARK_SUBMIT_ARGS",
              // The workers here are small.
              "--executor-cores 1 --executor-memory 512m --driver-memory 1g");
      assertThat(stager(0, environment, stage)).contains("STAGED");
      assertThat(SERVER.md5s(EmbeddedS3.STAGING, prefix)).isEqualTo(asset.staged(prefix));
      assertThat(folder.resolve("told"))
          .hasSameTextualContentAs(folder.resolve("ledger/run_id=r1/report.json"));
    }
    assertThat(stager(0, plain(), stage)).contains("The run r1 is done");
  }

  @Test
  void archive_files_areWhatAUserNeeds() throws IOException {
    assertThat(home.getFileName().toString()).matches("asset-stager-\\d.*");
    assertThat(names(home))
        .contains(
            "asset-stager.jar",
            "CHANGELOG.md",
            "LICENSE",
            "NOTICE",
            "README.md",
            "THIRD-PARTY.txt",
            "conf/stage.conf",
            "conf/spark-defaults.conf",
            "conf/log4j2.properties",
            "conf/iam/user-policy.json",
            "conf/Dockerfile",
            "conf/prometheus-rules.yml",
            "conf/clusters/kubernetes.yaml",
            "conf/clusters/kubernetes-job.yaml",
            "conf/clusters/kubernetes-executor.yaml",
            "conf/clusters/kubernetes.properties",
            "conf/clusters/slurm.sbatch",
            "conf/schedules/airflow_dag.py",
            "conf/schedules/asset-stager-failure.service",
            "conf/schedules/textfile.sh",
            "notebooks/explore-a-ledger.ipynb",
            "notebooks/ledgers.py",
            "scripts/asset-stager",
            "scripts/class-data",
            "scripts/local-cluster",
            "scripts/notebooks",
            "scripts/processes.sh",
            "scripts/quickstart",
            "scripts/s3-server",
            "scripts/spark-jvm-options",
            "scripts/tutorial-check",
            "THIRD-PARTY-spark.txt",
            "src/site/markdown/operating.md",
            "src/main/resources/reference.conf")
        .noneMatch(name -> name.contains("/test/") || name.matches(".*(\\.java|\\.pyc)"));
    assertThat(home.resolve("scripts/asset-stager")).isExecutable();
    assertThat(Files.readString(home.resolve("LICENSE"))).contains("Apache License");
  }

  /** So that links hold where somebody reads the archive. */
  @Test
  void archive_pages_linkToWhatIsThere() throws IOException {
    Pattern link = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");
    for (String name : names(home)) {
      if (name.endsWith(".md")) {
        Path page = home.resolve(name);
        Matcher links = link.matcher(Files.readString(page));
        assertThat(links.results().map(found -> found.group(1)))
            .as(name)
            .allSatisfy(target -> assertThat(page.resolveSibling(target).normalize()).exists());
      }
    }
  }

  @Test
  void archive_notices_areOfWhatTheJarContains() throws IOException {
    Set<String> listed =
        Pattern.compile("\\(([^():\\s]+:[^():\\s]+:[^():\\s]+) - ")
            .matcher(Files.readString(home.resolve("THIRD-PARTY.txt")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assumeTrue(
        Files.exists(home.resolve("asset-stager.cdx.json")),
        "built online: Maven's -o makes no SBOM");
    Set<String> bill = new TreeSet<>();
    new ObjectMapper()
        .readTree(home.resolve("asset-stager.cdx.json").toFile())
        .get("components")
        .forEach(
            part ->
                bill.add(
                    part.get("group").asText()
                        + ":"
                        + part.get("name").asText()
                        + ":"
                        + part.get("version").asText()));
    assertThat(bill).isEqualTo(listed).hasSizeGreaterThan(20);
    assertThat(bill)
        .anyMatch(name -> name.startsWith("org.webjars.npm:uplot:"))
        .noneMatch(name -> name.matches("(io\\.netty|org\\.slf4j|org\\.apache\\.spark).*"));
    try (JarFile jar = new JarFile(home.resolve("asset-stager.jar").toFile())) {
      Set<String> inJar =
          jar.stream()
              .map(
                  entry ->
                      Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom.properties")
                          .matcher(entry.getName()))
              .filter(Matcher::matches)
              .map(MatchResult.class::cast)
              .map(found -> found.group(1) + ":" + found.group(2))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(inJar).contains("software.amazon.awssdk:s3");
      inJar.removeAll(INSIDE_OTHERS);
      assertThat(bill.stream().map(part -> part.replaceFirst(":[^:]+$", ""))).containsAll(inJar);
      assertThat(jar.stream())
          .noneMatch(
              entry ->
                  entry
                      .getName()
                      .matches("(io/netty|org/slf4j|org/apache/spark|META-INF/resources)/.*"));
      assertThat(Files.readString(home.resolve("NOTICE")))
          .isEqualTo(
              new String(jar.getInputStream(jar.getEntry("META-INF/NOTICE")).readAllBytes(), UTF_8))
          .contains("Copyright 2026 The Asset Stager Authors", "Apache Hadoop", "AWS SDK for Java")
          .doesNotContain("Copyright 2006-202");
    }
    assertThat(names(home)).contains("licenses/iceberg-notice.txt", "licenses/uplot.txt");
  }

  private static List<String> names(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> top.relativize(file).toString())
          .toList();
    }
  }
}
