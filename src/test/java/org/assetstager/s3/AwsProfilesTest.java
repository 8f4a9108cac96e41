package org.assetstager.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;

class AwsProfilesTest {
  private static final String CONFIG = ProfileFileSystemSetting.AWS_CONFIG_FILE.property();
  private static final String CREDENTIALS =
      ProfileFileSystemSetting.AWS_SHARED_CREDENTIALS_FILE.property();

  @TempDir Path folder;

  private void write(String config) throws IOException {
    System.setProperty(CONFIG, Files.writeString(folder.resolve("config"), config).toString());
    System.setProperty(CREDENTIALS, folder.resolve("none").toString());
  }

  @AfterEach
  void forget() {
    System.clearProperty(CONFIG);
    System.clearProperty(CREDENTIALS);
  }

  @Test
  void region_profileThatNamesOne_isFound() throws IOException {
    write("[default]\nregion = eu-west-1\n[profile reader]\nregion = eu-north-1\n[profile bare]\n");

    assertThat(AwsProfiles.region(null)).isEqualTo("eu-west-1");
    assertThat(AwsProfiles.region("reader")).isEqualTo("eu-north-1");
    assertThat(AwsProfiles.region("bare")).isNull();
    assertThat(AwsProfiles.region("nobody")).isNull();
  }

  @Test
  void region_filesThatCantBeRead_countAsEmpty() throws IOException {
    write("[default]\nregion = x\n[broken\n");

    assertThat(AwsProfiles.region(null)).isNull();
  }

  @Test
  void region_noFiles_isNone() throws IOException {
    write("");
    Files.delete(folder.resolve("config"));

    assertThat(AwsProfiles.region("reader")).isNull();
  }
}
