package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.WorkRow;
import org.assetstager.testing.SampleRows;
import org.assetstager.upload.TransferUnits.Share;
import org.assetstager.verify.Candidate;
import org.junit.jupiter.api.Test;

class TransferUnitsTest {
  private static WorkRow row(long position, int content, long size, Exclusion decision) {
    return new WorkRow(
        new Candidate(
            SampleRows.unchanged(position, "top", SampleRows.md5(content), size), "/r", 1),
        decision,
        null,
        null);
  }

  private static TransferUnits units(Iterator<WorkRow> rows) {
    return new TransferUnits(rows, row -> true, null);
  }

  @Test
  void next_emptyWorkFile_hasNone() {
    TransferUnits units = units(Collections.emptyIterator());

    assertThat(units.hasNext()).isFalse();
    assertThatThrownBy(units::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void next_manySmallKnownContents_areGrouped() {
    List<WorkRow> rows =
        IntStream.range(0, 100).mapToObj(i -> row(i, i, 100, Exclusion.KNOWN_REMOTE)).toList();
    List<Integer> sizes = new ArrayList<>();
    units(rows.iterator()).forEachRemaining(unit -> sizes.add(unit.size()));

    assertThat(sizes).containsExactly(32, 32, 32, 4);
  }

  @Test
  void next_contentOfVeryManyRows_holdsFewAtATime() {
    int[] read = {0};
    Iterator<WorkRow> rows =
        IntStream.range(0, 1_000_000)
            .mapToObj(
                i -> {
                  read[0]++;
                  return row(i, 1, 100, Exclusion.UPLOAD);
                })
            .iterator();
    TransferUnits units = units(rows);

    for (int i = 0; i < 10; i++) {
      assertThat(units.next().get(0).rows()).hasSizeLessThanOrEqualTo(32);
    }
    assertThat(read[0]).isLessThan(1_000);
  }

  /** Whatever the sizes that rows of one content claim, which decide how they are grouped. */
  @Property
  void next_anyRows_givesEachOnceWithTurnsInOrderAndOneLastShare(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 40) Integer> contents,
      @ForAll boolean send) {
    List<WorkRow> rows = new ArrayList<>();
    for (int content = 0; content < contents.size(); content++) {
      for (int i = 0; i < contents.get(content); i++) {
        long size = (i + content) % 7 == 0 ? 1 << 20 : 50;
        rows.add(row(rows.size(), content, size, send ? Exclusion.UPLOAD : Exclusion.CONFLICT));
      }
    }
    Set<Long> seen = new HashSet<>();
    Map<ContentFate, Integer> turns = new HashMap<>();
    Set<ContentFate> ended = new HashSet<>();
    for (TransferUnits units = units(rows.iterator()); units.hasNext(); ) {
      for (Share share : units.next()) {
        int turn = turns.merge(share.fate(), 0, (before, none) -> before + 1);
        assertThat(share.turn()).isEqualTo(turn);
        assertThat(share.stands()).isEqualTo(send && turn == 0);
        assertThat(ended).doesNotContain(share.fate());
        if (share.last()) {
          ended.add(share.fate());
        }
        if (share.stands()) {
          assertThat(share.rows()).hasSize(1);
        }
        share.rows().forEach(row -> seen.add(row.candidate().found().row().manifestPosition()));
      }
    }

    assertThat(seen).hasSize(rows.size());
    assertThat(ended).isEqualTo(turns.keySet());
  }
}
