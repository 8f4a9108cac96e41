package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The files for a Kubernetes without an operator fit the job and Kubernetes. The classes that check
 * documents are generated from Kubernetes's published OpenAPI definition.
 */
@Tag("process")
class KubernetesJobTest {
  private static final Path JOB = Path.of("conf/clusters/kubernetes-job.yaml");
  private static final Path EXECUTOR = Path.of("conf/clusters/kubernetes-executor.yaml");
  private static final Path PROPERTIES = Path.of("conf/clusters/kubernetes.properties");
  private static final String POD = "/spec/jobTemplate/spec/template/spec";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final InvocationHandler NO_TIME =
      (proxy, method, arguments) -> {
        throw new AssertionError("A document has a time: " + method);
      };

  private static URLClassLoader kubernetes;

  @BeforeAll
  static void load() throws IOException {
    Path jars =
        Path.of(System.getProperty("project.build.directory", "target"), "cluster-managers");
    URL[] urls = {jars.resolve("kubernetes-client-api.jar").toUri().toURL()};
    kubernetes = new URLClassLoader(urls, KubernetesJobTest.class.getClassLoader());
  }

  @AfterAll
  static void close() throws IOException {
    kubernetes.close();
  }

  private static List<JsonNode> documents(Path file) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    for (Object document :
        new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(Files.readString(file))) {
      documents.add(JSON.valueToTree(document));
    }
    return documents;
  }

  private static JsonNode cronJob() throws IOException {
    return documents(JOB).get(0);
  }

  private static JsonNode executor() throws IOException {
    return documents(EXECUTOR).get(0);
  }

  /**
   * Requires that a document is one of its kind: no unknown field, none missing, and each of the
   * type that Kubernetes has, since it comes back as it was.
   */
  private static void requireValid(JsonNode document) throws Exception {
    Class<?> kind =
        kubernetes.loadClass(
            "io.kubernetes.client.openapi.models.V1" + document.get("kind").asText());
    Class<?> element = kubernetes.loadClass("com.google.gson.JsonElement");
    Object parsed =
        kubernetes
            .loadClass("com.google.gson.JsonParser")
            .getMethod("parseString", String.class)
            .invoke(null, document.toString());
    Object gson = gson();
    try {
      kind.getMethod("validateJsonElement", element).invoke(null, parsed);
      Object read =
          gson.getClass().getMethod("fromJson", element, Class.class).invoke(gson, parsed, kind);
      Object again = gson.getClass().getMethod("toJson", Object.class).invoke(gson, read);
      assertThat(withoutEmpty(JSON.readTree((String) again)))
          .isEqualTo(withoutEmpty(document.deepCopy()));
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  /** Removes fields whose value is an empty list or object, which the classes add. */
  private static JsonNode withoutEmpty(JsonNode document) {
    document.forEach(KubernetesJobTest::withoutEmpty);
    if (document instanceof ObjectNode object) {
      object
          .properties()
          .removeIf(field -> field.getValue().isContainerNode() && field.getValue().isEmpty());
    }
    return document;
  }

  /** Returns a reader of documents; none of ours has a time. */
  private static Object gson() throws ReflectiveOperationException {
    Class<?>[] adapter = {
      kubernetes.loadClass("com.google.gson.JsonSerializer"),
      kubernetes.loadClass("com.google.gson.JsonDeserializer")
    };
    Object none = Proxy.newProxyInstance(kubernetes, adapter, NO_TIME);
    Object builder =
        kubernetes.loadClass("com.google.gson.GsonBuilder").getConstructor().newInstance();
    builder
        .getClass()
        .getMethod("registerTypeAdapter", Type.class, Object.class)
        .invoke(builder, OffsetDateTime.class, none);
    return builder.getClass().getMethod("create").invoke(builder);
  }

  @Test
  void files_asTheyAre_fitKubernetesDefinition() throws Exception {
    List<JsonNode> documents = documents(JOB);
    documents.addAll(documents(EXECUTOR));

    assertThat(documents)
        .extracting(document -> document.get("kind").asText())
        .containsExactly("CronJob", "ServiceAccount", "Role", "RoleBinding", "Pod");
    for (JsonNode document : documents) {
      requireValid(document);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/spec/jobTemplate/spec, backofLimit, 5, backofLimit",
    "/spec/jobTemplate/spec, backoffLimit, '\"often\"', often",
    "/spec/jobTemplate/spec, template, , template",
    "/spec/jobTemplate/spec/podFailurePolicy/rules/0, action, , action",
    "/spec/jobTemplate/spec/podFailurePolicy/rules/0/onExitCodes, values, '[\"2\"]', expected",
    "/spec/jobTemplate/spec/podFailurePolicy/rules/0/onExitCodes, operator, , operator",
    POD + "/securityContext, runAsNonroot, true, runAsNonroot",
    POD + "/containers/0, name, , name",
    POD + "/containers/0/env/0, value, 1, expected",
    POD + "/containers/0/volumeMounts/0, mountPath, , mountPath",
    POD + "/containers/0, args, '\"stage\"', args",
    POD + "/volumes/1/persistentVolumeClaim, claimname, '\"assets\"', claimname",
    "/spec, schedule, , schedule",
  })
  void requireValid_wrongDocument_isRefused(
      String place, String property, @Nullable String value, String said) throws Exception {
    JsonNode document = cronJob();
    ObjectNode changed = (ObjectNode) document.at(place);
    if (value == null) {
      changed.remove(property);
    } else {
      changed.set(property, JSON.readTree(value));
    }

    assertThatThrownBy(() -> requireValid(document)).hasMessageContaining(said);
  }

  /**
   * As "Handling retriable and non-retriable pod failures with Pod failure policy" in Kubernetes's
   * documentation says: the first rule that fits counts, and where none does the failure counts.
   */
  private static String actionOn(int exitCode) throws IOException {
    for (JsonNode rule : cronJob().at("/spec/jobTemplate/spec/podFailurePolicy/rules")) {
      JsonNode codes = rule.path("onExitCodes");
      if (IntStream.range(0, codes.path("values").size())
          .anyMatch(i -> codes.get("values").get(i).asInt() == exitCode)) {
        assertThat(codes.get("operator").asText()).isEqualTo("In");
        assertThat(codes.get("containerName").asText()).isEqualTo("driver");
        return rule.get("action").asText();
      }
    }
    return "Count";
  }

  @ParameterizedTest
  @CsvSource({"1, Count", "2, FailJob", "3, FailJob", "4, FailJob", "130, Count", "137, Count"})
  void failurePolicy_exitCode_isTriedAgainWhereThatHelps(int exitCode, String action)
      throws IOException {
    assertThat(actionOn(exitCode)).isEqualTo(action);
  }

  @Test
  void failurePolicy_itself_isOneThatKubernetesTakes() throws IOException {
    JsonNode job = cronJob().at("/spec/jobTemplate/spec");
    // What validation asks for beside the definition.
    assertThat(job.at("/template/spec/restartPolicy").asText()).isEqualTo("Never");
    assertThat(job.get("podReplacementPolicy").asText()).isEqualTo("Failed");
    assertThat(job.at("/podFailurePolicy/rules/0/onExitCodes/values").toString())
        .doesNotContain("[0", ",0");
    assertThat(job.at("/podFailurePolicy/rules/1").toString())
        .isEqualTo(
            "{\"action\":\"Ignore\",\"onPodConditions\":"
                + "[{\"type\":\"DisruptionTarget\",\"status\":\"True\"}]}");
  }

  @Test
  void driver_arguments_fitTheJob() throws IOException {
    JsonNode driver = cronJob().at(POD + "/containers/0");
    List<String> arguments = texts(driver.get("args"));

    assertThat(arguments.get(0)).isEqualTo("asset-stager");
    ClustersTest.requireStage(arguments.subList(1, arguments.size()));
    // The same for each pod of a Job.
    assertThat(arguments).containsSequence("--run-id", "$(RUN_ID)");
    assertThat(driver.at("/env/1").toString())
        .contains("RUN_ID", "metadata.labels['batch.kubernetes.io/job-name']");
  }

  @ParameterizedTest
  @ValueSource(strings = {"driver", "executor"})
  void pod_ofEach_isNoRootAndHasItsVolumes(String side) throws IOException {
    JsonNode pod = side.equals("driver") ? cronJob().at(POD) : executor().get("spec");
    JsonNode container = pod.at("/containers/0");

    assertThat(container.get("name").asText()).isEqualTo(side);
    assertThat(container.at("/env/0").toString())
        .isEqualTo("{\"name\":\"LC_ALL\",\"value\":\"C.UTF-8\"}");
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(185);
    assertThat(container.get("securityContext").toString())
        .isEqualTo(
            "{\"allowPrivilegeEscalation\":false,\"readOnlyRootFilesystem\":true,"
                + "\"capabilities\":{\"drop\":[\"ALL\"]}}");
    List<String> volumes = new ArrayList<>();
    pod.get("volumes").forEach(volume -> volumes.add(volume.get("name").asText()));
    container
        .get("volumeMounts")
        .forEach(mount -> assertThat(volumes).contains(mount.get("name").asText()));
  }

  @Test
  void executor_mounts_areThoseOfTheDriver() throws IOException {
    List<JsonNode> ofDriver = new ArrayList<>();
    cronJob().at(POD + "/containers/0/volumeMounts").forEach(ofDriver::add);
    ofDriver.removeIf(mount -> mount.get("name").asText().equals("settings"));

    assertThat(executor().at("/spec/containers/0/volumeMounts"))
        .containsExactlyElementsOf(ofDriver);
  }

  @Test
  void properties_filesAndImage_areThoseOfTheJob() throws IOException {
    String properties = Files.readString(PROPERTIES);
    String folder = cronJob().at(POD + "/containers/0/volumeMounts/0/mountPath").asText();
    String image = cronJob().at(POD + "/containers/0/image").asText();

    assertThat(properties)
        .contains(folder + "/" + EXECUTOR.getFileName() + "\n", " " + image + "\n");
    assertThat(Files.readString(JOB))
        .contains("--from-file=" + EXECUTOR, "--from-file=" + PROPERTIES)
        .contains("value: " + folder + "/" + PROPERTIES.getFileName() + "\n");
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
