package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.assetstager.asset.Md5;
import org.assetstager.digest.PartPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StagingProofTest {
  private static final String EMPTY = "d41d8cd98f00b204e9800998ecf8427e";
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    EMPTY + ", true",
    EMPTY + "-1, false",
    "D41D8CD98F00B204E9800998ECF8427E, false",
    "'\"" + EMPTY + "\"', false",
    ", false",
    "0, false",
  })
  void isSinglePartEtagOf_emptyContent_takesItsMd5Only(String etag, boolean expected) {
    assertThat(StagingProof.isSinglePartEtagOf(etag, Md5.parse(EMPTY))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    EMPTY + "-1, 1",
    EMPTY + "-10000, 10000",
    EMPTY + "-10001, -1",
    EMPTY + "-0, -1",
    EMPTY + "-01, -1",
    EMPTY + "-, -1",
    EMPTY + "--2, -1",
    EMPTY + ", -1",
    "D41D8CD98F00B204E9800998ECF8427E-2, -1",
    "abc-2, -1",
    ", -1",
  })
  void partsOf_etag_isTheNumberAfterTheHash(String etag, int parts) {
    assertThat(StagingProof.partsOf(etag))
        .isEqualTo(parts < 0 ? OptionalInt.empty() : OptionalInt.of(parts));
  }

  @Test
  void isMultipartEtagOf_partsInOrder_holdsForNoOther() {
    Md5 one = Md5.parse(EMPTY);
    Md5 two = Md5.parse("0123456789abcdef0123456789abcdef");
    // printf 'd41d8cd98f00b204e9800998ecf8427e0123456789abcdef0123456789abcdef' | xxd -r -p |
    // md5sum
    String etag = "8982c8875b2a5403cc38b05c222ec85f-2";

    assertThat(StagingProof.isMultipartEtagOf(etag, List.of(one, two))).isTrue();
    assertThat(StagingProof.isMultipartEtagOf(etag, List.of(two, one))).isFalse();
    assertThat(StagingProof.isMultipartEtagOf(etag, List.of())).isFalse();
    assertThat(StagingProof.isMultipartEtagOf(null, List.of(one))).isFalse();
  }

  @Property
  void plansFor_anything_cutIntoThatManyParts(
      @ForAll @LongRange(min = 0, max = 20L << 40) long size,
      @ForAll @IntRange(min = 1, max = 10_000) int parts,
      @ForAll long hint) {
    List<PartPlan> plans = StagingProof.plansFor(size, parts, hint, 16 * MIB);

    assertThat(plans).hasSizeLessThanOrEqualTo(4).doesNotHaveDuplicates();
    assertThat(plans).allSatisfy(plan -> assertThat(plan.count()).isEqualTo(parts));
    assertThat(plans).allSatisfy(plan -> assertThat(plan.size()).isEqualTo(size));
  }

  @Property
  void plansFor_hintThatFits_beginWithIt(
      @ForAll @LongRange(min = 5 << 20, max = 1 << 30) long hint,
      @ForAll @IntRange(min = 1, max = 10_000) int parts) {
    assertThat(StagingProof.plansFor(hint * parts, parts, hint, 16 * MIB))
        .first()
        .isEqualTo(new PartPlan(hint * parts, hint));
  }

  @Test
  void plansFor_hintThatDoesNotFit_isIgnored() {
    assertThat(StagingProof.plansFor(24 * MIB, 3, 5 * MIB, 16 * MIB))
        .extracting(PartPlan::partSize)
        .containsExactly(8 * MIB, 10 * MIB);
  }
}
