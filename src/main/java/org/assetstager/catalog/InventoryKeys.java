package org.assetstager.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.TopHash;
import org.jspecify.annotations.Nullable;

/**
 * Finds the contents among the objects of an inventory: rows of key, size, ETag, and, as text,
 * whether it is the latest version and a delete marker.
 *
 * @param prefix of the bucket's settings
 * @param encoded whether keys are URL-encoded, as in CSV files
 * @param versions whether all versions are listed, so that each must say if it is the latest
 */
record InventoryKeys(String prefix, boolean encoded, boolean versions)
    implements FlatMapFunction<Row, KnownContent> {
  @Override
  public Iterator<KnownContent> call(Row row) {
    String written = row.getString(0);
    if (written == null) {
      throw incomplete("has an object without a key");
    }
    String key = encoded ? decoded(written) : written;
    if (!isLatest(row, key) || isDeleteMarker(row, key)) {
      return Collections.emptyIterator();
    }
    Long size = row.getAs(1);
    String etag = row.getString(2);
    return topHash(key)
        .flatMap(
            topHash ->
                KnownContent.of(
                    ContentKey.contents(prefix), new ListPage.Entry(key, require(size, key), etag)))
        .stream()
        .iterator();
  }

  /** What is not said to be the latest must not count as what the bucket holds. */
  private boolean isLatest(Row row, String key) {
    Boolean latest = flag(row.getString(3), key);
    if (latest == null && versions) {
      throw incomplete("doesn't say whether a version is the latest, of " + key);
    }
    return latest == null || latest;
  }

  /** One without a size is refused later. */
  private static boolean isDeleteMarker(Row row, String key) {
    Boolean marker = flag(row.getString(4), key);
    return marker != null && marker;
  }

  private static @Nullable Boolean flag(@Nullable String text, String key) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw incomplete("has '" + text + "' instead of true or false, of " + key);
    };
  }

  private static JobFailure incomplete(String problem) {
    return JobFailure.input(
        "The inventory " + problem,
        "Check that its files are complete, or remove remote.inventory from the settings");
  }

  private Optional<TopHash> topHash(String key) {
    String begin = ContentKey.contents(prefix);
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
          "Check that its files are complete, or remove remote.inventory from the settings",
          e);
    }
  }
}
