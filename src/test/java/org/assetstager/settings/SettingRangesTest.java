package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What values a setting refuses, and how it says so. */
class SettingRangesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # setting                | refused values, with spaces between | expected
          remote.bucket            | "" ab a/b s3://bucket -abc          | the name of a bucket: 3 to 255 letters, digits, dots, hyphens and underscores (a URL
          staging.bucket           | [abc] {a=b} a:b arn:aws:s3:::b      | the name of a bucket
          remote.prefix            | a a/b /a                            | nothing, or text that ends in /, of 862 bytes at most
          staging.prefix           | null                                | nothing, or text that ends in /
          remote.endpoint          | host http:/host ftp://host http://h/p http://h?q http://h#f http://h:0 http://h:65536 http://h_x:0 http://h_x/p http://h_x? http://h_x:y "" %% | an http or https URL of a host and port only, such as http://127.0.0.1:9000, or null for AWS
          remote.region            | "" us_east a.b null                 | a region such as us-east-1
          remote.path-style        | maybe 1 ""                          | on or off, or null
          remote.listing           | all "" null                         | one of auto, list, head
          remote.expected-owner    | 12345678901 1234567890123 a 12345678901a | an account id of 12 digits
          staging.conditional-writes | maybe                             | on or off
          staging.if-match         | maybe                               | on or off
          staging.request-checksums | always when_required               | one of when-required, when-supported
          staging.storage-class    | ""                                  | a class such as STANDARD_IA, or null
          staging.sse              | aes256 null                         | one of none, s3, kms
          staging.kms-key-id       | ""                                  | the id, alias or ARN of a key, or null
          staging.tags             | text [a] {a=1,b=2,c=3,d=4,e=5,f=6,g=7,h=8,i=9,j=10,k=11} | a group of at most 10 tags
          ledger.path              | "" null [a]                         | the path or URI of a folder, with no password
          manifest.allowed-roots   | /data null {a=b}                    | a list of absolute directories
          manifest.max-row-bytes   | 0 -1 1025MiB 1TB many               | a size from 1B to 1GiB, such as 16MiB
          verify.policy            | lax                                 | one of content, strict
          verify.digest            | never                               | one of always, trusted
          verify.find-renamed      | on everywhere                       | one of auto, directory, root, off
          upload.part-size         | 5242879 5368709121 5mib 16Mx 99999999999999999999GiB "" null [5MiB] | a size from 5MiB to 5GiB, such as 16MiB
          upload.multipart-threshold | -1 5368709121                     | a size from 0B to 5GiB, such as 16MiB
          upload.split-threshold   | -1 null                             | a size such as 1GiB
          upload.split             | off true null                       | one of auto, on
          upload.max-bandwidth     | 0 -5MiB 5MiB/s                      | bytes a second such as 100MiB, or null for no limit
          upload.max-requests-per-second | 0 1.5 2147483648 many         | a whole number from 1, or null for no limit
          s3.connect-timeout       | 5 0s -1s 1ns 25h 5S "" s null       | a duration with its unit, from 1ms to 24h, such as 5s
          s3.attempt-timeout       | 60                                  | a duration with its unit
          s3.call-timeout          | forever                             | a duration with its unit
          on-finish.timeout        | 30 0s 25h                           | a duration with its unit, from 1ms to 24h, such as 5s
          s3.max-attempts          | 0 -1 1.5 1e1 2147483648 null        | a whole number from 1
          cost.currency            | usd $ US null                       | a currency's code of 3 letters, such as USD
          cost.put-per-1000        | -1 1e-3 0,5 .5 1000001 null free    | a price from 0 to 1000000, such as 0.005
          cost.storage-gb-month    | $1 NaN                              | a price from 0 to 1000000
          estimate.bandwidth       | 0 null fast                         | a size from 1B to 1PiB, such as 16MiB
          estimate.request-time    | 0s 5 null                           | a duration with its unit
          """)
  void setting_outOfItsRange_isRefused(String name, String refused, String expected) {
    for (String written : refused.split(" ", -1)) {
      JobFailure failure = SettingsFiles.failure(directory, "", name + "=" + written);

      assertThat(failure).as(name + "=" + written).isNotNull();
      assertThat(failure.kind()).isEqualTo(JobFailure.Kind.INPUT);
      assertThat(failure.getMessage())
          .startsWith(
              "A setting is wrong. Correct:\n  asset-stager."
                  + name
                  + " (--set) is "
                  + shown(written))
          .contains("; expected " + expected)
          .hasLineCount(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # setting        | refused values, with spaces between | expected
          role-arn         | role/r ""                           | the ARN of a role, arn:..., or null
          sts-endpoint     | sts http://h/p ""                   | an http or https URL of a host and port only
          external-id      | a a*b ""                            | 2 to 1224 letters, digits and _+=,.@:/-, or null
          session-duration | 900 14m 169h ""                     | a duration with its unit, from 15m to 168h, such as 1h, or null
          """)
  void role_outOfItsRange_isRefusedWithoutBeingShown(String name, String refused, String expected) {
    for (String written : refused.split(" ", -1)) {
      JobFailure failure =
          SettingsFiles.failure(directory, "", "remote.credentials." + name + "=" + written);

      assertThat(failure).as(name + "=" + written).isNotNull();
      assertThat(failure)
          .hasMessageStartingWith(
              "A setting is wrong. Correct:\n  asset-stager.remote.credentials."
                  + name
                  + " (--set) is not usable (not shown); expected "
                  + expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text", "[]", "[[a]]", "[null]", "[\"\"]", "[\" \", a]", "{a=b}", "\"a\\u0000\""})
  void command_noListOfWords_isRefused(String written) {
    assertThat(SettingsFiles.failure(directory, "asset-stager.on-finish.command = " + written))
        .hasMessageContaining("asset-stager.on-finish.command (")
        .hasMessageContaining("; expected a list of a program and its arguments, [\"/opt/tell\", ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "host",
        "\"ftp://h\"",
        "\"http:///p\"",
        "\"http://h:0/\"",
        "\"http://h/#f\"",
        "[a]"
      })
  void webhook_noUrl_isRefused(String written) {
    assertThat(SettingsFiles.failure(directory, "asset-stager.on-finish.webhook = " + written))
        .hasMessageContaining("asset-stager.on-finish.webhook (")
        .hasMessageContaining("; expected an http or https URL with a host, or null");
  }

  /** The edges that are still taken. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          remote.bucket            | abc A_b 0.1 a-b.c_d
          remote.prefix            | "" / a/ a/b/ /a/ ä/
          remote.endpoint          | http://h http://h_x http://my_minio:9000/ HTTPS://h:65535 http://[::1]:9000 http://127.0.0.1/
          staging.credentials.sts-endpoint | http://127.0.0.1:9000 https://sts_1
          staging.credentials.external-id | ab a_+=,.@:/-9
          staging.credentials.session-duration | 15m 12h 7d 900s
          manifest.max-row-bytes   | 1 1GiB
          manifest.allowed-roots   | [] [/] ["/a..b/.c"]
          upload.part-size         | 5MiB 5GiB 5242880 5368709120 16M
          upload.multipart-threshold | 0 5GiB
          upload.max-bandwidth     | 1 1TiB
          upload.max-requests-per-second | 1 2147483647
          s3.connect-timeout       | 1ms 0.5s 24h 1d
          s3.max-attempts          | 1 2147483647
          """)
  void setting_atTheEdgeOfItsRange_isTaken(String name, String values) {
    for (String written : values.split(" ", -1)) {
      JobFailure failure =
          SettingsFiles.failure(
              directory,
              "",
              name + "=" + written,
              "upload.split-threshold=5GiB",
              "staging.credentials.role-arn=arn:r");

      assertThat(failure).as(name + "=" + written).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"a/b", "'', ''", "/a/../b", "/a/.", "..", "/a\\u0000"})
  void allowedRoot_notAbsolute_isRefusedByItself(String root) {
    String lines = "asset-stager.manifest.allowed-roots = [/good, \"" + root + "\"]";

    assertThat(SettingsFiles.failure(directory, lines))
        .hasMessageContaining("asset-stager.manifest.allowed-roots (")
        .hasMessageContaining(
            "; expected an absolute directory without . or .. in each place of the list");
  }

  @ParameterizedTest
  @CsvSource({
    "aws:a=b, aws:a",
    "AWS:a=b, AWS:a",
    "a=b?c, a",
    "a?b=c, a?b",
    "'=b', ''",
  })
  void tag_notOfS3sForm_isRefused(String tag, String name) {
    String[] parts = tag.split("=", 2);
    String lines = "asset-stager.staging.tags { \"" + parts[0] + "\" = \"" + parts[1] + "\" }";

    assertThat(SettingsFiles.failure(directory, lines))
        .hasMessageContaining("asset-stager.staging.tags." + name + " (")
        .hasMessageContaining("stage.conf:2) is \"" + parts[1] + "\"; expected the text of a tag");
  }

  @Test
  void tag_nameWithADotAndNoQuotes_isRefusedWithTheRemedy() {
    assertThat(SettingsFiles.failure(directory, "asset-stager.staging.tags { a.b = c }"))
        .hasMessageContaining("asset-stager.staging.tags.a (")
        .hasMessageContaining("is a group; expected the text of a tag")
        .hasMessageContaining("needs quotes if it holds a dot");
  }

  @Test
  void value_veryLong_isCut() {
    assertThat(SettingsFiles.failure(directory, "", "verify.policy=" + "x".repeat(100_000)))
        .message()
        .hasSizeLessThan(400)
        .contains("xxx...\"; expected");
  }

  private static String shown(String written) {
    return switch (written.charAt(0)) {
      case '[' -> "a list";
      case '{' -> "a group";
      case '"' -> written;
      default -> written.equals("null") ? "not set" : "\"" + written + "\"";
    };
  }
}
