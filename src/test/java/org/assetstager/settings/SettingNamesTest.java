package org.assetstager.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SettingNamesTest {
  private static final Set<String> UPLOAD =
      Set.of("asset-stager.upload.part-size", "asset-stager.upload.split-threshold");

  @Test
  void nearest_nothingNear_isEmpty() {
    assertThat(SettingNames.nearest("asset-stager.upload.colour", UPLOAD)).isEmpty();
  }

  @Test
  void nearest_sameNameInTwoGroups_isThatOfTheSameGroup() {
    Set<String> known = new TreeSet<>(List.of("a.x.bucket", "a.y.bucket", "a.z.bucket"));

    assertThat(SettingNames.nearest("a.y.buckets", known)).contains("a.y.bucket");
  }

  @Test
  void nearest_oneLetterMoreInTheSameGroup_winsOverEqualInAnother() {
    assertThat(SettingNames.nearest("a.x.prefi", Set.of("a.x.prefix", "a.y.prefi-x")))
        .contains("a.x.prefix");
  }

  @Property
  void nearest_oneLetterMissing_isTheName(
      @ForAll("names") String name, @ForAll("positions") double position) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    int at = (int) (position * last.length());
    String typo =
        name.substring(0, name.length() - last.length()) + new StringBuilder(last).deleteCharAt(at);

    assertThat(SettingNames.nearest(typo, SettingsFiles.names())).contains(name);
  }

  @Provide("names")
  Arbitrary<String> anyName() {
    return Arbitraries.of(SettingsFiles.names());
  }

  @Provide
  Arbitrary<Double> positions() {
    return Arbitraries.doubles().between(0, true, 1, false);
  }
}
