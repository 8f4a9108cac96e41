package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code conf/} do what they say. */
class ConfTest {
  private static final Path CONF = Path.of("conf");
  private static final String REMOTE = "arn:aws:s3:::REMOTE_BUCKET";
  private static final String STAGING = "arn:aws:s3:::STAGING_BUCKET";

  private static final String LEDGER = "arn:aws:s3:::LEDGER_BUCKET/LEDGER_FOLDER/*";
  private static final String REMOTE_KEY = "arn:aws:kms:REGION:ACCOUNT:key/REMOTE_KEY";
  private static final String STAGING_KEY = "arn:aws:kms:REGION:ACCOUNT:key/STAGING_KEY";

  @TempDir Path directory;

  @Test
  void stageConf_filledIn_changesNoDefault() {
    Settings filled =
        SettingsFiles.load(
            CONF.resolve("stage.conf"),
            List.of(
                "remote.bucket=indexed", "staging.bucket=incoming", "ledger.path=file:///ledger"));

    assertThat(filled).isEqualTo(SettingsFiles.load(directory, ""));
  }

  @Test
  void stageConf_asItIs_asksForWhatIsRequired() {
    assertThatThrownBy(() -> SettingsFiles.load(CONF.resolve("stage.conf"), List.of()))
        .isInstanceOf(JobFailure.class)
        .hasMessageStartingWith("3 settings are wrong")
        .hasMessageContainingAll("remote.bucket", "staging.bucket", "ledger.path");
  }

  @Test
  void stageConf_commentedSettings_exist() throws IOException {
    String all =
        Files.readString(CONF.resolve("stage.conf"))
            .replaceAll("(?m)^( *)# (?=[a-z-]+ [={] ?\\S)", "$1");

    Settings settings =
        SettingsFiles.load(
            SettingsFiles.write(directory, all),
            List.of(
                "remote.bucket=indexed", "staging.bucket=incoming", "ledger.path=file:///ledger"));

    assertThat(settings.remote().endpoint()).isEqualTo("http://127.0.0.1:9000");
    assertThat(settings.staging().bucket().endpoint()).isEqualTo("http://127.0.0.1:9000");
    assertThat(settings.remote().credentials().toString()).contains("role/reader]");
    assertThat(settings.staging().bucket().credentials().toString()).contains("role/uploader]");
    assertThat(settings.staging().tags()).containsEntry("team", "imaging");
  }

  @Test
  void sparkDefaults_asSparkReadsThem_areThese() throws IOException {
    assertThat(properties("spark-defaults.conf"))
        .containsEntry("spark.executorEnv.LC_ALL", "C.UTF-8")
        .containsEntry("spark.yarn.appMasterEnv.LC_ALL", "C.UTF-8")
        .containsEntry("spark.yarn.maxAppAttempts", "1")
        .containsEntry("spark.sql.autoBroadcastJoinThreshold", "-1")
        .containsEntry("spark.shuffle.reduceLocality.enabled", "false")
        .containsEntry("spark.metrics.namespace", "asset_stager")
        .hasSize(6);
  }

  @Test
  void log4j_console_isQuietAndOnStandardError() throws IOException {
    assertThat(properties("log4j2.properties"))
        .containsEntry("rootLogger.level", "warn")
        .containsEntry("logger.assetstager.name", "org.assetstager")
        .containsEntry("logger.assetstager.level", "info")
        .containsEntry("appender.console.target", "SYSTEM_ERR");
  }

  @Test
  void userPolicy_grants_noDeleteAndNoWriteToTheRemote() throws IOException {
    assertThat(grants("user-policy.json"))
        .containsExactlyInAnyOrder(
            "s3:ListBucket " + REMOTE,
            "s3:GetObject " + REMOTE + "/contents/*",
            "s3:ListBucket " + STAGING,
            "s3:PutObject " + STAGING + "/contents/*",
            "s3:GetObject " + STAGING + "/contents/*",
            "s3:ListMultipartUploadParts " + STAGING + "/contents/*",
            "s3:AbortMultipartUpload " + STAGING + "/contents/*",
            "s3:PutObjectTagging " + STAGING + "/contents/*",
            "kms:GenerateDataKey " + STAGING_KEY,
            "kms:Decrypt " + STAGING_KEY,
            "kms:Decrypt " + REMOTE_KEY,
            "s3:ListBucket arn:aws:s3:::MANIFEST_BUCKET",
            "s3:GetObject arn:aws:s3:::MANIFEST_BUCKET/*",
            "s3:ListBucket arn:aws:s3:::INVENTORY_BUCKET",
            "s3:GetObject arn:aws:s3:::INVENTORY_BUCKET/*",
            "s3:ListBucket arn:aws:s3:::LEDGER_BUCKET",
            "s3:ListBucketMultipartUploads arn:aws:s3:::LEDGER_BUCKET",
            "s3:GetObject " + LEDGER,
            "s3:PutObject " + LEDGER,
            "s3:DeleteObject " + LEDGER,
            "s3:AbortMultipartUpload " + LEDGER);
  }

  /**
   * "Protecting data using server-side encryption with AWS KMS keys" in the Amazon S3 User Guide:
   * an upload needs kms:GenerateDataKey, in parts kms:Decrypt too, and so does every reading.
   */
  @ParameterizedTest
  @ValueSource(strings = {"user-policy.json", "server-policy.json"})
  void policy_whatOnlySomeSettingsNeed_isInStatementsThatSaySo(String file) throws IOException {
    JsonNode policy = new ObjectMapper().readTree(CONF.resolve("iam").resolve(file).toFile());
    for (JsonNode statement : policy.get("Statement")) {
      boolean ofSome =
          texts(statement.get("Action")).stream()
                  .anyMatch(
                      action ->
                          action.startsWith("kms:")
                              || action.endsWith("Tagging")
                              || action.startsWith("s3:Delete"))
              || texts(statement.get("Resource")).stream()
                  .noneMatch(bucket -> bucket.startsWith(REMOTE) || bucket.startsWith(STAGING));
      assertThat(statement.get("Sid").asText().startsWith("OnlyIf"))
          .as(statement.toString())
          .isEqualTo(ofSome);
    }
  }

  /** "IAM JSON policy elements: Sid" in the IAM User Guide: letters and digits, each one once. */
  @ParameterizedTest
  @ValueSource(strings = {"user-policy.json", "server-policy.json"})
  void policy_statementIds_areOnesThatIamTakes(String file) throws IOException {
    JsonNode policy = new ObjectMapper().readTree(CONF.resolve("iam").resolve(file).toFile());
    List<String> ids = new ArrayList<>();
    policy.get("Statement").forEach(statement -> ids.add(statement.get("Sid").asText()));

    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[A-Za-z0-9]+"));
  }

  @Test
  void serverPolicy_grants_whatCommitNeedsAndNoDeleteInTheRemote() throws IOException {
    assertThat(grants("server-policy.json"))
        .containsExactlyInAnyOrder(
            "s3:ListBucket " + REMOTE,
            "s3:ListBucket " + STAGING,
            "s3:GetObject " + STAGING + "/contents/*",
            "s3:PutObject " + REMOTE + "/contents/*",
            "s3:GetObject " + REMOTE + "/contents/*",
            "s3:ListMultipartUploadParts " + REMOTE + "/contents/*",
            "s3:AbortMultipartUpload " + REMOTE + "/contents/*",
            "s3:DeleteObject " + STAGING + "/contents/*",
            "s3:DeleteObjectVersion " + STAGING + "/contents/*",
            "s3:GetObjectTagging " + STAGING + "/contents/*",
            "s3:PutObjectTagging " + REMOTE + "/contents/*",
            "kms:Decrypt " + STAGING_KEY,
            "kms:GenerateDataKey " + REMOTE_KEY,
            "kms:Decrypt " + REMOTE_KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"user-policy.json", "server-policy.json"})
  void policy_actionsAndBuckets_haveNoWildcard(String file) throws IOException {
    assertThat(grants(file))
        .allMatch(
            grant ->
                grant.matches(
                    "s3:[A-Za-z]+ arn:aws:s3:::[A-Z_]+(/contents/\\*|/LEDGER_FOLDER/\\*)?"
                        + "|s3:GetObject arn:aws:s3:::(MANIFEST|INVENTORY)_BUCKET/\\*"
                        + "|kms:[A-Za-z]+ arn:aws:kms:REGION:ACCOUNT:key/[A-Z_]+"));
  }

  @Test
  void lifecycle_incompleteUploads_areAbortedAfterAWeek() throws IOException {
    JsonNode rules =
        new ObjectMapper()
            .readTree(CONF.resolve("lifecycle-abort-incomplete.json").toFile())
            .get("Rules");

    assertThat(rules).hasSize(1);
    assertThat(rules.get(0).get("Status").asText()).isEqualTo("Enabled");
    assertThat(rules.at("/0/AbortIncompleteMultipartUpload/DaysAfterInitiation").asInt())
        .isEqualTo(7);
    assertThat(rules.get(0).has("Expiration")).as("deletes objects").isFalse();
  }

  @Test
  void everyFile_ofConf_isToldOfInThePages() throws IOException {
    StringBuilder pages = new StringBuilder(Files.readString(Path.of("README.md")));
    try (Stream<Path> files = Files.list(Path.of("src/site/markdown"))) {
      for (Path page : files.toList()) {
        pages.append(Files.readString(page));
      }
    }
    try (Stream<Path> files = Files.walk(CONF)) {
      assertThat(files.filter(Files::isRegularFile))
          .hasSizeGreaterThan(20)
          .allMatch(file -> pages.indexOf(file.getFileName().toString()) >= 0);
    }
  }

  private static Properties properties(String file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(CONF.resolve(file))) {
      properties.load(reader);
    }
    return properties;
  }

  /** Returns {@code <action> <resource>} for everything that a policy allows. */
  private static Set<String> grants(String file) throws IOException {
    Set<String> grants = new TreeSet<>();
    JsonNode policy = new ObjectMapper().readTree(CONF.resolve("iam").resolve(file).toFile());
    for (JsonNode statement : policy.get("Statement")) {
      assertThat(statement.get("Effect").asText()).isEqualTo("Allow");
      for (String action : texts(statement.get("Action"))) {
        texts(statement.get("Resource")).forEach(resource -> grants.add(action + " " + resource));
      }
    }
    return grants;
  }

  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (node.isTextual()) {
      texts.add(node.asText());
    }
    node.forEach(element -> texts.add(element.asText()));
    return texts;
  }
}
