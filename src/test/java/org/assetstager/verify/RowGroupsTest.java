package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Lists;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixTime;
import org.assetstager.manifest.ManifestRow;
import org.junit.jupiter.api.Test;

class RowGroupsTest {
  private static final int KIB = 1 << 10;
  private static final AssetRoot ROOT =
      new AssetRoot(Path.of("/root"), Path.of("/root"), 1, 1, true, List.of());

  @Property
  void next_anySizes_givesEachRowOnceAndOnlySmallOnesTogether(
      @ForAll @Size(max = 200) List<@LongRange(min = -1, max = 300 * KIB) Long> sizes) {
    List<ManifestRow> rows = rows(sizes.stream().mapToLong(size -> size));

    List<List<ManifestRow>> groups = groups(rows);

    assertThat(groups.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(groups)
        .allSatisfy(
            group -> {
              assertThat(group).hasSizeBetween(1, 32);
              if (group.size() > 1) {
                assertThat(group)
                    .allSatisfy(row -> assertThat(row.storedSize()).isLessThanOrEqualTo(256 * KIB));
                assertThat(RowGroups.room(group)).isLessThanOrEqualTo(16 * (256 * KIB + 64));
              }
            });
  }

  @Test
  void next_largestSmallFiles_areAsManyAsLanes() {
    assertThat(groups(rows(LongStream.generate(() -> 256 * KIB).limit(33))))
        .extracting(List::size)
        .containsExactly(16, 16, 1);
  }

  @Test
  void next_tinyFiles_areThirtyTwo() {
    assertThat(groups(rows(LongStream.generate(() -> 1).limit(65))))
        .extracting(List::size)
        .containsExactly(32, 32, 1);
  }

  @Test
  void next_largeFileAmongSmallOnes_isAloneAndAtOnce() {
    List<ManifestRow> rows = rows(LongStream.of(1, 256 * KIB + 1, 1));

    assertThat(groups(rows))
        .containsExactly(List.of(rows.get(1)), List.of(rows.get(0), rows.get(2)));
  }

  @Test
  void next_rowsOfMuchText_doNotAddUp() {
    String much = "x".repeat(100 << 10);
    String tooMuch = "x".repeat(300 << 10);
    List<ManifestRow> rows =
        List.of(
            Rows.faulty(much, false),
            Rows.faulty(much, false),
            Rows.faulty(tooMuch, false),
            Rows.faulty(much, false));

    assertThat(groups(new RowGroups<>(rows.iterator(), Function.identity(), row -> 0)))
        .containsExactly(
            List.of(rows.get(2)), List.of(rows.get(0), rows.get(1)), List.of(rows.get(3)));
  }

  @Test
  void next_afterTheLast_hasNoMore() {
    RowGroups<ManifestRow> groups =
        new RowGroups<>(Collections.emptyIterator(), Function.identity());

    assertThat(groups.hasNext()).isFalse();
    assertThatThrownBy(groups::next).isInstanceOf(NoSuchElementException.class);
  }

  private static List<List<ManifestRow>> groups(List<ManifestRow> rows) {
    return groups(new RowGroups<>(rows.iterator(), Function.identity()));
  }

  private static List<List<ManifestRow>> groups(RowGroups<ManifestRow> groups) {
    return Lists.newArrayList(groups);
  }

  private static List<ManifestRow> rows(LongStream sizes) {
    UnixTime time = new UnixTime(1, 1);
    List<ManifestRow> rows = new ArrayList<>();
    sizes.forEach(
        size ->
            rows.add(
                Rows.added(
                    ROOT,
                    "path" + rows.size(),
                    new FileFacts(size, time, time, 1, 1, 1, 0100644, 1000, 100),
                    null)));
    return rows;
  }
}
