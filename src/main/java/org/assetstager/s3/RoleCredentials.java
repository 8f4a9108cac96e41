package org.assetstager.s3;

import org.assetstager.asset.JobFailure;
import org.assetstager.settings.Role;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Credentials of a role. That it can't be assumed is trouble with the token service, not with the
 * bucket that a request was meant for, and stops the job.
 */
final class RoleCredentials implements AwsCredentialsProvider {
  private final BucketPlace place;
  private final Role role;
  private final AwsCredentialsProvider assumed;

  /**
   * Takes credentials of the role.
   *
   * @param assumed asks the token service, and renews what it was given
   */
  RoleCredentials(BucketPlace place, Role role, AwsCredentialsProvider assumed) {
    this.place = place;
    this.role = role;
    this.assumed = assumed;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return assumed.resolveCredentials();
    } catch (AbortedException e) {
      throw e;
    } catch (SdkException e) {
      throw failure(e);
    } catch (NullPointerException e) {
      // The SDK's provider uses the fields of the answer without a look.
      throw failure(SdkClientException.create("it answered without Credentials", e));
    }
  }

  private JobFailure failure(SdkException e) {
    String where = role.stsEndpoint() == null ? "AWS STS" : role.stsEndpoint();
    return S3Failures.ofRole(e, place, role.arn(), where).toJobFailure();
  }
}
