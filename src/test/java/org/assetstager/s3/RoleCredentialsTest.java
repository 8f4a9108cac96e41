package org.assetstager.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.assetstager.asset.JobFailure;
import org.assetstager.catalog.BucketReader;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Credentials;
import org.assetstager.settings.Role;
import org.assetstager.settings.S3Settings;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Roles, with a token service that stands in for AWS's, MinIO's or Ceph's. */
@Tag("server")
class RoleCredentialsTest {
  private static final String ARN = "arn:aws:iam::123456789012:role/uploader";
  private static final S3Settings LIMITS =
      new S3Settings(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20), 2);

  /** What each request to the token service asked for. */
  private final List<Map<String, String>> asked = new CopyOnWriteArrayList<>();

  private final List<String> signatures = new CopyOnWriteArrayList<>();

  private static Answer assumed(Instant expiration) {
    String xml =
        """
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
        <AssumedRoleUser><Arn>%s</Arn><AssumedRoleId>A:b</AssumedRoleId></AssumedRoleUser>
        <Credentials><AccessKeyId>ASIAOFTHEROLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
        <SessionToken>of-the-session</SessionToken><Expiration>%s</Expiration></Credentials>
        </AssumeRoleResult></AssumeRoleResponse>
        """
            .formatted(ARN, expiration);
    return new Answer(200, Map.of("Content-Type", List.of("text/xml")), xml.getBytes(UTF_8));
  }

  private FaultyS3 tokenService(Answer answer) throws IOException {
    return new FaultyS3(
        EmbeddedS3.shared(),
        request -> {
          signatures.add(String.valueOf(request.header("Authorization")));
          asked.add(fields(new String(request.body(), UTF_8)));
          return answer;
        });
  }

  private static Map<String, String> fields(String form) {
    return Arrays.stream(form.split("&"))
        .map(field -> field.split("=", 2))
        .collect(Collectors.toMap(f -> f[0], f -> URLDecoder.decode(f[1], UTF_8)));
  }

  /** A bucket that only who has the role's credentials may list. */
  private FaultyS3 bucketOfTheRole() throws IOException {
    byte[] listing =
        "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>".getBytes(UTF_8);
    return new FaultyS3(
        EmbeddedS3.shared(),
        request ->
            request.header("Authorization").contains("Credential=ASIAOFTHEROLE/")
                    && "of-the-session".equals(request.header("x-amz-security-token"))
                ? new Answer(200, Map.of(), listing)
                : Answer.error(403, "AccessDenied"));
  }

  private static BucketConnection connection(
      FaultyS3 bucket, String stsEndpoint, @Nullable String externalId, @Nullable Duration time) {
    BucketSettings settings =
        new BucketSettings(
            "incoming",
            "",
            bucket.endpoint(),
            "eu-west-1",
            true,
            new Credentials(
                "AKIAOWN",
                "own-secret",
                null,
                null,
                new Role(ARN, stsEndpoint, externalId, time),
                null),
            BucketSettings.Listing.AUTO,
            null);
    return S3Clients.open(Side.STAGING, settings, false, LIMITS, 1);
  }

  @Test
  void role_assumedAtItsEndpoint_signsWhatIsAskedOfTheBucket() throws IOException {
    try (FaultyS3 sts = tokenService(assumed(Instant.now().plus(Duration.ofHours(1))));
        FaultyS3 bucket = bucketOfTheRole();
        BucketConnection connection =
            connection(bucket, sts.endpoint(), "of:us/1", Duration.ofMinutes(30))) {
      BucketReader reader = new BucketReader(connection);
      assertThat(reader.list("", null, 10).entries()).isEmpty();
      assertThat(reader.list("", null, 10).entries()).isEmpty();
    }

    assertThat(signatures).singleElement().asString().contains("Credential=AKIAOWN/", "/sts/");
    assertThat(asked)
        .singleElement()
        .satisfies(
            fields ->
                assertThat(fields)
                    .containsEntry("Action", "AssumeRole")
                    .containsEntry("RoleArn", ARN)
                    .containsEntry("RoleSessionName", "asset-stager")
                    .containsEntry("ExternalId", "of:us/1")
                    .containsEntry("DurationSeconds", "1800"));
  }

  @Test
  void role_withoutMore_asksForNoMore() throws IOException {
    try (FaultyS3 sts = tokenService(assumed(Instant.now().plus(Duration.ofHours(1))));
        FaultyS3 bucket = bucketOfTheRole();
        BucketConnection connection = connection(bucket, sts.endpoint(), null, null)) {
      new BucketReader(connection).list("", null, 10);
    }

    assertThat(asked.get(0)).doesNotContainKeys("ExternalId", "DurationSeconds");
  }

  @Test
  void role_credentialsExpire_areRenewed() throws IOException {
    try (FaultyS3 sts = tokenService(assumed(Instant.now().plusSeconds(5)));
        FaultyS3 bucket = bucketOfTheRole();
        BucketConnection connection = connection(bucket, sts.endpoint(), null, null)) {
      BucketReader reader = new BucketReader(connection);
      reader.list("", null, 10);
      reader.list("", null, 10);
    }

    assertThat(asked).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void role_refused_isTroubleOfTheRoleAndNotOfTheBucket() throws IOException {
    Answer refused =
        new Answer(
            403,
            Map.of("Content-Type", List.of("text/xml")),
            ("<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not"
                    + " authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>")
                .getBytes(UTF_8));
    try (FaultyS3 sts = tokenService(refused);
        FaultyS3 bucket = bucketOfTheRole();
        BucketConnection connection = connection(bucket, sts.endpoint(), null, null)) {
      BucketReader reader = new BucketReader(connection);
      assertThatThrownBy(() -> reader.list("", null, 10))
          .isInstanceOfSatisfying(
              JobFailure.class,
              e ->
                  assertThat(((S3Failure) e.getCause()).toFailureAtStart().kind())
                      .isEqualTo(JobFailure.Kind.INPUT))
          .hasMessageStartingWith(
              "The role '" + ARN + "' of staging could not be assumed at " + sts.endpoint())
          .hasMessageContaining("it answered 403 AccessDenied (Not authorized to perform")
          .hasMessageContaining("Check staging.credentials.role-arn, external-id")
          .hasMessageNotContaining("s3:")
          .hasMessageNotContaining("own-secret");
    }
  }

  @Test
  void tokenService_unreachable_isNamed() throws IOException {
    String nowhere = "http://127.0.0.1:9";
    try (FaultyS3 bucket = bucketOfTheRole();
        BucketConnection connection = connection(bucket, nowhere, null, null)) {
      BucketReader reader = new BucketReader(connection);
      assertThatThrownBy(() -> reader.list("", null, 10))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("could not be assumed at " + nowhere)
          .hasMessageContaining("it could not be reached")
          .hasMessageContaining("Check staging.credentials.sts-endpoint");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>",
        "<html><body>Sign in</body></html>"
      })
  void tokenService_answersWithoutCredentials_isNamed(String body) throws IOException {
    try (FaultyS3 sts = tokenService(new Answer(200, Map.of(), body.getBytes(UTF_8)));
        FaultyS3 bucket = bucketOfTheRole();
        BucketConnection connection = connection(bucket, sts.endpoint(), null, null)) {
      BucketReader reader = new BucketReader(connection);
      assertThatThrownBy(() -> reader.list("", null, 10))
          .isInstanceOf(JobFailure.class)
          .hasMessageContaining("could not be assumed at " + sts.endpoint())
          .hasMessageContaining("staging.credentials.sts-endpoint");
    }
  }
}
