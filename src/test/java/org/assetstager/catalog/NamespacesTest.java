package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NamespacesTest {
  private static Namespaces count(IntStream names) {
    Namespaces.Counter counter = new Namespaces.Counter();
    names.forEach(i -> counter.add("n" + i));
    return counter.namespaces();
  }

  @Test
  void plus_few_sumsUp() {
    Namespaces one = count(IntStream.of(1, 2, 2));
    Namespaces other = count(IntStream.of(2, 3));

    assertThat(one.plus(other))
        .isEqualTo(new Namespaces(Map.of("n1", 1L, "n2", 3L, "n3", 1L), true));
    assertThat(Namespaces.NONE.plus(one)).isEqualTo(one);
  }

  @Test
  void plus_moreThanCanBeHeld_isTheSameSampleInAnyOrder() {
    Namespaces low = count(IntStream.range(0, 30_000));
    Namespaces high = count(IntStream.range(20_000, 45_000));
    Namespaces few = count(IntStream.range(44_000, 50_000));

    Namespaces all = low.plus(high).plus(few);

    assertThat(all.complete()).isFalse();
    assertThat(all.candidates()).hasSize(Namespaces.MOST);
    assertThat(few.plus(low).plus(high)).isEqualTo(all);
    assertThat(few.plus(high.plus(low))).isEqualTo(all);
    assertThat(all)
        .isEqualTo(
            count(
                IntStream.concat(
                    IntStream.range(20_000, 30_000),
                    IntStream.concat(
                        IntStream.range(0, 50_000), IntStream.range(44_000, 45_000)))));
    long ofTheFirstHalf =
        all.candidates().keySet().stream()
            .filter(name -> Integer.parseInt(name.substring(1)) < 25_000)
            .count();
    assertThat(ofTheFirstHalf).as("a fair sample").isBetween(4_500L, 5_500L);
  }

  @Test
  void plus_asManyAsCanBeHeld_isComplete() {
    Namespaces all =
        count(IntStream.range(0, 6_000)).plus(count(IntStream.range(5_000, Namespaces.MOST)));

    assertThat(all.complete()).isTrue();
    assertThat(all.plus(count(IntStream.of(Namespaces.MOST))).complete()).isFalse();
  }

  @Test
  void notes_thereAndBack_areTheSame() {
    Namespaces few = count(IntStream.range(0, 3));
    Namespaces many = count(IntStream.range(0, 20_000));

    assertThat(Namespaces.ofNotes(few.toNotes())).isEqualTo(few);
    assertThat(Namespaces.ofNotes(many.toNotes())).isEqualTo(many);
  }
}
