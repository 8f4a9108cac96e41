package org.assetstager.settings;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assetstager.settings.BucketSettings.Listing;
import org.assetstager.settings.StagingSettings.Encryption;
import org.assetstager.settings.VerifySettings.DigestMode;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.settings.VerifySettings.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every setting: its default, that it can be set, and where its value ends up. */
class EverySettingTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # name                              | default       | set to              | becomes
          remote.bucket                       | indexed       | other-bucket        | other-bucket
          remote.prefix                       | ""            | a/b/                | a/b/
          remote.region                       | us-east-1     | eu-north-1          | eu-north-1
          remote.path-style                   | off           | yes                 | on
          remote.credentials.profile          | null          | reader              | reader
          remote.credentials.role-arn         | null          | arn:aws:iam::1:role/r | arn:aws:iam::1:role/r
          remote.listing                      | auto          | HEAD                | head
          remote.expected-owner               | null          | 012345678901        | 012345678901
          remote.inventory                    | null          | s3a://b/x/manifest.json | s3a://b/x/manifest.json
          remote.confirm-inventory            | on            | off                 | off
          staging.bucket                      | incoming      | other-bucket        | other-bucket
          staging.prefix                      | ""            | with space/         | "with space/"
          staging.region                      | us-east-1     | eu-north-1          | eu-north-1
          staging.path-style                  | off           | true                | on
          staging.credentials.profile         | null          | two words           | "two words"
          staging.credentials.role-arn        | null          | arn:minio:iam:::role/r | arn:minio:iam:::role/r
          staging.listing                     | auto          | list                | list
          staging.expected-owner              | null          | 123456789012        | 123456789012
          staging.conditional-writes          | on            | OFF                 | off
          staging.if-match                    | off           | on                  | on
          staging.request-checksums           | when-required | When-Supported      | when-supported
          staging.storage-class               | null          | STANDARD_IA         | STANDARD_IA
          staging.sse                         | none          | s3                  | s3
          staging.tags                        | {}            | {b = 2, "a.c" = x}  | {"a.c" = "x", "b" = "2"}
          ledger.path                         | file:///ledger | a-b/c:d#e//f       | "a-b/c:d#e//f"
          ledger.format                       | parquet       | Iceberg             | iceberg
          manifest.allowed-roots              | []            | ["/a//b/", "/c d"]  | ["/a/b", "/c d"]
          manifest.max-row-bytes              | 1MiB          | 1000                | 1000B
          verify.policy                       | content       | strict              | strict
          verify.digest                       | always        | trusted             | trusted
          verify.find-renamed                 | auto          | off                 | off
          upload.part-size                    | 16MiB         | 5MiB                | 5MiB
          upload.multipart-threshold          | 32MiB         | 0                   | 0B
          upload.split-threshold              | 1GiB          | 10 TiB              | 10TiB
          upload.split                        | auto          | on                  | on
          upload.max-bandwidth                | null          | 100MB               | 100000000B
          upload.max-requests-per-second      | null          | 7                   | 7
          on-finish.command                   | null          | ["/x y", "token"]   | ["/x y", ...]
          on-finish.timeout                   | 30s           | 90s                 | 90s
          commit.credentials.profile          | null          | server              | server
          commit.credentials.role-arn         | null          | arn:aws:iam::1:role/s | arn:aws:iam::1:role/s
          commit.recorded-etags               | trusted       | ignored             | ignored
          commit.part-size                    | 512MiB        | 5GiB                | 5GiB
          commit.storage-class                | null          | STANDARD_IA         | STANDARD_IA
          commit.sse                          | none          | s3                  | s3
          s3.connect-timeout                  | 5s            | 1500ms              | 1500ms
          s3.attempt-timeout                  | 1m            | 90s                 | 90s
          s3.call-timeout                     | 15m           | 1h                  | 60m
          s3.max-attempts                     | 10            | 1                   | 1
          cost.currency                       | USD           | EUR                 | EUR
          cost.put-per-1000                   | 0.005         | 0                   | 0
          cost.list-per-1000                  | 0.005         | 1000000             | 1000000
          cost.get-per-1000                   | 0.0004        | 0.000000000001      | 0.000000000001
          cost.storage-gb-month               | 0.023         | 12.5                | 12.5
          cost.transfer-per-gb                | 0             | 0.045               | 0.045
          estimate.bandwidth                  | 100MiB        | 1GB                 | 1000000000B
          estimate.request-time               | 50ms          | 2s                  | 2s
          """,
      quoteCharacter = '`')
  void setting_alone_changesOnlyItself(
      String name, String byDefault, String written, String becomes) {
    Map<String, String> defaults = SettingsFiles.load(directory, "").describe();
    Map<String, String> changed =
        SettingsFiles.load(directory, "", name + "=" + written).describe();

    assertThat(defaults).containsEntry(name, byDefault);
    assertThat(changed).containsEntry(name, becomes);
    assertThat(changed.keySet()).containsExactlyElementsOf(defaults.keySet());
    assertThat(changed.entrySet().stream().filter(e -> !defaults.entrySet().contains(e)))
        .containsExactly(entry(name, becomes));
  }

  @ParameterizedTest
  @CsvSource({
    "remote,  http://host:9000/,  http://host:9000",
    "staging, https://s3.example, https://s3.example"
  })
  void endpoint_alone_turnsPathStyleOn(String side, String written, String becomes) {
    Map<String, String> defaults = SettingsFiles.load(directory, "").describe();
    String endpoint = side + ".endpoint=" + written;
    Map<String, String> changed = SettingsFiles.load(directory, "", endpoint).describe();

    assertThat(defaults).containsEntry(side + ".endpoint", "null");
    assertThat(changed.entrySet().stream().filter(e -> !defaults.entrySet().contains(e)))
        .containsExactly(entry(side + ".endpoint", becomes), entry(side + ".path-style", "on"));
    assertThat(SettingsFiles.load(directory, "", endpoint, side + ".path-style=off").describe())
        .containsEntry(side + ".path-style", "off");
  }

  @Test
  void settings_allDifferent_reachTheirFields() {
    String everything =
        """
        asset-stager {
          remote  { bucket = rbucket, prefix = "r/", endpoint = "http://r:1", region = r-1, path-style = off
                    credentials { access-key = rkey, secret-key = rsecret, session-token = rtoken, profile = null, role-arn = "arn:r", sts-endpoint = "http://t:3", external-id = "e/1", session-duration = 30m }
                    listing = list, expected-owner = 111111111111
                    inventory = "s3a://i/manifest.json", confirm-inventory = off }
          staging { bucket = sbucket, prefix = "s/", endpoint = "http://s:2", region = s-1, path-style = off
                    credentials { access-key = null, secret-key = null, session-token = null, profile = sprofile, role-arn = "arn:s", sts-endpoint = null, external-id = null, session-duration = null }
                    listing = head, expected-owner = 222222222222
                    conditional-writes = off, if-match = on, request-checksums = when-supported, storage-class = GLACIER_IR
                    sse = kms, kms-key-id = alias/k, tags = { t = v } }
          ledger { path = "hdfs://nn/ledger", format = iceberg }
          manifest { allowed-roots = ["/data"], max-row-bytes = 2MiB }
          verify   { policy = strict, digest = trusted, find-renamed = root }
          upload   { part-size = 6MiB, multipart-threshold = 7MiB, split-threshold = 8MiB, split = on, max-bandwidth = 9MiB, max-requests-per-second = 10 }
          on-finish { command = [/opt/tell, "--to", me], webhook = "https://u:p@hook.example:8/a?b=c", timeout = 15s }
          commit   { credentials { access-key = ckey, secret-key = csecret, session-token = null, profile = null, role-arn = null }
                     recorded-etags = ignored, part-size = 22MiB, storage-class = STANDARD_IA, sse = kms, kms-key-id = alias/c }
          s3       { connect-timeout = 11s, attempt-timeout = 12s, call-timeout = 13s, max-attempts = 14 }
          cost     { currency = CHF, put-per-1000 = 0.15, list-per-1000 = 0.16, get-per-1000 = 0.17, storage-gb-month = 0.18, transfer-per-gb = 0.19 }
          estimate { bandwidth = 20MiB, request-time = 21ms }
        }
        """;

    Settings settings = SettingsFiles.load(SettingsFiles.write(directory, everything), List.of());

    long mib = 1L << 20;
    assertThat(settings)
        .isEqualTo(
            new Settings(
                new BucketSettings(
                    "rbucket",
                    "r/",
                    "http://r:1",
                    "r-1",
                    false,
                    new Credentials(
                        "rkey",
                        "rsecret",
                        "rtoken",
                        null,
                        new Role("arn:r", "http://t:3", "e/1", Duration.ofMinutes(30)),
                        null),
                    Listing.LIST,
                    "111111111111"),
                new InventorySettings("s3a://i/manifest.json", false),
                new StagingSettings(
                    new BucketSettings(
                        "sbucket",
                        "s/",
                        "http://s:2",
                        "s-1",
                        false,
                        new Credentials(
                            null,
                            null,
                            null,
                            "sprofile",
                            new Role("arn:s", null, null, null),
                            null),
                        Listing.HEAD,
                        "222222222222"),
                    false,
                    true,
                    true,
                    "GLACIER_IR",
                    Encryption.KMS,
                    "alias/k",
                    Map.of("t", "v")),
                "hdfs://nn/ledger",
                LedgerFormat.ICEBERG,
                new ManifestSettings(List.of("/data"), (int) (2 * mib)),
                new VerifySettings(Policy.STRICT, DigestMode.TRUSTED, FindRenamed.ROOT),
                new UploadSettings(6 * mib, 7 * mib, 8 * mib, true, 9 * mib, 10),
                new OnFinishSettings(
                    List.of("/opt/tell", "--to", "me"),
                    URI.create("https://u:p@hook.example:8/a?b=c"),
                    Duration.ofSeconds(15)),
                new CommitSettings(
                    new Credentials("ckey", "csecret", null, null, null, "commit.credentials"),
                    false,
                    22 * mib,
                    "STANDARD_IA",
                    Encryption.KMS,
                    "alias/c"),
                new S3Settings(
                    Duration.ofSeconds(11), Duration.ofSeconds(12), Duration.ofSeconds(13), 14),
                new CostSettings(
                    "CHF",
                    new BigDecimal("0.15"),
                    new BigDecimal("0.16"),
                    new BigDecimal("0.17"),
                    new BigDecimal("0.18"),
                    new BigDecimal("0.19"),
                    20 * mib,
                    Duration.ofMillis(21))));
  }

  @Test
  void credentials_byDefault_areTheDefaultChain() {
    Settings settings = SettingsFiles.load(directory, "");

    Credentials none = new Credentials(null, null, null, null, null, null);
    assertThat(settings.remote().credentials()).isEqualTo(none);
    assertThat(settings.staging().bucket().credentials()).isEqualTo(none);
  }

  @Test
  void webhook_byDefaultNone_isDescribedByItsHost() {
    Settings none = SettingsFiles.load(directory, "");
    Settings one =
        SettingsFiles.load(
            directory, "asset-stager.on-finish.webhook = \"HTTPS://hook.example:8/T0/B1?k=v\"");

    assertThat(none.onFinish().webhook()).isNull();
    assertThat(none.describe()).containsEntry("on-finish.webhook", "null");
    assertThat(one.describe()).containsEntry("on-finish.webhook", "HTTPS://hook.example:8/...");
  }

  @Test
  void description_names_areThoseOfTheReference() {
    Settings settings = SettingsFiles.load(directory, "");

    assertThat(settings.describe().keySet())
        .containsExactlyInAnyOrderElementsOf(
            SettingsFiles.names().stream()
                .map(name -> name.substring("asset-stager.".length()))
                .toList());
  }
}
