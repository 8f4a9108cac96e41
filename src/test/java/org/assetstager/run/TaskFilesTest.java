package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskFilesTest {
  @Test
  void heavy_fewFiles_isTheWeightThatWasAskedFor() {
    assertThat(TaskFiles.heavy(Weights.MOST_OF_UNDIGESTED, 0))
        .isEqualTo(TaskFiles.heavy(Weights.MOST_OF_UNDIGESTED, 10_000))
        .isEqualTo(Weights.MOST_OF_UNDIGESTED);
  }

  /** All rows of a compressed manifest are one task's. */
  @Test
  void heavy_allFilesOfATask_holdAPetabyte() {
    long all =
        IntStream.range(0, TaskFiles.MOST_FILES)
            .mapToLong(made -> TaskFiles.heavy(Weights.MOST_OF_UNDIGESTED, made))
            .sum();

    assertThat(all).isGreaterThan(1L << 50);
  }
}
