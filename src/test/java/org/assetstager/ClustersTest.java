package org.assetstager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.metrics.MetricsConfig;
import org.apache.spark.sql.internal.SQLConf$;
import org.assetstager.command.Output;
import org.assetstager.command.StageCommand;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/**
 * The files in {@code conf/clusters} and {@code conf/schedules} fit the job, Spark and their tools.
 */
@Tag("process")
class ClustersTest {
  private static final Path CLUSTERS = Path.of("conf/clusters");
  private static final Path SCHEDULES = Path.of("conf/schedules");
  private static final Path SCHEMA =
      Path.of("src/test/resources/clusters/scheduled-spark-application.json");
  private static final Path DAG = SCHEDULES.resolve("airflow_dag.py");
  private static final String DAG_CHECK = "src/test/python/airflow_dag_check.py";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Settings whose last part is a name of the user's. */
  private static final Pattern ENVIRONMENT =
      Pattern.compile("spark\\.(executorEnv|yarn\\.appMasterEnv|kubernetes\\.driverEnv)\\.\\w+");

  /** The driver's part of conf/metrics.properties, as settings of Spark. */
  private static final Map<String, String> METRICS = new TreeMap<>();

  @BeforeAll
  static void registerSettings() throws Exception {
    properties(Path.of("conf/metrics.properties"))
        .forEach(
            (name, value) -> {
              if (name.startsWith("driver.")) {
                METRICS.put("spark.metrics.conf." + name, value);
              }
            });
    Class.forName("org.apache.spark.internal.config.package$");
    assertThat(SQLConf$.MODULE$).isNotNull();
    Path jars =
        Path.of(System.getProperty("project.build.directory", "target"), "cluster-managers");
    URL[] urls = {
      jars.resolve("spark-yarn.jar").toUri().toURL(),
      jars.resolve("spark-kubernetes.jar").toUri().toURL()
    };
    // Left open: its classes stay in Spark's registry.
    ClassLoader loader = new URLClassLoader(urls, ClustersTest.class.getClassLoader());
    Class.forName("org.apache.spark.deploy.yarn.config.package$", true, loader);
    Class.forName("org.apache.spark.deploy.k8s.Config$", true, loader);
  }

  private static boolean isSetting(String name) {
    return ENVIRONMENT.matcher(name).matches()
        || ConfigEntry.findEntry(name) != null
        || SQLConf$.MODULE$.getConfigEntry(name) != null
        || METRICS.containsKey(name)
        // Has no entry.
        || name.equals("spark.master");
  }

  private static Map<String, String> properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, String> all = new TreeMap<>();
    properties.forEach((name, value) -> all.put((String) name, (String) value));
    return all;
  }

  /** Parses arguments as the job would. */
  static void requireStage(List<String> arguments) {
    assertThat(arguments).startsWith("stage");
    CommandLine.ParseResult parsed =
        new CommandLine(new StageCommand(new Output(Writer.nullWriter())))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new));
    assertThat(parsed.unmatched()).isEmpty();
    assertThat(parsed.matchedOption("--manifest")).isNotNull();
    assertThat(parsed.matchedOption("--config")).isNotNull();
  }

  @Test
  void settingName_misspelt_isFound() {
    assertThat(isSetting("spark.yarn.maxAppAttempts")).isTrue();
    assertThat(isSetting("spark.kubernetes.namespace")).isTrue();
    assertThat(isSetting("spark.yarn.maxAppAttempt")).isFalse();
    assertThat(isSetting("spark.executor.memories")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "conf/spark-defaults.conf",
        "conf/clusters/standalone.properties",
        "conf/clusters/kubernetes.properties",
        "conf/clusters/yarn.properties"
      })
  void properties_ofSpark_existAndHoldTheDefaults(String file) throws IOException {
    Map<String, String> properties = properties(Path.of(file));
    Map<String, String> defaults = properties(Path.of("conf/spark-defaults.conf"));
    if (file.contains("standalone") || file.contains("kubernetes")) {
      defaults.keySet().removeIf(name -> name.startsWith("spark.yarn."));
    }

    assertThat(properties.keySet()).allMatch(ClustersTest::isSetting);
    assertThat(properties).containsAllEntriesOf(defaults);
  }

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "kubernetes", "yarn"})
  void properties_metricsOfTheDriver_areThoseOfTheirFile(String cluster) throws IOException {
    SparkConf settings = new SparkConf(false);
    properties(CLUSTERS.resolve(cluster + ".properties")).forEach(settings::set);
    SparkConf file = new SparkConf(false).set("spark.metrics.conf", "conf/metrics.properties");

    assertThat(ofDriver(settings))
        .containsEntry("sink.prometheusServlet.path", "/metrics/prometheus")
        .isEqualTo(ofDriver(file))
        .isNotEqualTo(ofDriver(new SparkConf(false)));
  }

  /** Returns what Spark makes of its settings for the driver's metrics. */
  private static Properties ofDriver(SparkConf settings) {
    MetricsConfig metrics = new MetricsConfig(settings);
    metrics.initialize();
    return metrics.getInstance("driver");
  }

  private static JsonNode kubernetes() throws IOException {
    Object document = new Yaml().load(Files.readString(CLUSTERS.resolve("kubernetes.yaml")));
    // Through text, so that what an alias repeats is a copy.
    return JSON.readTree(JSON.writeValueAsString(document));
  }

  private static Schema operatorsSchema() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(JSON.readTree(SCHEMA.toFile()));
  }

  /** Returns what is wrong with a document: the keyword that refuses it, and the place. */
  private static List<String> problems(JsonNode document) throws IOException {
    return operatorsSchema().validate(document).stream()
        .map(error -> error.getKeyword() + " " + error.getInstanceLocation())
        .toList();
  }

  @Test
  void kubernetes_application_fitsTheOperatorsSchema() throws IOException {
    assertThat(operatorsSchema().validate(kubernetes())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/spec/template, imagePullPolice, '\"Always\"', additionalProperties /spec/template",
    "/spec/template/driver, volumeMount, [], additionalProperties /spec/template/driver",
    "/spec/template/executor, cores, '\"4\"', type /spec/template/executor/cores",
    "/spec/template/executor, cores, 1.5, type /spec/template/executor/cores",
    "/spec/template/executor, instances, 0, minimum /spec/template/executor/instances",
    "/spec, failedRunHistoryLimit, 2147483648, maximum /spec/failedRunHistoryLimit",
    "/spec/template/sparkConf, spark.ui.enabled, false, type /spec/template/sparkConf/spark.ui.enabled",
    "/spec/template/volumes/0, name, 1, type /spec/template/volumes/0/name",
    "/spec/template, arguments, '\"stage\"', type /spec/template/arguments",
    "/spec/template, mode, '\"local\"', enum /spec/template/mode",
    "/spec/template, type, '\"java\"', enum /spec/template/type",
    "/spec/template/restartPolicy, type, '\"never\"', enum /spec/template/restartPolicy/type",
    "/spec, concurrencyPolicy, '\"Refuse\"', enum /spec/concurrencyPolicy",
    "'', kind, '\"SparkApplication\"', const /kind",
    "/spec/template, type, , required /spec/template",
    "/spec/template, mainApplicationFile, , required /spec/template",
    "/spec, schedule, , required /spec",
    "/metadata, name, , required /metadata",
  })
  void operatorsSchema_wrongApplication_isRefused(
      String place, String property, @Nullable String value, String problem) throws IOException {
    JsonNode application = kubernetes();
    ObjectNode changed = (ObjectNode) application.at(place);
    if (value == null) {
      changed.remove(property);
    } else {
      changed.set(property, JSON.readTree(value));
    }

    assertThat(problems(application)).containsExactly(problem);
  }

  /** Returns a document's objects, itself and those inside. */
  private static Stream<ObjectNode> objects(JsonNode document) {
    Stream<ObjectNode> inside = document.valueStream().flatMap(ClustersTest::objects);
    return document instanceof ObjectNode object
        ? Stream.concat(Stream.of(object), inside)
        : inside;
  }

  @Test
  void operatorsSchema_unknownPropertyAnywhere_isRefused() throws IOException {
    JsonNode application = kubernetes();
    // The only map: its keys are Spark's.
    ((ObjectNode) application.at("/spec/template")).remove("sparkConf");

    for (ObjectNode object : objects(application).toList()) {
      object.put("unknown", 1);
      assertThat(problems(application))
          .as(object.toString())
          .singleElement(STRING)
          .startsWith("additionalProperties ");
      object.remove("unknown");
    }
  }

  @Test
  void kubernetes_application_fitsTheJob() throws Exception {
    JsonNode template = kubernetes().at("/spec/template");

    requireStage(texts(template.get("arguments")));
    assertThat(template.get("mainClass").asText()).isEqualTo(Main.class.getName());
    assertThat(template.at("/restartPolicy/type").asText()).isEqualTo("Never");
    Map<String, String> settings = new HashMap<>();
    template
        .get("sparkConf")
        .properties()
        .forEach(e -> settings.put(e.getKey(), e.getValue().asText()));
    Map<String, String> defaults = properties(Path.of("conf/spark-defaults.conf"));
    defaults.keySet().removeIf(name -> name.contains("Env.") || name.startsWith("spark.yarn."));
    assertThat(settings.keySet()).allMatch(ClustersTest::isSetting);
    assertThat(settings).containsAllEntriesOf(defaults).containsAllEntriesOf(METRICS);
    for (String side : List.of("driver", "executor")) {
      assertThat(template.get(side).get("env").get(0))
          .isEqualTo(JSON.readTree("{\"name\":\"LC_ALL\",\"value\":\"C.UTF-8\"}"));
      List<String> volumes = new ArrayList<>();
      template.get("volumes").forEach(volume -> volumes.add(volume.get("name").asText()));
      template
          .get(side)
          .get("volumeMounts")
          .forEach(mount -> assertThat(volumes).contains(mount.get("name").asText()));
    }
    assertThat(template.get("sparkVersion").asText()).isEqualTo(pomProperty("spark.version"));
  }

  private static String pomProperty(String name) throws IOException {
    return Files.readString(Path.of("pom.xml"))
        .replaceAll("(?s).*?<" + Pattern.quote(name) + ">([^<]+)<.*", "$1");
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  @Test
  void airflow_dag_fitsTheOperatorAndTheJob() throws Exception {
    assumeTrue(isThere("python3"), "python3");

    JsonNode task = JSON.readTree(run("python3", DAG_CHECK, DAG.toString()));

    requireStage(texts(task.get("application_args")));
    assertThat(texts(task.get("application_args"))).endsWith("--run-id", "nightly-{{ ds }}");
    assertThat(task.get("java_class").asText()).isEqualTo(Main.class.getName());
    assertThat(task.get("deploy_mode").asText()).isEqualTo("client");
    assertThat(task.at("/env_vars/LC_ALL").asText()).isEqualTo("C.UTF-8");
    task.get("conf").properties().forEach(e -> assertThat(isSetting(e.getKey())).isTrue());
    String home = task.get("application").asText().replace("/asset-stager.jar", "");
    String settings = task.get("properties_file").asText();
    assertThat(settings).startsWith(home + "/");
    assertThat(Path.of(settings.substring(home.length() + 1))).exists();
  }

  /** A DAG with something in it that isn't right, and what is said of it. */
  private record Variant(String right, String wrong, String said) {
    Path write(Path file) throws IOException {
      String dag = Files.readString(DAG);
      assertThat(dag).contains(right);
      return Files.writeString(file, dag.replace(right, wrong));
    }

    void requireRefused(String printed) {
      assertThat(printed).as("%s", this).contains("AssertionError").contains(said);
    }
  }

  private static final List<Variant> VARIANTS =
      List.of(
          new Variant("java_class=", "java_clas=", "java_clas"),
          new Variant("catchup=", "catch_up=", "catch_up"),
          new Variant(
              "schedule=CronTriggerTimetable(\"0 1 * * *\", timezone=\"UTC\")",
              "schedule=\"0 1 * * *\"",
              "the timetable is named"),
          new Variant("timezone=\"UTC\"", "timezone=\"Europe/Berlin\"", "Europe/Berlin"),
          new Variant(
              "airflow.sdk import CronTriggerTimetable",
              "airflow.sdk import CronTrigger",
              "Airflow (3, 2)"),
          new Variant(
              "execution_timeout=timedelta(hours=10)",
              "execution_timeout=timedelta(hours=30)",
              "execution_timeout"),
          new Variant("context[\"ds\"]", "context[\"task_instance\"]", "2026"),
          new Variant("conn_id=\"spark_default\"", "conn_id=\"spark_{{ ds }}\"", "conn_id"),
          new Variant("Error code is:", "Exit code is:", "Cannot execute"),
          new Variant("(-?\\d+)", "(\\d+)", "Error code is: -9"),
          new Variant("re.match(r\"Cannot execute: .*?", "re.search(r\"", "No driver id is known"),
          new Variant("not in (USAGE", "in (USAGE", "Error code is: 1"),
          new Variant("return int(found.group(1))", "return found.group(1)", "Cannot execute"),
          new Variant("operators.spark_submit", "operators.spark", "Airflow (2, 10)"));

  private static String check(int exitCode, List<String> dags) throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", DAG_CHECK));
    command.addAll(dags);
    Process check = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(check.getInputStream().readAllBytes(), UTF_8);
    assertThat(check.waitFor()).as(printed).isEqualTo(exitCode);
    return printed;
  }

  @Test
  void airflow_dag_wrong_isRefused(@TempDir Path folder) throws Exception {
    assumeTrue(isThere("python3"), "python3");
    List<String> dags = new ArrayList<>();
    for (Variant variant : VARIANTS) {
      dags.add(variant.write(folder.resolve("dag" + dags.size() + ".py")).toString());
    }
    VARIANTS.get(0).requireRefused(check(1, dags.subList(0, 1)));
    // Nothing is left over from those before it.
    dags.add(DAG.toString());

    // The interpreter's start takes longer than all of the DAGs.
    String printed = check(0, dags);

    List<String> sections = List.of(printed.split("(?m)^== "));
    assertThat(sections).hasSize(1 + dags.size()).startsWith("");
    for (int i = 0; i < VARIANTS.size(); i++) {
      String section = sections.get(1 + i);
      assertThat(section).startsWith(dags.get(i) + "\n");
      VARIANTS.get(i).requireRefused(section);
    }
    assertThat(sections.get(dags.size())).isEqualTo(DAG + "\n");
  }

  @Test
  void systemd_service_fitsTheJob() throws Exception {
    String service = Files.readString(SCHEDULES.resolve("asset-stager.service"));
    List<String> words =
        service
            .replace("\\\n", " ")
            .lines()
            .filter(line -> line.startsWith("ExecStart="))
            .flatMap(line -> Stream.of(line.substring("ExecStart=".length()).split(" +")))
            .toList();

    String home = "/opt/asset-stager/";
    assertThat(words)
        .startsWith(
            "/bin/sh",
            home + "conf/schedules/nightly.sh",
            "${STATE_DIRECTORY}",
            home + "scripts/asset-stager");
    requireStage(words.subList(4, words.size()));
    assertThat(service)
        .contains(
            "RestartPreventExitStatus=2 3 4\n",
            "StateDirectory=",
            "OnFailure=asset-stager-failure.service\n");
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false", "2, true", "3, true", "4, true", "130, false", "137, false"})
  void nightly_exitCodes_keepTheIdOfARunThatCanGoOn(int code, boolean ended, @TempDir Path folder)
      throws Exception {
    Path told = folder.resolve("told");
    String command = "echo \"$@\" >>'" + told + "'; exit " + code;
    String[] words = {
      "sh", SCHEDULES + "/nightly.sh", folder.toString(), "sh", "-c", command, "job", "stage"
    };

    assertThat(new ProcessBuilder(words).start().waitFor()).isEqualTo(code);

    String id = "stage --run-id nightly-\\d{4}-\\d\\d-\\d\\dT\\d{6}";
    assertThat(Files.readAllLines(told)).singleElement(STRING).matches(id);
    assertThat(Files.exists(folder.resolve("run-id"))).isEqualTo(!ended);

    // As it would be after midnight.
    Files.delete(told);
    Files.writeString(folder.resolve("run-id"), "nightly-2026-01-31\n");
    assertThat(new ProcessBuilder(words).start().waitFor()).isEqualTo(code);
    List<String> runs = Files.readAllLines(told);
    assertThat(runs.get(0)).isEqualTo("stage --run-id nightly-2026-01-31");
    // A run that can't go on makes way for the next one.
    assertThat(runs).hasSize(code == 2 ? 2 : 1);
    assertThat(runs.subList(1, runs.size())).allMatch(run -> run.matches(id));
    assertThat(Files.exists(folder.resolve("run-id"))).isEqualTo(!ended || code == 2);
    if (code == 2) {
      // Neither could start: the first one may continue once the settings or the key are right.
      assertThat(folder.resolve("run-id")).hasContent("nightly-2026-01-31");
    }
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false", "4, true"})
  void nightly_onlyTheOldRunIsRefused_makesWayForANewOne(
      int code, boolean ended, @TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("run-id"), "nightly-2026-01-31\n");
    String command = "case $* in *2026-01-31) exit 2 ;; *) exit " + code + " ;; esac";
    String[] words = {
      "sh", SCHEDULES + "/nightly.sh", folder.toString(), "sh", "-c", command, "job", "stage"
    };

    assertThat(new ProcessBuilder(words).start().waitFor()).isEqualTo(code);

    Path kept = folder.resolve("run-id");
    assertThat(Files.exists(kept)).isEqualTo(!ended);
    if (!ended) {
      assertThat(Files.readString(kept))
          .matches("nightly-\\d{4}-\\d\\d-\\d\\dT\\d{6}\n")
          .isNotEqualTo("nightly-2026-01-31\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "HUP"})
  void nightly_isSignalled_endsTheJobAndKeepsItsId(String signal, @TempDir Path folder)
      throws Exception {
    String command = "trap 'exit 130' TERM; echo started; while :; do sleep 0.1; done";
    Process nightly =
        new ProcessBuilder(
                "env",
                "--default-signal=TERM,HUP",
                "sh",
                SCHEDULES + "/nightly.sh",
                folder.toString(),
                "sh",
                "-c",
                command,
                "job",
                "stage")
            .start();
    try {
      assertThat(nightly.inputReader().readLine()).isEqualTo("started");

      run("kill", "-" + signal, "" + nightly.pid());

      assertThat(nightly.waitFor()).isEqualTo(130);
      assertThat(folder.resolve("run-id")).exists();
    } finally {
      nightly.descendants().forEach(ProcessHandle::destroyForcibly);
      nightly.destroyForcibly();
    }
  }

  @Test
  void systemd_units_areTakenBySystemd() throws Exception {
    assumeTrue(isThere("systemd-analyze"), "systemd-analyze");

    String said =
        run(
            "systemd-analyze",
            "verify",
            SCHEDULES + "/asset-stager.service",
            SCHEDULES + "/asset-stager-failure.service",
            SCHEDULES + "/asset-stager.timer");
    assertThat(said).isEmpty();
  }

  static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Returns what a command prints, errors too; it has to end well. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(Arrays.toString(command) + ":\n" + printed).isZero();
    return printed;
  }
}
