package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsChecksTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # remote: endpoint, bucket, prefix     | staging: endpoint, bucket, prefix    | overlap
          -                         | same | ''  | -                         | same  | ''   | true
          -                         | same | a/  | -                         | same  | a/   | true
          -                         | same | ''  | -                         | same  | a/   | true
          -                         | same | a/b/| -                         | same  | a/   | true
          -                         | same | a/  | -                         | same  | b/   | false
          -                         | same | a/  | -                         | same  | ab/  | false
          -                         | same | ''  | -                         | other | ''   | false
          http://h:1                | same | ''  | http://h:1                | same  | ''   | true
          http://h:1/               | same | ''  | HTTP://H:1                | same  | ''   | true
          http://h                  | same | ''  | http://h:80               | same  | ''   | true
          https://h                 | same | ''  | https://h:443             | same  | ''   | true
          http://h                  | same | ''  | https://h                 | same  | ''   | false
          http://h:1                | same | ''  | http://h:2                | same  | ''   | false
          http://h:1                | same | ''  | -                         | same  | ''   | false
          https://s3.amazonaws.com  | same | ''  | -                         | same  | ''   | true
          https://s3.eu-west-1.amazonaws.com | same | '' | https://s3.amazonaws.com | same | '' | true
          https://amazonaws.com.evil | same | '' | -                         | same  | ''   | false
          """)
  void buckets_overlapping_areRefused(
      String remoteEndpoint,
      String remoteBucket,
      String remotePrefix,
      String stagingEndpoint,
      String stagingBucket,
      String stagingPrefix,
      boolean overlap) {
    JobFailure failure =
        failure(
            "",
            "remote.endpoint=" + remoteEndpoint,
            "remote.bucket=" + remoteBucket,
            "remote.prefix=" + remotePrefix,
            "staging.endpoint=" + stagingEndpoint,
            "staging.bucket=" + stagingBucket,
            "staging.prefix=" + stagingPrefix);

    if (overlap) {
      assertThat(failure)
          .hasMessageContaining("asset-stager.staging.prefix (--set) begins like remote.prefix")
          .hasMessageContaining("in the same bucket \"same\"")
          .hasMessageContaining("write another bucket");
    } else {
      assertThat(failure).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # lines of credentials               | setting       | problem
          access-key = k                       | secret-key    | is not set while access-key is; set both or neither
          secret-key = s                       | access-key    | is not set while secret-key is; set both or neither
          session-token = t                    | session-token | is set without access-key; set access-key and secret-key too, or none of them
          access-key = k, secret-key = s, profile = p | profile | is set together with access-key; set only one of them
          access-key = k, secret-key = s       | -             | -
          access-key = k, secret-key = s, session-token = t, role-arn = "arn:r" | - | -
          profile = p, role-arn = "arn:r"      | -             | -
          role-arn = "arn:r"                   | -             | -
          sts-endpoint = "http://h"            | sts-endpoint  | is set without role-arn; set role-arn too, or remove it
          external-id = e1                     | external-id   | is set without role-arn; set role-arn too, or remove it
          session-duration = 1h                | session-duration | is set without role-arn; set role-arn too, or remove it
          role-arn = "arn:r", sts-endpoint = "http://h", external-id = e1, session-duration = 1h | - | -
          """)
  void credentials_halfGiven_areRefused(String lines, String name, String problem) {
    for (String side : new String[] {"remote", "staging"}) {
      JobFailure failure = failure("asset-stager." + side + ".credentials { " + lines + " }");

      if (name == null) {
        assertThat(failure).isNull();
      } else {
        assertThat(failure)
            .hasMessageStartingWith(
                "A setting is wrong. Correct:\n  asset-stager."
                    + side
                    + ".credentials."
                    + name
                    + " (")
            .hasMessageEndingWith(") " + problem);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "s3"})
  void kmsKey_withoutKms_isRefused(String sse) {
    assertThat(failure("", "staging.kms-key-id=k", "staging.sse=" + sse))
        .hasMessageContaining(
            "asset-stager.staging.kms-key-id (--set) is set while staging.sse is " + sse)
        .hasMessageContaining("write sse = kms or remove the key");
    assertThat(failure("", "staging.kms-key-id=k", "staging.sse=kms")).isNull();
    assertThat(failure("", "staging.sse=kms")).isNull();
  }

  @Test
  void splitThreshold_belowMultipartThreshold_isRefused() {
    assertThat(failure("asset-stager.upload.multipart-threshold = 2GiB"))
        .hasMessageContaining(
            "asset-stager.upload.split-threshold (default) is 1GiB, below"
                + " upload.multipart-threshold, 2GiB;");
    assertThat(failure("asset-stager.upload.multipart-threshold = 1GiB")).isNull();
  }

  @Test
  void attemptTimeout_longerThanTheCalls_isRefused() {
    assertThat(failure("", "s3.attempt-timeout=16m"))
        .hasMessageContaining(
            "asset-stager.s3.attempt-timeout (--set) is 16m, longer than s3.call-timeout, 15m,");
    assertThat(failure("", "s3.attempt-timeout=15m")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3a://indexed/ledger", "s3a://incoming", "S3://incoming/x/y", "s3n://incoming/"})
  void ledger_inOneOfTheBuckets_isRefused(String path) {
    assertThat(failure("", "ledger.path=" + path))
        .hasMessageContaining(
            "asset-stager.ledger.path (--set) is in the bucket of the remote or of staging");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://incoming-ledger/x",
        "hdfs://incoming/x",
        "/incoming",
        "s3a://u@h/p:@",
        "file:///a:b@c"
      })
  void ledger_elsewhere_isTaken(String path) {
    assertThat(failure("", "ledger.path=" + path)).isNull();
  }

  @Test
  void relation_ofASettingThatIsWrongItself_isNotReported() {
    assertThat(failure("", "upload.multipart-threshold=6GiB", "upload.split-threshold=1MiB"))
        .message()
        .contains("upload.multipart-threshold")
        .doesNotContain("upload.split-threshold");
  }

  private JobFailure failure(String lines, String... overrides) {
    return SettingsFiles.failure(directory, lines, overrides);
  }
}
