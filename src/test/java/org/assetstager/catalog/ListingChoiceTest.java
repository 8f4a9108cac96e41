package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.assetstager.settings.BucketSettings.Listing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListingChoiceTest {
  @ParameterizedTest
  @CsvSource({
    "LIST, 0, 1000000, true, 1000, listing = list",
    "LIST, 5, 0, true, 1, listing = list",
    "HEAD, 5, 0, false, 5, listing = head",
    "HEAD, 5000000, 1000, false, 5000000, listing = head",
    "AUTO, 999, 1000000, false, 999, 'HEAD, as 999 candidates < 1,000 pages'",
    "AUTO, 1000, 1000000, true, 1000, 'LIST, as 1,000 candidates >= 1,000 pages'",
    "AUTO, 1000, 1000001, false, 1000, 'HEAD, as 1,000 candidates < 1,001 pages'",
    "AUTO, 0, 0, false, 0, 'HEAD, as 0 candidates < 1 pages'",
    "AUTO, 1, 0, true, 1, 'LIST, as 1 candidates >= 1 pages'",
  })
  void choose_always_takesTheFewerRequestsUnlessTold(
      Listing setting, long candidates, long keys, boolean list, long requests, String reason) {
    assertThat(ListingChoice.choose(setting, candidates, keys))
        .isEqualTo(new ListingChoice(list, requests, reason));
  }
}
