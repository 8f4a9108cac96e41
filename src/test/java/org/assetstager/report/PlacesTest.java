package org.assetstager.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacesTest {
  /** A letter and its accent are two characters on one disk, and one on another. */
  @ParameterizedTest
  @CsvSource({
    "file:/a b, file:///a%20b",
    "file:///a#?%, file:///a%23%3F%25",
    "file:/e\u0301, file:///e%CC%81",
    "file:/\u00e9, file:///%C3%A9",
    "file:/\ud83d\ude00, file:///%F0%9F%98%80",
    "hdfs://n/a b, hdfs://n/a b"
  })
  void link_anyName_isThatName(String location, String link) {
    assertThat(Places.link(location)).isEqualTo(link);
  }
}
