package org.assetstager.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assetstager.asset.Md5;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixTime;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.settings.VerifySettings.Policy;
import org.assetstager.verify.MetadataCheck.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataCheckTest {
  private static final Md5 STORED = Md5.parse("0cc175b9c0f1b6a831c399e269772661");
  private static final Md5 ANOTHER = Md5.parse("d41d8cd98f00b204e9800998ecf8427e");

  private static final FileFacts FACTS =
      new FileFacts(
          100,
          new UnixTime(1_700_000_000, 123_456_789),
          new UnixTime(1_700_000_001, 5),
          1,
          -2,
          9,
          0100644,
          1000,
          100);

  /** For each fact a file that differs in it alone, and the words for it. */
  private static final Map<String, FileFacts> DIFFERING =
      Map.of(
          "size 100 bytes, now 101", size(101),
          "modification time 2023-11-14T22:13:20.123456789Z, now 2023-11-14T22:13:20.123456790Z",
              modified(new UnixTime(1_700_000_000, 123_456_790)),
          "change time 2023-11-14T22:13:21.000000005Z, now 2023-11-14T22:13:21Z",
              changed(new UnixTime(1_700_000_001, 0)),
          "hard links 1, now 2", links(2),
          "inode 18446744073709551614, now 18446744073709551615", inode(-1));

  private static final Set<String> SIZE = Set.of("size 100 bytes, now 101");

  // Every combination, row by row: what differs, policy, stored MD5; then the verdict
  // before reading ('read' for none), and those after it for an equal and for another content.
  private static final String TABLE =
      """
      none  content absent  read      UNCHANGED UNCHANGED
      none  content present read      UNCHANGED MODIFIED
      none  strict  absent  read      UNCHANGED UNCHANGED
      none  strict  present read      UNCHANGED MODIFIED
      size  content absent  MODIFIED  -         -
      size  content present MODIFIED  -         -
      size  strict  absent  MODIFIED  -         -
      size  strict  present MODIFIED  -         -
      other content absent  MODIFIED  -         -
      other content present read      UNCHANGED MODIFIED
      other strict  absent  MODIFIED  -         -
      other strict  present MODIFIED  -         -
      """;

  record Case(
      String differing,
      FileFacts found,
      Policy policy,
      boolean md5Stored,
      String before,
      String afterEqual,
      String afterAnother) {
    ManifestRow row() {
      return MetadataCheckTest.row(md5Stored ? STORED.toHex() : null);
    }
  }

  static Stream<Case> cases() {
    return TABLE.lines().map(line -> line.split(" +")).flatMap(MetadataCheckTest::cases);
  }

  private static Stream<Case> cases(String[] cells) {
    Map<String, FileFacts> found = cells[0].equals("none") ? Map.of("", FACTS) : DIFFERING;
    return found.entrySet().stream()
        .filter(
            e -> cells[0].equals("none") || SIZE.contains(e.getKey()) == cells[0].equals("size"))
        .map(
            e ->
                new Case(
                    e.getKey(),
                    e.getValue(),
                    Policy.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                    cells[2].equals("present"),
                    cells[3],
                    cells[4],
                    cells[5]));
  }

  @Test
  void table_combinations_areComplete() {
    Set<List<Object>> combinations = new HashSet<>();
    List<Case> cases = new ArrayList<>(cases().toList());
    cases.forEach(c -> combinations.add(List.of(c.found(), c.policy(), c.md5Stored())));

    assertThat(combinations).hasSize(6 * 2 * 2);
    assertThat(cases).hasSameSizeAs(combinations);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void beforeReading_everyCombination_isAsInTheTable(Case wanted) {
    var finding = MetadataCheck.of(wanted.row(), wanted.found()).beforeReading(wanted.policy());

    assertThat(finding.map(f -> f.verdict().name()).orElse("read")).isEqualTo(wanted.before());
    finding.ifPresent(f -> assertThat(f.detail()).contains(wanted.differing()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void afterReading_everyCombination_isAsInTheTable(Case wanted) {
    if (!wanted.before().equals("read")) {
      assertThat(wanted.afterEqual()).isEqualTo("-");
      return;
    }
    MetadataCheck check = MetadataCheck.of(wanted.row(), wanted.found());

    Finding equal = check.afterReading(STORED);
    Finding another = check.afterReading(ANOTHER);

    assertThat(equal.verdict()).hasToString(wanted.afterEqual());
    assertThat(equal.detail())
        .isEqualTo(wanted.differing().isEmpty() ? null : "METADATA_ONLY: " + wanted.differing());
    assertThat(another.verdict()).hasToString(wanted.afterAnother());
    if (another.verdict() == Verdict.MODIFIED) {
      assertThat(another.detail())
          .isEqualTo(
              "MD5 "
                  + STORED
                  + ", now "
                  + ANOTHER
                  + (wanted.differing().isEmpty() ? "" : "; " + wanted.differing()));
    }
  }

  @Test
  void beforeReading_noMd5Stored_saysThatTheContentCantBeTold() {
    assertThat(MetadataCheck.of(row(null), links(2)).beforeReading(Policy.CONTENT))
        .contains(
            new Finding(
                Verdict.MODIFIED,
                "hard links 1, now 2; the manifest has no MD5 to compare the content with"));
  }

  @Test
  void afterReading_severalFactsDiffer_namesAll() {
    FileFacts found =
        new FileFacts(100, FACTS.modified(), new UnixTime(1_700_000_002, 0), 2, 7, 9, 0, 1000, 100);

    assertThat(MetadataCheck.of(row(STORED.toHex()), found).afterReading(STORED).detail())
        .isEqualTo(
            "METADATA_ONLY: change time 2023-11-14T22:13:21.000000005Z, now 2023-11-14T22:13:22Z;"
                + " hard links 1, now 2; inode 18446744073709551614, now 7");
  }

  @Test
  void pythonTimes_nanosecondsBelowADoublesPrecision_areEqual() {
    ManifestRow row = Rows.addedByPython(Path.of("/root"), FACTS, STORED.toHex());

    // 789 and 788 nanoseconds fall on one double in 2023: nothing stored tells them apart.
    FileFacts found = modified(new UnixTime(1_700_000_000, 123_456_788));

    assertThat(MetadataCheck.of(row, found).afterReading(STORED).detail()).isNull();
  }

  @Test
  void pythonTimes_oneDoubleApart_differ() {
    ManifestRow row = Rows.addedByPython(Path.of("/root"), FACTS, STORED.toHex());
    FileFacts found = modified(new UnixTime(1_700_000_000, 123_457_000));

    assertThat(MetadataCheck.of(row, found).afterReading(STORED).detail())
        .isEqualTo(
            "METADATA_ONLY: modification time 2023-11-14T22:13:20.123456700Z,"
                + " now 2023-11-14T22:13:20.123457Z");
  }

  @Test
  void pythonTimes_changeTimeDiffers_isNamed() {
    ManifestRow row = Rows.addedByPython(Path.of("/root"), FACTS, STORED.toHex());
    FileFacts found = changed(new UnixTime(1_700_000_003, 0));

    assertThat(MetadataCheck.of(row, found).afterReading(STORED).detail())
        .contains("change time 2023-11-14T22:13:21Z, now 2023-11-14T22:13:23Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"size", "modified", "links", "inode"})
  void isRenamed_oneFactDiffers_isAnother(String fact) {
    FileFacts found =
        switch (fact) {
          case "size" -> size(101);
          case "modified" -> modified(new UnixTime(1, 1));
          case "links" -> links(2);
          default -> inode(5);
        };

    assertThat(MetadataCheck.isRenamed(row(null), found)).isFalse();
  }

  @Test
  void isRenamed_onlyChangeTimeDiffers_isTheFile() {
    FileFacts found = changed(new UnixTime(1_800_000_000, 0));

    assertThat(MetadataCheck.isRenamed(row(null), found)).isTrue();
    assertThat(MetadataCheck.isRenamed(Rows.addedByPython(Path.of("/root"), FACTS, null), found))
        .isTrue();
  }

  @Test
  void of_rowWithoutAFact_isRefused() {
    assertThatThrownBy(() -> MetadataCheck.of(Rows.notAdded("proxy"), FACTS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Row 7 of manifest has no st_size");
  }

  private static ManifestRow row(String md5) {
    AssetRoot root = new AssetRoot(Path.of("/root"), Path.of("/root"), 1, 1, true, List.of());
    return Rows.added(root, "path", FACTS, md5);
  }

  private static FileFacts size(long size) {
    return new FileFacts(
        size,
        FACTS.modified(),
        FACTS.changed(),
        FACTS.linkCount(),
        FACTS.inode(),
        9,
        0100644,
        1000,
        100);
  }

  private static FileFacts modified(UnixTime modified) {
    return new FileFacts(
        100, modified, FACTS.changed(), FACTS.linkCount(), FACTS.inode(), 9, 0100644, 1000, 100);
  }

  private static FileFacts changed(UnixTime changed) {
    return new FileFacts(
        100, FACTS.modified(), changed, FACTS.linkCount(), FACTS.inode(), 9, 0100644, 1000, 100);
  }

  private static FileFacts links(long links) {
    return new FileFacts(
        100, FACTS.modified(), FACTS.changed(), links, FACTS.inode(), 9, 0100644, 1000, 100);
  }

  private static FileFacts inode(long inode) {
    return new FileFacts(100, FACTS.modified(), FACTS.changed(), 1, inode, 9, 0100644, 1000, 100);
  }
}
