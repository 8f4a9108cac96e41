package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assetstager.asset.JobFailure;
import org.assetstager.files.Host;
import org.junit.jupiter.api.Test;

class JvmFileNamesTest {
  @Test
  void requireUtf8_thisJvm_passes() {
    assertThatCode(JvmFileNames::requireUtf8).doesNotThrowAnyException();
  }

  // What the JVM gives under LC_ALL=C.
  @Test
  void requireUtf8_asciiOnly_namesHostAndRemedy() {
    assertThatThrownBy(() -> JvmFileNames.requireUtf8("ANSI_X3.4-1968"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(Host.name())
        .hasMessageContaining("ANSI_X3.4-1968")
        .hasMessageContaining("LC_ALL=C.UTF-8")
        .hasMessageContaining("spark.executorEnv.LC_ALL=C.UTF-8");
  }
}
