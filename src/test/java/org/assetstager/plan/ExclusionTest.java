package org.assetstager.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExclusionTest {
  private static final String OTHER_MD5 = "00000000000000000000000000000001";
  private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";

  /** {@code -} is null, {@code MD5} the content's, 5 its size. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "5, -, -,                 KNOWN_REMOTE",
        "5, 5, MD5,               KNOWN_REMOTE",
        "5, 5, another,           KNOWN_REMOTE",
        "5, 6, MD5,               KNOWN_REMOTE",
        "6, -, -,                 CONFLICT",
        "6, 5, MD5,               CONFLICT",
        "6, 6, another,           CONFLICT",
        "0, -, -,                 CONFLICT",
        "-, 5, MD5,               KNOWN_STAGING",
        "-, 6, MD5,               PROVE",
        "-, 0, MD5,               PROVE",
        "-, 5, -,                 PROVE",
        "-, 5, another,           PROVE",
        "-, 5, MD5-1,             PROVE",
        "-, 6, -,                 PROVE",
        "-, -, -,                 UPLOAD",
        // Nobody but who put it can read it.
        "-1, -, -,                CONFLICT",
        "-, -1, -,                PROVE",
      })
  void of_whatBothSidesHold_decides(
      @Nullable Long remoteSize,
      @Nullable Long stagingSize,
      @Nullable String stagingEtag,
      Exclusion expected) {
    String etag = stagingEtag == null ? null : stagingEtag.replace("MD5", MD5);

    assertThat(Exclusion.of(MD5, 5, remoteSize, null, stagingSize, etag)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-,                                   KNOWN_REMOTE",
        "MD5,                                 KNOWN_REMOTE",
        "MD5 in capitals,                     KNOWN_REMOTE",
        OTHER_MD5 + ",   CONFLICT",
        OTHER_MD5 + "-1, KNOWN_REMOTE",
        "0x1234,                              KNOWN_REMOTE",
      })
  void of_remoteEtag_isAProofAgainstItOrNone(@Nullable String remoteEtag, Exclusion expected) {
    String etag =
        remoteEtag == null
            ? null
            : remoteEtag
                .replace("MD5 in capitals", MD5.toUpperCase(Locale.ROOT))
                .replace("MD5", MD5);

    assertThat(Exclusion.of(MD5, 5, 5L, etag, null, null)).isEqualTo(expected);
    assertThat(Exclusion.of(MD5, 5, 6L, etag, null, null)).isEqualTo(Exclusion.CONFLICT);
  }

  @Test
  void conflict_size_isToldWhereItIsKnown() {
    assertThat(Exclusion.conflict(7, null, 5))
        .isEqualTo("the remote holds 7 bytes under this key, the file has 5");
    assertThat(Exclusion.conflict(5, OTHER_MD5, 5))
        .isEqualTo(
            "the remote holds other bytes of this size under this key: their MD5 is " + OTHER_MD5);
    assertThat(Exclusion.conflict(-1, null, 5))
        .isEqualTo("the remote holds an object under this key that only who put it can read");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"3000000000, -, KNOWN_REMOTE", "-, 3000000000, KNOWN_STAGING"})
  void of_sizeThatNoIntHolds_isCompared(
      @Nullable Long remoteSize, @Nullable Long stagingSize, Exclusion expected) {
    assertThat(Exclusion.of(MD5, 3_000_000_000L, remoteSize, null, stagingSize, MD5))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"0, -, -, KNOWN_REMOTE", "-, 0, MD5, KNOWN_STAGING", "1, 0, MD5, CONFLICT"})
  void of_emptyContent_isAContentLikeOthers(
      @Nullable Long remoteSize,
      @Nullable Long stagingSize,
      @Nullable String stagingEtag,
      Exclusion expected) {
    String etag = stagingEtag == null ? null : MD5;

    assertThat(Exclusion.of(MD5, 0, remoteSize, null, stagingSize, etag)).isEqualTo(expected);
  }
}
