package org.assetstager.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing.
 *
 * @param entries in the order of their keys' UTF-8 bytes
 * @param truncated whether more keys follow the last entry
 */
public record ListPage(List<Entry> entries, boolean truncated) {
  /**
   * One object.
   *
   * @param key whole and decoded
   * @param size bytes
   * @param etag without quotes, or null where the store gives none
   */
  public record Entry(String key, long size, @Nullable String etag) {}

  /** Keeps a copy of the list. */
  public ListPage {
    entries = List.copyOf(entries);
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
