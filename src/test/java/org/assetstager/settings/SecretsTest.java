package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No secret leaves the settings: CANARY stands for one. */
class SecretsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"access-key", "secret-key", "session-token"})
  void secret_byOverride_isRefusedWithTheRemedy(String name) {
    for (String value : List.of("CANARY", "\"CANARY\"", "\"CANARY\"${?LC_ALL}")) {
      assertThat(refused("", "staging.credentials." + name + "=" + value))
          .contains(
              "asset-stager.staging.credentials." + name + " (--set) would show a secret in the",
              "write asset-stager.staging.credentials." + name + " = ${?NAME} into the settings");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "remote.credentials={secret-key=CANARY}",
        "remote={credentials{secret-key=CANARY}}",
        "remote={credentials.secret-key=CANARY}",
        "remote.\"credentials\".\"secret-key\"=CANARY",
        "asset-stager.remote.credentials.secret-key=CANARY",
      })
  void secret_byAnyFormOfOverride_isRefused(String override) {
    assertThat(refused("", override))
        .contains("asset-stager.remote.credentials.secret-key (--set) would show a secret");
  }

  @Test
  void webhook_byOverride_isRefusedWithTheRemedy() {
    assertThat(refused("", "on-finish.webhook=https://hook.example/CANARY"))
        .contains(
            "asset-stager.on-finish.webhook (--set) would show a secret in the",
            "write asset-stager.on-finish.webhook = ${?NAME} into the settings");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "on-finish.webhook=ftp://u:CANARY@host/CANARY",
        "on-finish.webhook=http://ho st/CANARY",
        "on-finish.webhook=[CANARY]",
        "on-finish.command=/opt/tell CANARY",
        "on-finish.command=[[CANARY]]",
      })
  void hook_wrong_isNotShown(String override) {
    assertThat(refused("", override)).contains("asset-stager.on-finish.").doesNotContain("CANARY");
  }

  @Test
  void secret_unsetByOverride_isTaken() {
    Settings settings =
        SettingsFiles.load(
            directory,
            "asset-stager.remote.credentials { access-key = a, secret-key = CANARY }",
            "remote.credentials.access-key=null",
            "remote.credentials.secret-key=null");

    assertThat(settings.remote().credentials().secretKey()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "remote.credentials=CANARY",
        "remote.credentials=[CANARY]",
        "remote.credentials.secretkey=CANARY",
        "remote.credentials.secret-key=CANARY with space",
        "remote.credentials.secret-key:CANARY",
        "remote.credentials.secret-key:CANARY==",
        "remote.credentials.secret-key CANARY=",
        "remote.credentials.role-arn=CANARY",
        "remote.credentials={secret-key=before,CANARY=after}",
        "remote.endpoint=http://user:CANARY@host",
        "remote.endpoint=http://user:CAN/ARY@host",
        "ledger.path=s3a://key:CANARY@bucket/ledger",
      })
  void secret_inAWrongOverride_isNotShown(String override) {
    assertThat(refused("", override)).doesNotContain("ARY");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret-key = CAN+CANARY",
        "secret-key = CANARY\"x",
        "secret-key = \"CANARY",
        "secret-key = [CANARY]",
        "secret-key { CANARY = x }",
        "secret-key = \"CANARY CANARY\"",
        "secret-key = CANARY",
        "secretkey = CANARY",
        "secret-key: CANARY: x",
        "CANARY",
        "secret-key = \"CANARY\" { a = b }",
        "secret-key = {a = CANARY} [CANARY]",
        "secret-key = ${CANARY_NAME}CANARYVALUE${",
        "secret-key = before,CANARY=after",
        "secret-key = before, CANARY { a = b }",
        "secret-key = before, CANARY.secret-key = after",
        "secret-key = before}, CANARY { a = b",
        "secret-key = before, \"CANARY\": after",
      })
  void secret_inAWrongFile_isNotShown(String line) {
    assertThat(refused("asset-stager.staging.credentials {\n" + line + "\n}"))
        .doesNotContain("CANARY");
  }

  @Property(tries = 200)
  void secret_amidAnything_isNotShown(
      @ForAll @StringLength(max = 6) @CharRange(from = ' ', to = '~') String before,
      @ForAll @StringLength(max = 6) @CharRange(from = ' ', to = '~') String after)
      throws IOException {
    // What stands in ${} is the name of a variable, which is shown.
    Assume.that(!before.contains("${"));
    String lines =
        "asset-stager.staging.credentials {\n access-key = k\n secret-key = "
            + before
            + "CANARY"
            + after
            + "\n}";
    Path folder = Files.createTempDirectory("settings");
    Path file = SettingsFiles.write(folder, SettingsFiles.REQUIRED + lines);
    try {
      Throwable thrown = catchThrowable(() -> SettingsFiles.load(file, List.of()));
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(JobFailure.class);
        assertThat(trace(thrown)).doesNotContain("CANARY");
      }
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }

  @Test
  void secrets_ofGoodSettings_areInNoText() {
    String lines =
        """
        asset-stager.remote.credentials { access-key = CANARY1, secret-key = CANARY2, session-token = CANARY3 }
        asset-stager.staging.credentials { access-key = CANARY4, secret-key = CANARY5, role-arn = "arn:r" }
        asset-stager.on-finish { command = [tell, CANARY6], webhook = "https://u:CANARY7@hook/CANARY8?t=CANARY9" }
        """;

    Settings settings = SettingsFiles.load(directory, lines);

    assertThat(settings.staging().bucket().credentials().secretKey()).isEqualTo("CANARY5");
    assertThat(settings.toString()).contains("access key", "arn:r").doesNotContain("CANARY");
    assertThat(settings.describe().toString()).doesNotContain("CANARY");
    assertThat(settings.describe())
        .containsEntry("remote.credentials.access-key", "set")
        .containsEntry("remote.credentials.secret-key", "set")
        .containsEntry("remote.credentials.session-token", "set")
        .containsEntry("staging.credentials.access-key", "set")
        .containsEntry("staging.credentials.secret-key", "set")
        .containsEntry("staging.credentials.session-token", "not set");
  }

  private String refused(String lines, String... overrides) {
    JobFailure failure = SettingsFiles.failure(directory, lines, overrides);
    assertThat(failure).as("a failure").isNotNull();
    assertThat(trace(failure)).doesNotContain("CANARY");
    return failure.getMessage();
  }

  /** What {@code --debug} would print: causes too. */
  private static String trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
