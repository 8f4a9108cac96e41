package org.assetstager.s3;

import java.time.Duration;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Credentials;
import org.assetstager.settings.EndpointUrl;
import org.assetstager.settings.Role;
import org.assetstager.settings.S3Settings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;

/** Makes what requests of a side are signed with, from its settings. */
final class S3Credentials {
  private S3Credentials() {}

  /** Returns credentials that renew themselves where they are those of a role or a profile. */
  static AwsCredentialsProvider of(Side side, BucketSettings bucket, S3Settings s3) {
    AwsCredentialsProvider own = own(bucket.credentials());
    Role role = bucket.credentials().role();
    return role == null
        ? own
        : new RoleCredentials(new BucketPlace(side, bucket), role, assumed(role, own, bucket, s3));
  }

  private static AwsCredentialsProvider assumed(
      Role role, AwsCredentialsProvider own, BucketSettings bucket, S3Settings s3) {
    StsClientBuilder sts =
        StsClient.builder()
            .region(Region.of(bucket.region()))
            .credentialsProvider(own)
            .httpClientBuilder(ApacheHttpClient.builder().connectionTimeout(s3.connectTimeout()));
    String endpoint = role.stsEndpoint();
    if (endpoint == null) {
      sts.overrideConfiguration(SdkOptions.overrides(s3).build());
    } else {
      EndpointUrl url = EndpointUrl.parse(endpoint);
      sts.endpointOverride(url.standIn())
          .overrideConfiguration(
              SdkOptions.overrides(s3).addExecutionInterceptor(new RealHost(url)).build());
    }
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(sts.build())
        .refreshRequest(request(role))
        .build();
  }

  private static AssumeRoleRequest request(Role role) {
    Duration duration = role.sessionDuration();
    return AssumeRoleRequest.builder()
        .roleArn(role.arn())
        .roleSessionName(SdkOptions.USER_AGENT)
        .externalId(role.externalId())
        .durationSeconds(duration == null ? null : (int) duration.toSeconds())
        .build();
  }

  private static AwsCredentialsProvider own(Credentials credentials) {
    String accessKey = credentials.accessKey();
    String secretKey = credentials.secretKey();
    if (accessKey != null && secretKey != null) {
      String token = credentials.sessionToken();
      AwsCredentials fixed =
          token == null
              ? AwsBasicCredentials.create(accessKey, secretKey)
              : AwsSessionCredentials.create(accessKey, secretKey, token);
      return StaticCredentialsProvider.create(fixed);
    }
    String profile = credentials.profile();
    return profile == null
        ? DefaultCredentialsProvider.builder().build()
        : ProfileCredentialsProvider.create(profile);
  }
}
