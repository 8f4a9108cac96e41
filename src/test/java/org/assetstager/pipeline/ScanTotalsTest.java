package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assetstager.catalog.Namespaces;
import org.assetstager.run.StepFile;
import org.assetstager.verify.RootsSeen;
import org.junit.jupiter.api.Test;

class ScanTotalsTest {
  private static ScanResult result(int number, Namespaces namespaces) {
    return new ScanResult(
        List.of(new StepFile("candidates", number, "f" + number, 5, 7, Map.of())),
        Map.of("m", 5L, "m" + number, 1L),
        2,
        namespaces,
        new RootsSeen.Collector().finish());
  }

  @Test
  void add_resultsInAnyOrder_sumsUp() {
    ScanTotals totals = new ScanTotals();
    ScanResult second = result(1, new Namespaces(Map.of("a", 2L), true));
    ScanResult first = result(0, new Namespaces(Map.of("a", 1L, "b", 1L), true));

    totals.add(1, second);
    totals.add(0, first);

    assertThat(totals.files()).containsExactly(first.files().get(0), second.files().get(0));
    assertThat(totals.rowsByFile()).isEqualTo(Map.of("m", 10L, "m0", 1L, "m1", 1L));
    assertThat(totals.invalidRows()).isEqualTo(4);
    assertThat(totals.namespaces()).isEqualTo(new Namespaces(Map.of("a", 3L, "b", 1L), true));
    assertThat(totals.roots()).containsExactly(first.roots(), second.roots());
  }

  /** What tasks name together must not be held until the last of them has ended. */
  @Test
  void add_moreNamespacesThanAreHeld_holdsNoMore() {
    ScanTotals totals = new ScanTotals();

    for (int task = 0; task < 5; task++) {
      Namespaces.Counter counter = new Namespaces.Counter();
      IntStream.range(task * 10_000, (task + 1) * 10_000).forEach(i -> counter.add("n" + i));
      totals.add(task, result(task, counter.namespaces()));
      assertThat(totals.namespaces().candidates()).hasSize(Namespaces.MOST);
    }
    assertThat(totals.namespaces().complete()).isFalse();
  }
}
