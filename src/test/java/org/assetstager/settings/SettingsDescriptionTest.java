package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsDescriptionTest {
  @TempDir Path directory;

  @Test
  void settings_serialized_areEqual() throws IOException, ClassNotFoundException {
    Settings settings =
        load(
            "asset-stager.staging.credentials { access-key = k, secret-key = s }",
            "staging.tags={a=b, c=d}",
            "manifest.allowed-roots=[/a, /b]",
            "upload.max-bandwidth=1MiB",
            "on-finish.command=[a, b]");

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(settings);
    }
  }

  @Test
  void describe_settings_isInTheOrderOfTheReference() {
    assertThat(load("").describe().keySet())
        .startsWith("remote.bucket", "remote.prefix", "remote.endpoint")
        .endsWith("cost.transfer-per-gb", "estimate.bandwidth", "estimate.request-time");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "remote.bucket=other",
        "remote.prefix=p/",
        "remote.listing=head",
        "staging.bucket=other",
        "staging.endpoint=http://h:1",
        "staging.conditional-writes=off",
        "staging.tags={a=b}",
        "ledger.path=file:///other",
        "manifest.allowed-roots=[/a]",
        "manifest.max-row-bytes=2MiB",
        "verify.policy=strict",
        "verify.digest=trusted",
        "verify.find-renamed=off",
        "upload.part-size=17MiB",
        "upload.multipart-threshold=33MiB",
        "upload.split-threshold=2GiB",
      })
  void fingerprint_whatMayNotChange_changesIt(String override) {
    Settings before = load("");
    Settings after = load("", override);

    String name = override.substring(0, override.indexOf('='));
    assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
    assertThat(after.fixedDuringRun().get(name)).isNotEqualTo(before.fixedDuringRun().get(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "remote.credentials.profile=p",
        "staging.credentials.role-arn=arn:r",
        "upload.split=on",
        "upload.max-bandwidth=1MiB",
        "upload.max-requests-per-second=1",
        "on-finish.command=[a]",
        "on-finish.timeout=1s",
        "s3.connect-timeout=1s",
        "s3.attempt-timeout=1s",
        "s3.call-timeout=1h",
        "s3.max-attempts=1",
        "cost.put-per-1000=1",
        "estimate.bandwidth=1MiB",
      })
  void fingerprint_whatMayChange_leavesIt(String override) {
    assertThat(load("", override).fingerprint()).isEqualTo(load("").fingerprint());
    assertThat(load("", override)).isNotEqualTo(load(""));
  }

  @Test
  void fingerprint_otherKeys_leaveIt() {
    String keys = "asset-stager.remote.credentials { access-key = a, secret-key = b }";

    assertThat(load(keys).fingerprint()).isEqualTo(load("").fingerprint());
  }

  /** Another value here means that runs of an older version can't be resumed: is it meant? */
  @Test
  void fingerprint_ofTheDefaults_isTheSameInEveryJvm() {
    assertThat(load("").fingerprint())
        .isEqualTo("2fbbd1eadd84830f5e9560c839dc2875fc3ff426ce4694914fa2a0ad28d965da");
  }

  @Test
  void fingerprint_sameValuesWrittenOtherwise_isTheSame() {
    assertThat(
            load("", "upload.part-size=16384KiB", "staging.tags={b=1,a=2}", "verify.policy=CONTENT")
                .fingerprint())
        .isEqualTo(load("", "staging.tags={a=2,b=1}").fingerprint());
  }

  @Test
  void fingerprint_listsThatReadAlike_differs() {
    assertThat(load("", "manifest.allowed-roots=[\"/a, /b\"]").fingerprint())
        .isNotEqualTo(load("", "manifest.allowed-roots=[\"/a\", \"/b\"]").fingerprint());
    assertThat(load("", "manifest.allowed-roots=[\"/a\\\", \\\"/b\"]").fingerprint())
        .isNotEqualTo(load("", "manifest.allowed-roots=[\"/a\", \"/b\"]").fingerprint());
    assertThat(load("", "staging.storage-class=\"null\"").fingerprint())
        .isNotEqualTo(load("").fingerprint());
  }

  @Test
  void withLedgerPath_otherPath_changesNothingElse() {
    Settings settings = load("");

    Settings other = settings.withLedgerPath("hdfs://nn/l");

    assertThat(other.ledgerPath()).isEqualTo("hdfs://nn/l");
    assertThat(other.withLedgerPath(settings.ledgerPath())).isEqualTo(settings);
  }

  private Settings load(String lines, String... overrides) {
    return SettingsFiles.load(directory, lines, overrides);
  }
}
