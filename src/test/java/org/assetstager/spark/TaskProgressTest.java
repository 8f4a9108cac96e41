package org.assetstager.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.Test;

class TaskProgressTest {
  private final TaskProgress progress =
      new TaskProgress(TestSpark.session().sparkContext(), "testing");

  @Test
  void counting_nothing_staysAtZero() {
    assertThat(progress.done()).isZero();
    assertThat(progress.bytes()).isZero();
  }

  @Test
  void counting_elementsOfTasks_addsThemUpAndPassesThemOn() throws Exception {
    List<String> seen = new ArrayList<>();
    for (int task = 0; task < 2; task++) {
      InTask.call(
          () -> {
            progress
                .counting(List.of(10L, 1L, 0L).iterator(), bytes -> bytes, bytes -> bytes + " B")
                .forEachRemaining(seen::add);
            return null;
          });
    }

    assertThat(progress.done()).isEqualTo(6);
    assertThat(progress.bytes()).isEqualTo(22);
    assertThat(seen).containsExactly("10 B", "1 B", "0 B", "10 B", "1 B", "0 B");
  }

  @Test
  void counting_elementNotTaken_isNotCounted() throws Exception {
    InTask.call(
        () -> progress.counting(List.of(5L, 7L).iterator(), bytes -> bytes, bytes -> bytes).next());

    assertThat(progress.done()).isEqualTo(1);
    assertThat(progress.bytes()).isEqualTo(5);
  }
}
