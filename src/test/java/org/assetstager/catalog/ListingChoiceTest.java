package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.assetstager.settings.BucketSettings.Listing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListingChoiceTest {
  @ParameterizedTest
  @CsvSource({
    "LIST, 0, 1000000, true, listing = list",
    "LIST, 5, 0, true, listing = list",
    "HEAD, 5, 0, false, listing = head",
    "HEAD, 5000000, 1000, false, listing = head",
    "AUTO, 999, 1000000, false, 'HEAD, as 999 candidates < 1,000 pages'",
    "AUTO, 1000, 1000000, true, 'LIST, as 1,000 candidates >= 1,000 pages'",
    "AUTO, 1000, 1000001, false, 'HEAD, as 1,000 candidates < 1,001 pages'",
    "AUTO, 0, 0, false, 'HEAD, as 0 candidates < 1 pages'",
    "AUTO, 1, 0, true, 'LIST, as 1 candidates >= 1 pages'",
  })
  void choose_always_takesTheFewerRequestsUnlessTold(
      Listing setting, long candidates, long keys, boolean list, String reason) {
    assertThat(ListingChoice.choose(setting, candidates, keys))
        .isEqualTo(new ListingChoice(list, reason));
  }
}
