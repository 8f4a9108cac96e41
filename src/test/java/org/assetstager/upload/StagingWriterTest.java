package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.assetstager.s3.S3Clients;
import org.assetstager.settings.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class StagingWriterTest {
  @Test
  void new_ofTheRemote_isRefused(@TempDir Path folder) {
    Settings settings = new UploadFixture(folder).settings();

    assertThatThrownBy(
            () ->
                new StagingWriter(
                    S3Clients.remote(settings), settings.staging(), settings.s3(), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Only staging is written to, not remote");
  }
}
