package org.assetstager.commit;

import static org.assertj.core.api.Assertions.assertThat;

import org.assetstager.asset.Outcome;
import org.assetstager.commit.CommitStates.AssetRow;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitStatesTest {
  private static final String MD5 = "5d41402abc4b2a76b9719d911017c592";

  @ParameterizedTest
  @CsvSource({
    ", s3:md5_XUFAKrxLKna5cZ2REBfFkg==",
    "s3:md5_XUFAKrxLKna5cZ2REBfFkg==, s3:md5_XUFAKrxLKna5cZ2REBfFkg==",
    "tape:md5_XUFAKrxLKna5cZ2REBfFkg==, tape:md5_XUFAKrxLKna5cZ2REBfFkg==",
    "md5_XUFAKrxLKna5cZ2REBfFkg==, md5_XUFAKrxLKna5cZ2REBfFkg==",
    "s3:md5_5d41402abc4b2a76b9719d911017c592, s3:md5_5d41402abc4b2a76b9719d911017c592",
    "own-id, own-id",
    "s3:md5_own, s3:md5_own",
    "s3:sha256_1B2M2Y8AsgTpgAmY7PhCfg==, s3:sha256_1B2M2Y8AsgTpgAmY7PhCfg==",
    // Of another content: nobody has proved that one.
    "s3:md5_1B2M2Y8AsgTpgAmY7PhCfg==, s3:md5_XUFAKrxLKna5cZ2REBfFkg==",
    "md5_d41d8cd98f00b204e9800998ecf8427e, s3:md5_XUFAKrxLKna5cZ2REBfFkg==",
  })
  void state_contentIdOfTheRow_isTakenUnlessItIsThatOfAnotherContent(String id, String expected) {
    AssetRow row = new AssetRow("h1", null, MD5, id, Outcome.STAGED);

    assertThat(row.state()).isEqualTo(new CommitStates.State("h1", expected));
  }
}
