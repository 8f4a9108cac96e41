package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code scripts/asset-stager}, with a Java that only prints its arguments. */
@Tag("process")
class ScriptsTest {
  @TempDir private Path folder;
  private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void copyScripts() throws IOException {
    home = folder.toRealPath().resolve("a job#2 feature%2Fx");
    Files.createDirectories(home.resolve("scripts"));
    Files.createDirectories(home.resolve("target/spark-home"));
    Files.createFile(home.resolve("target/asset-stager.jar"));
    for (String name : List.of("asset-stager", "processes.sh")) {
      Files.copy(Path.of("scripts", name), home.resolve("scripts").resolve(name));
    }
    Path java = folder.resolve("jdk/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(
        java,
        "#!/usr/bin/env bash\n[[ \" $* \" == *\" org.assetstager.WithoutSpark \"* ]] && exit 99\nprintf '%s\\n' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void assetStager_throughALinkToTheScript_findsItsHome() throws Exception {
    Path link =
        Files.createSymbolicLink(folder.resolve("stager"), home.resolve("scripts/asset-stager"));

    assertThat(classPath(run(link))).endsWith(":" + home + "/target/asset-stager.jar");
  }

  @Test
  void assetStager_throughALinkToItsFolder_findsItsHome() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("bin"), home.resolve("scripts"));

    assertThat(classPath(run(link.resolve("asset-stager"))))
        .endsWith(":" + home + "/target/asset-stager.jar");
  }

  @Test
  void assetStager_homeWithCharactersOfUrls_namesItsLogSettings() throws Exception {
    String url = home.resolve("conf/log4j2.properties").toUri().toString();

    assertThat(run(home.resolve("scripts/asset-stager")))
        .contains("-Dlog4j2.configurationFile=" + url);
  }

  @Test
  void assetStager_logFormat_choosesTheLogSettings() throws Exception {
    Path script = home.resolve("scripts/asset-stager");

    assertThat(run(0, script, Map.of("LOG_FORMAT", "json")))
        .contains(
            "-Dlog4j2.configurationFile=" + home.resolve("conf/log4j2-json.properties").toUri())
        .noneMatch(argument -> argument.contains("defaultJavaOptions"));
    String json =
        "defaultJavaOptions=-Dlog4j2.configurationFile="
            + home.resolve("conf/log4j2-json.properties").toUri();
    assertThat(run(0, script, Map.of("LOG_FORMAT", "json", "MASTER", "spark://host:7077")))
        .contains("spark.executor." + json, "spark.driver." + json);
    assertThat(run(2, script, Map.of("LOG_FORMAT", "xml")))
        .containsExactly("asset-stager: LOG_FORMAT is 'xml'. Set it to text or json");
  }

  @Test
  void assetStager_classDataToBeShared_isSharedInSilence() throws Exception {
    Path script = home.resolve("scripts/asset-stager");
    assertThat(run(script)).noneMatch(argument -> argument.startsWith("-XX:SharedArchiveFile"));

    Path archive = Files.createFile(home.resolve("target/class-data.jsa"));

    assertThat(run(script))
        .contains("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off,cds+dynamic=off");
  }

  @Test
  void assetStager_classDataOfTheSmallJvm_isSharedWhereItIsOfThisBuildAndItsSpark()
      throws Exception {
    Path java = folder.resolve("jdk/bin/java");
    Files.writeString(java, "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\"\n");
    Path script = home.resolve("scripts/asset-stager");
    Path archive = home.resolve("target/class-data-small.jsa");
    assertThat(run(script))
        .contains("org.assetstager.WithoutSpark")
        .noneMatch(argument -> argument.contains("SharedArchiveFile"));

    Files.createFile(archive);
    FileTime built = Files.getLastModifiedTime(home.resolve("target/asset-stager.jar"));
    Files.setLastModifiedTime(archive, FileTime.from(built.toInstant().plusSeconds(1)));
    assertThat(run(script)).contains("-XX:SharedArchiveFile=" + archive, "-Xlog:all=off");

    environment.put("SPARK_HOME", folder.resolve("spark").toString());
    assertThat(run(script)).noneMatch(argument -> argument.contains("SharedArchiveFile"));

    environment.remove("SPARK_HOME");
    Files.setLastModifiedTime(archive, FileTime.from(built.toInstant().minusSeconds(1)));
    assertThat(run(script)).noneMatch(argument -> argument.contains("SharedArchiveFile"));
  }

  @Test
  void assetStager_newerJdk_takesItsOwnFormOfClassData() throws Exception {
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    Files.createFile(home.resolve("target/class-data.jsa"));
    Path script = home.resolve("scripts/asset-stager");
    assertThat(run(script))
        .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
        .noneMatch(argument -> argument.contains("class-data"));

    Path cache = Files.createFile(home.resolve("target/class-data.aot"));

    assertThat(run(script))
        .contains("-XX:AOTCache=" + cache)
        .noneMatch(argument -> argument.startsWith("-XX:SharedArchiveFile"));
  }

  @Test
  void assetStager_toMakeClassData_writesItInTheFormOfTheJdk() throws Exception {
    Path script = home.resolve("scripts/asset-stager");
    environment.put("MAKE_CLASS_DATA", "/made");
    assertThat(run(script)).contains("-XX:ArchiveClassesAtExit=/made");

    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");

    assertThat(run(script)).contains("-XX:AOTCacheOutput=/made");
  }

  /** As in the archive, which has Spark beside it. */
  @Test
  void assetStager_jarBesideTheScripts_isTakenWithTheSparkThere() throws Exception {
    Files.createFile(home.resolve("asset-stager.jar"));
    Files.createDirectories(home.resolve("spark-home"));

    assertThat(classPath(run(home.resolve("scripts/asset-stager"))))
        .isEqualTo(home + "/spark-home/jars/*:" + home + "/asset-stager.jar");
  }

  @Test
  void assetStager_archiveWithoutSpark_saysWhatToSet() throws Exception {
    Files.createFile(home.resolve("asset-stager.jar"));

    assertThat(run(2, home.resolve("scripts/asset-stager"), environment))
        .containsExactly(
            "asset-stager: there is no Spark. Set SPARK_HOME to the folder of a Spark 4.2");
  }

  @Test
  void assetStager_propertiesByEnvironment_takeThePlaceOfTheDefaults() throws Exception {
    Path script = home.resolve("scripts/asset-stager");
    assertThat(run(script)).contains(home + "/conf/spark-defaults.conf");

    environment.put("SPARK_PROPERTIES", "/etc/spark.properties");

    assertThat(run(script))
        .contains("/etc/spark.properties")
        .doesNotContain(home + "/conf/spark-defaults.conf");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.master yarn, , yarn",
    "'  spark.master = spark://a:7077,b:7077  ', , 'spark://a:7077,b:7077'",
    "'#spark.master yarn\nspark.master: local[4]', , local[4]",
    "'spark.master yarn\nspark.master k8s://https://host:443', , k8s://https://host:443",
    "spark.master yarn, local[2], local[2]",
    "spark.masters yarn, , local[*]"
  })
  void assetStager_master_isTheVariablesElseThePropertiesFiles(
      String lines, @Nullable String variable, String expected) throws Exception {
    Path properties = Files.writeString(folder.resolve("spark.properties"), lines + "\n");
    environment.put("SPARK_PROPERTIES", properties.toString());
    if (variable != null) {
      environment.put("MASTER", variable);
    }

    assertThat(run(home.resolve("scripts/asset-stager")))
        .containsSubsequence("--master", expected, "--properties-file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--deploy-mode cluster",
        "--deploy-mode=cluster",
        "--conf spark.submit.deployMode=cluster",
        "--conf=spark.submit.deployMode=cluster --verbose"
      })
  void assetStager_driverElsewhere_leavesTheSettingsToIt(String arguments) throws Exception {
    // Fails where the settings are read here.
    program(
        folder.resolve("jdk/bin/java"),
        "[[ \" $* \" != *' org.assetstager.WithoutSpark '* ]] || exit 2",
        "printf '%s\\n' \"$@\"");
    Path script = home.resolve("scripts/asset-stager");
    run(2, script, environment);

    environment.put("SPARK_SUBMIT_ARGS", arguments);

    assertThat(run(script)).contains(arguments.split(" "));
  }

  @ParameterizedTest
  @CsvSource({"11.0.22, 11", "1.8.0_392, 8", "16, 16"})
  void assetStager_olderJava_isSaidInOneLine(String version, String number) throws Exception {
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path script = home.resolve("scripts/asset-stager");
    String said =
        "asset-stager: it needs Java 17 or later, and this is " + number + ". Set JAVA_HOME";
    assertThat(run(2, script, environment)).containsExactly(said);

    Path spark = folder.resolve("spark");
    environment.put("SPARK_HOME", spark.toString());
    assertThat(run(2, script, environment)).containsExactly(said);

    // It may name another Java.
    Files.createDirectories(spark.resolve("bin"));
    Files.createDirectories(spark.resolve("conf"));
    Files.createFile(spark.resolve("conf/spark-env.sh"));
    program(spark.resolve("bin/spark-submit"), "echo \"submits $1\"");
    program(folder.resolve("jdk/bin/java"), "exit 1");
    assertThat(run(script)).containsExactly("submits --master");

    environment.put("JAVA_HOME", folder.resolve("none").toString());
    assertThat(run(script)).containsExactly("submits --master");
    environment.remove("SPARK_HOME");
    assertThat(run(2, script, environment))
        .containsExactly(
            "asset-stager: it needs Java 17 or later, and there is none. Set JAVA_HOME");
  }

  @Test
  void assetStager_classPath_namesTheJobsJarBehindSparks() throws Exception {
    assertThat(classPath(run(home.resolve("scripts/asset-stager"))))
        .isEqualTo(home + "/target/spark-home/jars/*:" + home + "/target/asset-stager.jar");
  }

  @Test
  void assetStager_userIdWithoutAName_isSaidInOneLine() throws Exception {
    environment.putAll(Map.of("PATH", withoutAName(), "NSS_WRAPPER", folder + "/none"));

    assertThat(run(2, home.resolve("scripts/asset-stager"), environment))
        .singleElement()
        .asString()
        .startsWith("asset-stager: the user id 4242 has no name here")
        .contains("/etc/passwd", "libnss-wrapper");
  }

  @Test
  void assetStager_userIdWithoutANameAndALibraryThatGivesOne_isNamed() throws Exception {
    Path java = folder.resolve("jdk/bin/java");
    Files.writeString(
        java, "#!/usr/bin/env bash\necho \"$LD_PRELOAD\"; cat \"$NSS_WRAPPER_PASSWD\"\n");
    Path library = Files.writeString(folder.resolve("libnss_wrapper.so"), "no library");
    environment.putAll(
        Map.of("PATH", withoutAName(), "NSS_WRAPPER", library.toString(), "HOME", "/home/x"));

    assertThat(run(home.resolve("scripts/asset-stager")))
        .contains(library.toString(), "asset-stager:x:4242:4243:user 4242:/home/x:/bin/false");
  }

  /** The job takes paths as they are, a browser takes a URL. */
  @Test
  void quickstart_homeWithCharactersOfUrls_staysBelowItAndLinksToThePage() throws Exception {
    for (String file : List.of("net.properties", "logging.properties", "security/java.security")) {
      Path made = folder.resolve("jdk/conf").resolve(file);
      Files.createDirectories(made.getParent());
      Files.createFile(made);
    }
    Files.createDirectories(folder.resolve("jdk/legal"));
    Path work = home.resolve("target/quickstart");

    List<String> printed = runWithoutTheJob("quickstart");

    assertThat(told())
        .containsSubsequence("--out", "file://" + work + "/manifest")
        .containsSubsequence("--manifest", "file://" + work + "/manifest")
        .contains("  ledger.path = \"file://" + work + "/ledger\"");
    assertThat(printed).contains("  " + work.resolve("ledger/run_id=first/report.html").toUri());
  }

  @Test
  void classData_homeWithCharactersOfUrls_staysBelowIt() throws Exception {
    runWithoutTheJob("class-data");

    String work = Pattern.quote("file://" + home + "/target/class-data.") + "\\w{6}/";
    assertThat(told())
        .filteredOn(word -> word.contains("file:/"))
        .hasSize(3)
        .allMatch(word -> word.matches("(ledger.path = \")?" + work + "(manifest|ledger\")"));
    assertThat(home.resolve("target/class-data.jsa")).exists();
  }

  /** Of a process that had ended before its file was written. */
  @Test
  void processes_fileWithoutAStartTime_isOfNoProcessThatRuns() throws Exception {
    Path script = folder.resolve("try");
    Path pid = Files.writeString(folder.resolve("server.pid"), "4194305 \n");
    program(
        script,
        "set -euo pipefail",
        "home='" + home + "'",
        "source \"$home/scripts/processes.sh\"",
        "is_running '" + pid + "' && echo runs",
        "stop_process '" + pid + "'",
        "echo stopped");

    assertThat(run(script)).containsExactly("stopped");
    assertThat(pid).doesNotExist();
  }

  /** Runs a script of the archive with a job that only tells its arguments and settings. */
  private List<String> runWithoutTheJob(String script) throws Exception {
    Files.createFile(home.resolve("asset-stager.jar"));
    Files.copy(Path.of("scripts", script), home.resolve("scripts").resolve(script));
    program(home.resolve("scripts/s3-server"), "echo http://127.0.0.1:1");
    program(
        home.resolve("scripts/asset-stager"),
        "printf '%s\\n' \"$@\" >>\"$TOLD\"",
        "for word in \"$@\"; do [[ $word != *.conf ]] || cat \"$word\" >>\"$TOLD\"; done",
        "[[ -z ${MAKE_CLASS_DATA:-} ]] || echo >\"$MAKE_CLASS_DATA\"",
        "[[ \"$*\" != 'stage --run-id first '* ]] || exit 3");
    program(
        folder.resolve("jdk/bin/java"),
        "for word in \"$@\"; do",
        "  case $word in *ClassList=* | -XX:SharedArchiveFile=*) echo a >\"${word#*=}\" ;; esac",
        "done");
    environment.put("TOLD", folder.resolve("told").toString());
    return run(home.resolve("scripts").resolve(script));
  }

  private List<String> told() throws IOException {
    return Files.readAllLines(folder.resolve("told"));
  }

  private static void program(Path file, String... lines) throws IOException {
    Files.deleteIfExists(file);
    Files.writeString(file, "#!/usr/bin/env bash\n" + String.join("\n", lines) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Returns a PATH on which the user has an id that nobody has. */
  private String withoutAName() throws IOException {
    Path id = folder.resolve("bin/id");
    Files.createDirectories(id.getParent());
    Files.writeString(
        id,
        "#!/bin/sh\ncase $1 in -u) echo 4242 ;; -g) echo 4243 ;; *) echo 4242; exit 1 ;; esac\n");
    assertThat(id.toFile().setExecutable(true)).isTrue();
    return id.getParent() + ":" + System.getenv("PATH");
  }

  private static String classPath(List<String> arguments) {
    return arguments.get(arguments.indexOf("-cp") + 1);
  }

  /** Returns the arguments that Java is given. */
  private List<String> run(Path script) throws IOException, InterruptedException {
    return run(0, script, environment);
  }

  /** Returns what the script prints, which has to end with an exit code. */
  private List<String> run(int exitCode, Path script, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", script.toString(), "stage").redirectErrorStream(true);
    builder.environment().putAll(Map.of("JAVA_HOME", folder.resolve("jdk").toString()));
    builder.environment().remove("SPARK_HOME");
    builder
        .environment()
        .keySet()
        .removeAll(List.of("SPARK_PROPERTIES", "SPARK_CONF_DIR", "MASTER"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isEqualTo(exitCode);
    return printed.lines().toList();
  }
}
