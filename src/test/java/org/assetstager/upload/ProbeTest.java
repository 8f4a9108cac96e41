package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.assetstager.upload.Probe.Figure;
import org.assetstager.upload.Probe.Kind;
import org.junit.jupiter.api.Test;

class ProbeTest {
  private static final Figure HEADS = new Figure(100, 0, 50.5, 0);
  private static final Figure PARTS = new Figure(10, 1000, 2.5, 250.125);

  @Test
  void plus_twoTasks_addsWhatTheyDidAtTheSameTime() {
    Probe one = new Probe(20, 1, 4, false, Map.of(Kind.HEAD, HEADS));
    Probe other = new Probe(20, 1, 4, false, Map.of(Kind.HEAD, HEADS, Kind.SEND_PARTS, PARTS));

    assertThat(one.plus(other))
        .isEqualTo(
            new Probe(
                20,
                2,
                4,
                false,
                Map.of(Kind.HEAD, new Figure(200, 0, 101, 0), Kind.SEND_PARTS, PARTS)));
  }

  @Test
  void ofNotes_notes_isTheSame() {
    Probe probe = new Probe(20, 3, 8, true, Map.of(Kind.HEAD, HEADS, Kind.SEND_PARTS, PARTS));

    assertThat(Probe.ofNotes(probe.toNotes())).isEqualTo(probe);
  }

  @Test
  void figures_nothingMeasured_areLeftOut() {
    Probe probe = new Probe(20, 1, 4, false, Map.of(Kind.LIST, Figure.NONE, Kind.HEAD, HEADS));

    assertThat(probe.figures()).containsOnlyKeys(Kind.HEAD);
    assertThat(probe.of(Kind.LIST)).isEqualTo(Figure.NONE);
  }
}
