package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings by variables of the environment, and what AWS's own say. */
class SettingsVariablesTest {
  @TempDir Path directory;

  private Settings load(Map<String, String> variables, String lines, String... overrides) {
    return SettingsLoader.load(
        new SettingsFile(SettingsFiles.write(directory, SettingsFiles.REQUIRED + lines), ""),
        List.of(overrides),
        new SettingsEnvironment(
            variables,
            profile ->
                profile == null ? null : profile.equals("odd") ? "no region" : "of-profile"));
  }

  private String refused(Map<String, String> variables) {
    JobFailure failure = catchThrowableOfType(JobFailure.class, () -> load(variables, ""));
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(JobFailure.Kind.INPUT);
    return failure.getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "ASSET_STAGER_STAGING__BUCKET, other, staging.bucket",
    "ASSET_STAGER_STAGING__PREFIX, a/b/, staging.prefix",
    "ASSET_STAGER_UPLOAD__PART_SIZE, 7MiB, upload.part-size",
    "ASSET_STAGER_S3__MAX_ATTEMPTS, 3, s3.max-attempts",
    "ASSET_STAGER_REMOTE__CREDENTIALS__PROFILE, reader, remote.credentials.profile",
    "ASSET_STAGER_LEDGER__PATH, /l, ledger.path"
  })
  void variable_ofASetting_setsIt(String variable, String value, String setting) {
    assertThat(load(Map.of(variable, value), "").describe()).containsEntry(setting, value);
  }

  @Test
  void variable_ofEverySetting_hasANameOfItsOwn() {
    Map<String, String> settings = new HashMap<>();
    for (String name : SettingsFiles.names()) {
      String variable = SettingsVariables.variable(name);
      assertThat(variable).matches("ASSET_STAGER(_[A-Z0-9]+)(_{1,2}[A-Z0-9]+)*");
      assertThat(settings.put(variable, name)).as(variable).isNull();
    }
  }

  @Test
  void variable_betweenFileAndCommandLine_winsOverTheFileAlone() {
    Map<String, String> variables = Map.of("ASSET_STAGER_UPLOAD__PART_SIZE", "7MiB");
    String file = "asset-stager.upload.part-size = 6MiB";

    assertThat(load(variables, file).upload().partSizeBytes()).isEqualTo(7 << 20);
    assertThat(load(variables, file, "upload.part-size=8MiB").upload().partSizeBytes())
        .isEqualTo(8 << 20);
  }

  @Test
  void variable_listAndGroup_areHocon() {
    Settings settings =
        load(
            Map.of(
                "ASSET_STAGER_STAGING__TAGS", "{team = imaging}",
                "ASSET_STAGER_MANIFEST__ALLOWED_ROOTS", "[\"/data\", /archive]"),
            "");

    assertThat(settings.staging().tags()).containsExactly(Map.entry("team", "imaging"));
    assertThat(settings.manifest().allowedRoots()).containsExactly("/data", "/archive");
  }

  @Test
  void variables_withoutAFile_areEnough() {
    Settings settings =
        SettingsLoader.load(
            new SettingsFile(null, ""),
            List.of(),
            new SettingsEnvironment(
                Map.of(
                    "ASSET_STAGER_REMOTE__BUCKET", "indexed",
                    "ASSET_STAGER_STAGING__BUCKET", "incoming",
                    "ASSET_STAGER_LEDGER__PATH", "file:///ledger"),
                profile -> null));

    assertThat(settings).isEqualTo(SettingsFiles.load(directory, ""));
  }

  @Test
  void variable_illTyped_isNamedInTheMessage() {
    assertThat(refused(Map.of("ASSET_STAGER_UPLOAD__PART_SIZE", "much")))
        .contains(
            "asset-stager.upload.part-size (variable ASSET_STAGER_UPLOAD__PART_SIZE) is \"much\";"
                + " expected a size");
    assertThat(refused(Map.of("ASSET_STAGER_STAGING__SSE", "{a = b}")))
        .contains("asset-stager.staging.sse (variable ASSET_STAGER_STAGING__SSE) is a group;");
  }

  @ParameterizedTest
  @CsvSource({
    "ASSET_STAGER_STAGING_BUCKET, ASSET_STAGER_STAGING__BUCKET",
    "ASSET_STAGER_STAGING__BUCKETS, ASSET_STAGER_STAGING__BUCKET",
    "ASSET_STAGER_UPLOAD__PARTSIZE, ASSET_STAGER_UPLOAD__PART_SIZE",
    "ASSET_STAGER_REMOTE_CREDENTIALS_SECRET_KEY, ASSET_STAGER_REMOTE__CREDENTIALS__SECRET_KEY"
  })
  void variable_ofNoSetting_isRefusedWithTheNearest(String variable, String nearest) {
    assertThat(refused(Map.of(variable, "CANARY")))
        .contains("The variable " + variable + " sets no setting; did you mean " + nearest + "?")
        .doesNotContain("CANARY");
  }

  @Test
  void variable_likeNone_isToBeUnset() {
    assertThat(refused(Map.of("ASSET_STAGER_ZZZZZZZZZZZZZZZZZZZZZZZZZZZZ", "CANARY")))
        .contains("sets no setting; unset it")
        .doesNotContain("CANARY");
  }

  /** Kubernetes: "Accessing the Service", environment variables. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ASSET_STAGER_CONFIG",
        "ASSET_STAGER_RUN_ID",
        "ASSET_STAGER_EXIT_CODE",
        "ASSET_STAGER_SERVICE_HOST",
        "ASSET_STAGER_SERVICE_PORT",
        "ASSET_STAGER_SERVICE_PORT_HTTP",
        "ASSET_STAGER_PORT",
        "ASSET_STAGER_PORT_443_TCP",
        "ASSET_STAGER_PORT_443_TCP_ADDR",
        "ASSET_STAGER_UI_SERVICE_HOST",
        "asset_stager_staging_bucket",
        "XASSET_STAGER_STAGING__BUCKET"
      })
  void variable_ofSomethingElse_isLeftAlone(String variable) {
    assertThat(load(Map.of(variable, "x"), "")).isEqualTo(SettingsFiles.load(directory, ""));
  }

  @Test
  void secret_byVariable_isTakenAndNeverShown() {
    Map<String, String> variables =
        Map.of(
            "ASSET_STAGER_STAGING__CREDENTIALS__ACCESS_KEY", "CANARY-1",
            "ASSET_STAGER_STAGING__CREDENTIALS__SECRET_KEY", "CANARY-2",
            "ASSET_STAGER_ON_FINISH__WEBHOOK", "https://hook.example/CANARY-3");

    Settings settings = load(variables, "");

    assertThat(settings.staging().bucket().credentials().secretKey()).isEqualTo("CANARY-2");
    assertThat(settings.describe().toString() + settings).doesNotContain("CANARY-1", "CANARY-2");
    assertThat(settings.describe().toString()).doesNotContain("CANARY-3");
    Map<String, String> wrong = new HashMap<>(variables);
    wrong.put("ASSET_STAGER_STAGING__CREDENTIALS__SECRET_KEY", "CANARY with spaces");
    assertThat(refused(wrong))
        .contains(
            "(variable ASSET_STAGER_STAGING__CREDENTIALS__SECRET_KEY) is not usable (not shown)")
        .doesNotContain("CANARY");
  }

  @Test
  void region_notSet_isThatOfTheVariableThenOfTheProfile() {
    Map<String, String> variable = Map.of("AWS_REGION", "eu-north-1");
    String profile = "asset-stager.remote.credentials.profile = reader";

    assertThat(load(variable, profile).remote().region()).isEqualTo("eu-north-1");
    assertThat(load(Map.of("AWS_REGION", ""), profile).remote().region()).isEqualTo("of-profile");
    assertThat(load(Map.of(), profile).staging().bucket().region()).isEqualTo("us-east-1");
  }

  @Test
  void region_set_isTaken() {
    Map<String, String> variable = Map.of("AWS_REGION", "eu-north-1");
    String file = "asset-stager.remote { region = us-east-1, credentials.profile = reader }";

    assertThat(load(variable, file).remote().region()).isEqualTo("us-east-1");
    assertThat(load(variable, file, "staging.region=eu-west-3").staging().bucket().region())
        .isEqualTo("eu-west-3");
  }

  @Test
  void region_ofTheMachine_isCheckedToo() {
    assertThat(refused(Map.of("AWS_REGION", "no region")))
        .contains(
            "asset-stager.remote.region (variable AWS_REGION) is \"no region\"; expected a region",
            "asset-stager.staging.region (variable AWS_REGION) is");
    assertThat(
            catchThrowableOfType(
                JobFailure.class,
                () -> load(Map.of(), "asset-stager.remote.credentials.profile = odd")))
        .hasMessageContaining("asset-stager.remote.region (AWS profile odd) is \"no region\"");
  }
}
