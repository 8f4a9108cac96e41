package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.JobFailure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
  @TempDir Path directory;

  @Test
  void load_overrideFileAndDefault_winInThisOrder() {
    String file = "asset-stager { upload { part-size = 6MiB, multipart-threshold = 7MiB } }";

    UploadSettings upload = load(file, "upload.part-size=8MiB", "upload.part-size=9MiB").upload();

    assertThat(upload.partSizeBytes()).isEqualTo(9 << 20);
    assertThat(upload.multipartThresholdBytes()).isEqualTo(7 << 20);
    assertThat(upload.splitThresholdBytes()).isEqualTo(1 << 30);
  }

  @Test
  void load_systemProperty_isIgnored() {
    String name = "asset-stager.staging.prefix";
    System.setProperty(name, "elsewhere/");
    try {
      assertThat(load("").staging().bucket().prefix()).isEmpty();
    } finally {
      System.clearProperty(name);
    }
  }

  @Test
  void load_nullInTheFile_unsetsAnOptionalSetting() {
    String file =
        """
        asset-stager.staging.endpoint = "http://host:1"
        asset-stager.staging.tags { a = b }
        """;

    StagingSettings staging = load(file, "staging.endpoint=null", "staging.tags=null").staging();

    assertThat(staging.bucket().endpoint()).isNull();
    assertThat(staging.tags()).isEmpty();
  }

  @Test
  void load_tagsByFileAndOverride_areMerged() {
    String file = "asset-stager.staging.tags { a = 1, b = 2 }";

    assertThat(load(file, "staging.tags.b=3", "staging.tags.\"c.d\"=4").staging().tags())
        .containsExactly(Map.entry("a", "1"), Map.entry("b", "3"), Map.entry("c.d", "4"));
  }

  @Test
  void load_environmentVariable_isSubstituted() {
    String file =
        """
        asset-stager.staging.tags { locale = ${LC_ALL}, missing = ${?ASSET_STAGER_NO_SUCH_VARIABLE} }
        asset-stager.staging.region = eu-north-1
        asset-stager.staging.region = ${?ASSET_STAGER_NO_SUCH_VARIABLE}
        asset-stager.staging.endpoint = ${?ASSET_STAGER_NO_SUCH_VARIABLE}
        """;

    StagingSettings staging = load(file).staging();

    assertThat(staging.tags()).containsOnly(Map.entry("locale", "C.UTF-8"));
    assertThat(staging.bucket().region()).isEqualTo("eu-north-1");
    assertThat(staging.bucket().endpoint()).isNull();
  }

  @Test
  void load_referenceToAnotherSetting_takesItsOverride() {
    String file =
        """
        asset-stager.remote.region = eu-north-1
        asset-stager.staging.region = ${asset-stager.remote.region}
        asset-stager.upload.multipart-threshold = ${asset-stager.upload.part-size}
        asset-stager.manifest.allowed-roots += "/data"
        """;

    Settings settings = load(file, "remote.region=eu-west-3");

    assertThat(settings.staging().bucket().region()).isEqualTo("eu-west-3");
    assertThat(settings.upload().multipartThresholdBytes()).isEqualTo(16 << 20);
    assertThat(settings.manifest().allowedRoots()).containsExactly("/data");
  }

  @Test
  void load_groupThatCopiesAnother_overridesSomeOfIt() {
    String file =
        """
        asset-stager.remote { region = eu-north-1, credentials.profile = ${LC_ALL} }
        asset-stager.staging = ${asset-stager.remote} { bucket = incoming }
        """;

    BucketSettings staging = load(file).staging().bucket();

    assertThat(staging.region()).isEqualTo("eu-north-1");
    assertThat(staging.bucket()).isEqualTo("incoming");
    assertThat(staging.credentials().profile()).isEqualTo("C.UTF-8");
    assertThat(refused(file + "asset-stager.staging.expected-owner = ${LC_ALL}"))
        .contains("asset-stager.staging.expected-owner (env variables) is \"C.UTF-8\"");
  }

  @Test
  void load_include_isReadBesideTheFile() throws IOException {
    Files.writeString(directory.resolve("shared.conf"), "asset-stager.verify.policy = strict");

    assertThat(load("include \"shared.conf\"").verify().policy())
        .isEqualTo(VerifySettings.Policy.STRICT);
  }

  @Test
  void load_errorInAnInclude_namesThatFile() throws IOException {
    Path shared =
        Files.writeString(directory.resolve("shared.conf"), "\nasset-stager.verify.policy = s");

    assertThat(refused("include \"shared.conf\"")).contains("(" + shared + ":2) is \"s\"");
  }

  @Test
  void load_byteOrderMark_isSkipped() {
    Path file = SettingsFiles.write(directory, "\uFEFF" + SettingsFiles.REQUIRED);

    assertThat(SettingsFiles.load(file, List.of()).remote().bucket()).isEqualTo("indexed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a#b//c:d",
        "$x",
        "a = b",
        "[open",
        "{open",
        "\"open",
        "a,b",
        " padded ",
        "null ",
        "ä"
      })
  void override_textThatIsNoHocon_isTakenAsItStands(String text) {
    assertThat(load("", "ledger.path=" + text).ledgerPath()).isEqualTo(text);
  }

  @Test
  void override_quotedText_losesItsQuotes() {
    assertThat(load("", "ledger.path=\"a b\"").ledgerPath()).isEqualTo("a b");
  }

  @Test
  void override_moreThanOneHoconValue_setsNothingElse() {
    assertThat(refused("", "staging.tags={a = b}\nverify.policy = strict"))
        .contains("asset-stager.staging.tags (--set) is \"{a = b}\\nverify.policy = strict\"");
  }

  @Test
  void override_fullName_isTheSameSetting() {
    assertThat(load("", "asset-stager.remote.bucket=abc").remote().bucket()).isEqualTo("abc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "=", "=b", "staging.bucket", "staging..bucket=b", ".a=b", "a b=c", "a\"=c"})
  void override_noNameAndValue_isRefusedByItsNumber(String override) {
    assertThat(refused("", "verify.policy=strict", override))
        .isEqualTo(
            "--set number 2 is not of the form name=value."
                + " Write it like --set staging.bucket=incoming.");
  }

  @Test
  void file_missing_isRefusedByItsName() {
    Path file = directory.resolve("none.conf");

    assertThatThrownBy(() -> SettingsFiles.load(file, List.of()))
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.kind()).isEqualTo(Kind.INPUT))
        .hasMessageContaining("The settings file " + file + " can't be read: ")
        .hasMessageContaining("No such file or directory")
        .hasMessageEndingWith("Correct --config, the file's rights or its includes.");
  }

  @Test
  void file_aDirectory_isRefused() {
    assertThatThrownBy(() -> SettingsFiles.load(directory, List.of()))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("The settings file " + directory + " can't be read: ")
        .hasMessageContaining("Is a directory");
  }

  @Test
  void file_requiredIncludeMissing_isRefusedByItsName() {
    assertThat(refused("include required(\"none.conf\")"))
        .contains("can't be read: ")
        .contains("none.conf");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "asset-stager { verify.policy = \"strict }   | 2",
        "asset-stager { verify.policy = a:b }        | 2",
        "\\n\\nasset-stager.verify { policy ] }      | 4",
        "a = [1, 2                                   | 2",
      })
  void file_notHocon_isRefusedByItsLine(String lines, int line) {
    assertThat(refused(lines.replace("\\n", "\n")))
        .startsWith(directory.resolve("stage.conf") + ":" + line + " is not valid HOCON. Look")
        .doesNotContain("strict", "a:b");
  }

  @Test
  void substitution_withoutValue_isRefusedByItsNameAndLine() {
    assertThat(refused("asset-stager.staging.region = ${ASSET_STAGER_NO_SUCH_VARIABLE}"))
        .startsWith(
            directory.resolve("stage.conf") + ":2: ${ASSET_STAGER_NO_SUCH_VARIABLE} has no value. ")
        .contains("Set the environment variable");
  }

  @Test
  void substitution_inACircle_isRefused() {
    assertThat(refused("a = ${b}\nb = ${a}"))
        .startsWith(directory.resolve("stage.conf") + ":")
        .contains("} has no value. Set", "without circular references");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "asset-stager.staging.buckt = b       | asset-stager.staging.buckt | asset-stager.staging.bucket",
        "asset-stager.upload.partSize = 5MiB  | asset-stager.upload.partSize | asset-stager.upload.part-size",
        "asset-stager.staging.part_size = 1   | asset-stager.staging.part_size | asset-stager.upload.part-size",
        "asset-stager.uplod { part-size = 1 } | asset-stager.uplod | asset-stager.upload",
        "asset-stagr.verify.policy = strict   | asset-stagr | asset-stager",
        "verify.policy = strict               | verify | asset-stager.verify",
        "asset-stager.remote.if-match = on    | asset-stager.remote.if-match | asset-stager.staging.if-match",
      })
  void unknown_nearAKnownName_isRefusedWithIt(String line, String name, String nearest) {
    assertThat(refused(line))
        .contains(
            "\n  "
                + name
                + " ("
                + directory.resolve("stage.conf")
                + ":2) is not a setting; did you"
                + " mean "
                + nearest
                + "?");
  }

  @Test
  void unknown_nearNothing_isRefusedAlone() {
    assertThat(refused("asset-stager.verify.frobnicate = on"))
        .endsWith(
            "asset-stager.verify.frobnicate ("
                + directory.resolve("stage.conf")
                + ":2)"
                + " is not a setting; remove it");
  }

  @Test
  void unknown_byOverride_isRefused() {
    assertThat(refused("", "staging.buckt=b"))
        .contains(
            "asset-stager.staging.buckt (--set) is not a setting; did you mean"
                + " asset-stager.staging.bucket?");
  }

  @Test
  void unknownGroup_byOverride_isRefused() {
    assertThat(refused("", "frobnicate.part.size=1"))
        .endsWith("asset-stager.frobnicate (--set) is not a setting; remove it");
  }

  @Test
  void group_notAGroup_isRefusedOnce() {
    assertThat(refused("asset-stager.verify = strict"))
        .isEqualTo(
            "A setting is wrong. Correct:\n  asset-stager.verify ("
                + directory.resolve("stage.conf")
                + ":2) is \"strict\"; expected a group of settings in braces,"
                + " asset-stager.verify { ... }");
  }

  @Test
  void required_missing_areAllNamed() {
    Path file = SettingsFiles.write(directory, "asset-stager {}");

    assertThatThrownBy(() -> SettingsFiles.load(file, List.of()))
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.kind()).isEqualTo(Kind.INPUT))
        .hasMessageStartingWith("3 settings are wrong. Correct:\n")
        .hasMessageContaining("asset-stager.remote.bucket (" + file + ") is not set; expected the")
        .hasMessageContaining("asset-stager.staging.bucket (" + file + ") is not set; expected the")
        .hasMessageContaining("asset-stager.ledger.path (" + file + ") is not set; expected the");
  }

  @Test
  void wrong_several_areReportedTogetherOneALine() {
    String file =
        """
        asset-stager.verify.polcy = strict
        asset-stager.upload.part-size = 4MiB
        asset-stager.staging { kms-key-id = k
          if-match = perhaps }
        asset-stager.s3.max-attempts = 0
        """;

    assertThat(refused(file, "remote.listing=maybe").lines())
        .hasSize(7)
        .anyMatch(line -> line.contains("verify.polcy") && line.contains("stage.conf:2"))
        .anyMatch(line -> line.contains("upload.part-size") && line.contains("stage.conf:3"))
        .anyMatch(line -> line.contains("staging.kms-key-id") && line.contains("stage.conf:4"))
        .anyMatch(line -> line.contains("staging.if-match") && line.contains("stage.conf:5"))
        .anyMatch(line -> line.contains("s3.max-attempts") && line.contains("stage.conf:6"))
        .anyMatch(line -> line.contains("remote.listing") && line.contains("(--set)"));
  }

  @Test
  void value_fromTheEnvironment_isRefusedWithItsLine() {
    assertThat(refused("asset-stager.staging { expected-owner = ${LC_ALL} }"))
        .contains(
            "asset-stager.staging.expected-owner ("
                + directory.resolve("stage.conf")
                + ":2) is \"C.UTF-8\"; expected an account id of 12 digits");
  }

  @Test
  void file_notUtf8_isRefused() throws IOException {
    Path file = directory.resolve("stage.conf");
    String text = SettingsFiles.REQUIRED + "asset-stager.staging.prefix = \"é/\"";
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> SettingsFiles.load(file, List.of()))
        .isInstanceOf(JobFailure.class)
        .hasMessageEndingWith(
            "asset-stager.staging.prefix (" + file + ":2) is not UTF-8; save the file as UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "hdfs://nn/ledger, true, hdfs://nn/ledger",
    "s3a://bucket/ledger, false, s3a://bucket/ledger",
    "file:///shared/my ledger, false, file:///shared/my ledger",
    "/shared/../my ledger%20/, true, file:///my ledger%20",
    "/shared/T10:00, true, file:///shared/T10:00",
  })
  void resolveLedgerPath_withSchemeOrLocal_isWhole(String path, boolean local, String expected) {
    assertThat(SettingsLoader.resolveLedgerPath(path, local)).isEqualTo(expected);
  }

  @Test
  void resolveLedgerPath_parentOfALink_isWhereTheSystemFindsIt() throws IOException {
    Path real = directory.toRealPath();
    Files.createDirectories(real.resolve("far/away"));
    Files.createSymbolicLink(real.resolve("LINK"), real.resolve("far/away"));

    for (String path : List.of("", "file:", "file://")) {
      assertThat(SettingsLoader.resolveLedgerPath(path + real + "/LINK/../x", true))
          .isEqualTo("file://" + real + "/far/x");
    }
  }

  @Test
  void resolveLedgerPath_relativeAndLocal_isBelowTheWorkingDirectory() {
    assertThat(SettingsLoader.resolveLedgerPath("ledger", true))
        .isEqualTo("file://" + Path.of("").toAbsolutePath() + "/ledger");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ledger", "/shared/ledger", "./a:b"})
  void resolveLedgerPath_withoutSchemeOnACluster_isRefused(String path) {
    assertThatThrownBy(() -> SettingsLoader.resolveLedgerPath(path, false))
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.kind()).isEqualTo(Kind.INPUT))
        .hasMessageStartingWith(
            "asset-stager.ledger.path is \"" + path + "\", without a scheme: another folder on")
        .hasMessageContaining("such as hdfs://namenode/ledger");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs:ledger", "T10:00", "a:b/c"})
  void resolveLedgerPath_schemeWithoutAPath_isRefused(String path) {
    assertThatThrownBy(() -> SettingsLoader.resolveLedgerPath(path, true))
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.kind()).isEqualTo(Kind.INPUT))
        .hasMessageContaining(
            "\"" + path + "\", which begins like a URL, but has no path that begins with /")
        .hasMessageContaining("or begin a local folder with ./");
  }

  private Settings load(String lines, String... overrides) {
    return SettingsFiles.load(directory, lines, overrides);
  }

  private String refused(String lines, String... overrides) {
    JobFailure failure = SettingsFiles.failure(directory, lines, overrides);
    assertThat(failure).as("a failure").isNotNull();
    assertThat(failure.kind()).isEqualTo(Kind.INPUT);
    return failure.getMessage();
  }
}
