package org.assetstager.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.TopHash;
import org.jspecify.annotations.Nullable;

/** Finds the contents among the objects of an inventory: rows of key, size and ETag. */
final class InventoryKeys implements FlatMapFunction<Row, Row> {
  private static final String CONTENTS = "contents/";

  private final String prefix;
  private final boolean encoded;

  /**
   * Takes what the keys are like.
   *
   * @param prefix of the bucket's settings
   * @param encoded whether keys are URL-encoded, as in CSV files
   */
  InventoryKeys(String prefix, boolean encoded) {
    this.prefix = prefix;
    this.encoded = encoded;
  }

  @Override
  public Iterator<Row> call(Row row) {
    String key = encoded ? decoded(row.getString(0)) : row.getString(0);
    Long size = row.getAs(1);
    String etag = row.getString(2);
    return topHash(key)
        .flatMap(
            topHash ->
                KnownContent.of(prefix, topHash, new ListPage.Entry(key, require(size, key), etag)))
        .map(ListBuckets.KNOWN::toRow)
        .stream()
        .iterator();
  }

  private Optional<TopHash> topHash(String key) {
    String begin = prefix + CONTENTS;
    int end = key.startsWith(begin) ? key.indexOf('/', begin.length()) : -1;
    return end < 0 ? Optional.empty() : TopHash.parse(key.substring(begin.length(), end));
  }

  private static long require(@Nullable Long size, String key) {
    if (size == null) {
      throw JobFailure.input(
          "The inventory gives no size for " + key,
          "Have it list sizes, or remove remote.inventory from the settings");
    }
    return size;
  }

  private static String decoded(String key) {
    try {
      return URLDecoder.decode(key, UTF_8);
    } catch (IllegalArgumentException e) {
      throw JobFailure.input(
          "The inventory's key '" + key + "' is not URL-encoded",
          "See whether its files are whole, or remove remote.inventory from the settings",
          e);
    }
  }
}
