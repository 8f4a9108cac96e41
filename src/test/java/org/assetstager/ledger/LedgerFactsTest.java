package org.assetstager.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.assetstager.verify.SeenFacts;
import org.junit.jupiter.api.Test;

class LedgerFactsTest {
  private static SeenFacts at(BigInteger modified, BigInteger changed) {
    return new SeenFacts(5L, modified, changed, -2L, 3L, 0100644, 4_294_967_295L, 100L);
  }

  @Test
  void of_file_hasItsFactsExactly() {
    BigInteger first = BigInteger.valueOf(Long.MIN_VALUE);
    BigInteger last = BigInteger.valueOf(Long.MAX_VALUE);

    assertThat(LedgerFacts.of(at(first, last)))
        .isEqualTo(
            new LedgerFacts(
                Long.MIN_VALUE, Long.MAX_VALUE, -2L, 3L, 0100644L, 4_294_967_295L, 100L));
  }

  @Test
  void of_timesThatNoLongHasRoomFor_areNull() {
    BigInteger early = BigInteger.valueOf(Long.MIN_VALUE).subtract(BigInteger.ONE);
    BigInteger late = BigInteger.valueOf(Long.MAX_VALUE).add(BigInteger.ONE);

    LedgerFacts facts = LedgerFacts.of(at(early, late));

    assertThat(facts.stMtimeNs()).isNull();
    assertThat(facts.stCtimeNs()).isNull();
    assertThat(facts.stIno()).isEqualTo(-2);
  }

  @Test
  void of_noFile_isNone() {
    assertThat(LedgerFacts.of(SeenFacts.NONE)).isEqualTo(LedgerFacts.NONE);
  }
}
