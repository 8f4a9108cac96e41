package org.assetstager.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing.
 *
 * @param entries in the order of their keys' UTF-8 bytes
 * @param truncated whether more keys follow the last entry
 * @param nextToken the store's continuation token of the next page, or null
 */
public record ListPage(List<Entry> entries, boolean truncated, @Nullable String nextToken) {
  /**
   * One object.
   *
   * @param key whole and decoded
   * @param size bytes, or {@link ObjectFacts#UNKNOWN_SIZE} where the page tells none
   * @param etag without quotes, or null where the store gives none
   */
  public record Entry(String key, long size, @Nullable String etag) {}

  public ListPage {
    entries = List.copyOf(entries);
  }

  /** Whether the page has no last key to continue after, but a token. */
  boolean goesOnByToken() {
    return truncated && entries.isEmpty() && nextToken != null;
  }

  /**
   * Returns the {@code startAfter} of the next page.
   *
   * @throws IllegalStateException if there is none
   */
  public String nextStartAfter() {
    if (!truncated || entries.isEmpty()) {
      throw new IllegalStateException("This is the last page");
    }
    return entries.get(entries.size() - 1).key();
  }
}
