package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class TaskProgressTest {
  private final TaskProgress progress =
      new TaskProgress(TestSpark.session().sparkContext(), "testing");

  @Test
  void count_nothing_staysAtZero() {
    assertThat(progress.done()).isZero();
    assertThat(progress.bytes()).isZero();
  }

  @Test
  void count_elementsOfTasks_addsThemUp() throws Exception {
    for (int task = 0; task < 2; task++) {
      InTask.call(
          () -> {
            for (long bytes : List.of(10L, 1L, 0L)) {
              progress.count(1);
              progress.countBytes(bytes);
            }
            return null;
          });
    }

    assertThat(progress.done()).isEqualTo(6);
    assertThat(progress.bytes()).isEqualTo(22);
  }
}
