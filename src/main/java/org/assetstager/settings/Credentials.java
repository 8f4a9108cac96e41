package org.assetstager.settings;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What one side is authenticated with; all null means the SDK's default chain. No secret is ever in
 * its text form.
 *
 * @param role to assume with the others, or null
 * @param otherName the group of settings that they stand in, where that isn't the side's own; else
 *     null
 */
public record Credentials(
    @Nullable String accessKey,
    @Nullable String secretKey,
    @Nullable String sessionToken,
    @Nullable String profile,
    @Nullable Role role,
    @Nullable String otherName)
    implements Serializable {
  /** Returns these credentials as those of a group of settings that isn't a side's own. */
  Credentials named(String group) {
    return new Credentials(accessKey, secretKey, sessionToken, profile, role, group);
  }

  @Override
  public String toString() {
    String keys = accessKey == null ? "" : "access key, ";
    String arn = role == null ? null : role.arn();
    return "Credentials[" + keys + "profile=" + profile + ", roleArn=" + arn + "]";
  }
}
