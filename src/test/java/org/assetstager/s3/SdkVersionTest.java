package org.assetstager.s3;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assetstager.asset.JobFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SdkVersionTest {
  @Test
  void requireAtLeastOurs_here_isFulfilled() {
    assertThatCode(SdkVersion::requireAtLeastOurs).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.35.4", "2.35.10", "2.36.0", "2.36", "3.0.0", "2.35.4-SNAPSHOT"})
  void require_sameOrNewer_isFulfilled(String loaded) {
    assertThatCode(() -> SdkVersion.require("2.35.4", loaded, "file:/x.jar"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.35.3", "2.9.99", "1.12.700", "2.35", "unknown", ""})
  void require_older_saysWhereItWasLoadedFrom(String loaded) {
    assertThatThrownBy(() -> SdkVersion.require("2.35.4", loaded, "file:/x.jar"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("version " + loaded + ", loaded from file:/x.jar")
        .hasMessageContaining("at least 2.35.4")
        .hasMessageContaining("userClassPathFirst");
  }
}
