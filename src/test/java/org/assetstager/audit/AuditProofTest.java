package org.assetstager.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.assetstager.asset.Md5;
import org.assetstager.catalog.ObjectFacts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditProofTest {
  private static final String MD5 = "900150983cd24fb0d6963f7d28e17f72";

  /** The MD5 of the MD5 above, computed by md5sum. */
  private static final String OF_ONE_PART = "af5da9f45af7a300e3aded972f8ff687-1";

  @ParameterizedTest(name = "ETag {0}, recorded {1}, KMS {2}: {3}")
  @CsvSource(
      textBlock =
          """
          900150983cd24fb0d6963f7d28e17f72,   ,                                  false, ETAG
          900150983cd24fb0d6963f7d28e17f72,   900150983cd24fb0d6963f7d28e17f72,  false, ETAG
          MD5_OF_MD5-1,                       ,                                  false, ETAG
          900150983cd24fb0d6963f7d28e17f72,   ,                                  true,  SIZE_ONLY
          900150983cd24fb0d6963f7d28e17f72,   900150983cd24fb0d6963f7d28e17f72,  true,  RECORDED_ETAG
          00000000000000000000000000000000-3, 00000000000000000000000000000000-3, false, RECORDED_ETAG
          00000000000000000000000000000000-3, 00000000000000000000000000000000-2, false, SIZE_ONLY
          00000000000000000000000000000000-3, ,                                  false, SIZE_ONLY
          00000000000000000000000000000000,   00000000000000000000000000000000,  false, RECORDED_ETAG
          00000000000000000000000000000000,   ,                                  false, CONTRADICTED
          00000000000000000000000000000000-1, ,                                  false, CONTRADICTED
          00000000000000000000000000000000,   900150983cd24fb0d6963f7d28e17f72,  false, CONTRADICTED
          00000000000000000000000000000000,   ,                                  true,  SIZE_ONLY
          a-stores-own-form,                  ,                                  false, SIZE_ONLY
          ,                                   ,                                  false, SIZE_ONLY
          """)
  void of_objectOfTheRightSize_isAsTheTableSays(
      String etag, String recorded, boolean kms, AuditProof expected) {
    String found = "MD5_OF_MD5-1".equals(etag) ? OF_ONE_PART : etag;
    assertThat(
            AuditProof.of(new ObjectFacts(3, found, Map.of(), kms, null), Md5.parse(MD5), recorded))
        .isEqualTo(expected);
  }
}
