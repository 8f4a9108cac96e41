package org.assetstager.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assetstager.catalog.InventoryManifest.DataFile;
import org.assetstager.catalog.InventoryManifest.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InventoryManifestTest {
  private static final String MANIFEST =
      """
      {"sourceBucket": "indexed", "destinationBucket": "arn:aws:s3:::lists", "version": "2016-11-30",
       "creationTimestamp": "1514944800000", "fileFormat": "CSV",
       "fileSchema": "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, ETag",
       "files": [{"key": "p/data/a.csv.gz", "size": 2147, "MD5checksum": "f11166069f1990abeb9c97ace9cdfabc"},
                 {"key": "p/data/b.csv.gz", "size": 1, "MD5checksum": "x"}]}
      """;

  @Test
  void parse_csv_hasColumnsInTheirOrder() {
    InventoryManifest manifest = InventoryManifest.parse(MANIFEST);

    assertThat(manifest.sourceBucket()).isEqualTo("indexed");
    assertThat(manifest.format()).isEqualTo(Format.CSV);
    assertThat(manifest.columns())
        .containsExactly(
            "bucket", "key", "versionid", "islatest", "isdeletemarker", "size", "etag");
    assertThat(manifest.createdAtMillis()).isEqualTo(1_514_944_800_000L);
    assertThat(manifest.files())
        .containsExactly(new DataFile("p/data/a.csv.gz", 2147), new DataFile("p/data/b.csv.gz", 1));
  }

  @ParameterizedTest
  @CsvSource({"ORC, ORC", "Parquet, PARQUET"})
  void parse_formatThatNamesItsColumns_needsNone(String written, Format format) {
    InventoryManifest manifest = InventoryManifest.parse(MANIFEST.replace("CSV", written));

    assertThat(manifest.format()).isEqualTo(format);
    assertThat(manifest.columns()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "sourceBucket"      | it has no sourceBucket
          "fileFormat"        | it has no fileFormat
          "fileSchema"        | it has no fileSchema
          "creationTimestamp" | it has no creationTimestamp
          "files"             | it has no files
          "CSV"               | its fileFormat is 'x'
          {"sourceBucket"     | it is not JSON
          """,
      quoteCharacter = '`')
  void parse_somethingMissing_saysWhat(String replaced, String message) {
    assertThatThrownBy(() -> InventoryManifest.parse(MANIFEST.replace(replaced, "\"x\"")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
