package org.assetstager.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.profiles.ProfileProperty;

/** The profiles of AWS's configuration files on this host. */
public final class AwsProfiles {
  private AwsProfiles() {}

  /**
   * Returns the region that a profile names. Files that can't be read count as empty: who needs
   * them for more says what is wrong.
   *
   * @param name null for the profile that AWS's tools take by themselves: that of {@code
   *     AWS_PROFILE}, else {@code default}
   * @return null where there is no such profile, or it names none
   */
  public static @Nullable String region(@Nullable String name) {
    try {
      String profile =
          name == null ? ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow() : name;
      return ProfileFile.defaultProfileFile()
          .profile(profile)
          .flatMap(found -> found.property(ProfileProperty.REGION))
          .orElse(null);
    } catch (RuntimeException unreadable) {
      return null;
    }
  }
}
