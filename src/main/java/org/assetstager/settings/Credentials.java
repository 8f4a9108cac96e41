package org.assetstager.settings;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What one side is authenticated with; all null means the SDK's default chain. No secret is ever in
 * its text form.
 */
public record Credentials(
    @Nullable String accessKey,
    @Nullable String secretKey,
    @Nullable String sessionToken,
    @Nullable String profile,
    @Nullable String roleArn)
    implements Serializable {
  @Override
  public String toString() {
    String keys = accessKey == null ? "" : "access key, ";
    return "Credentials[" + keys + "profile=" + profile + ", roleArn=" + roleArn + "]";
  }
}
