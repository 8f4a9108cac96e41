package org.assetstager.catalog;

import java.util.Locale;
import org.assetstager.settings.BucketSettings.Listing;

/**
 * Whether to list a namespace or to ask for each candidate.
 *
 * @param list whether to list
 * @param reason in words, for the log
 */
public record ListingChoice(boolean list, String reason) {
  /** Most keys of a page of ListObjectsV2. */
  public static final int PAGE_KEYS = 1_000;

  /**
   * Chooses what takes fewer requests, unless the setting says which.
   *
   * <pre>
   * setting | candidates &lt; pages | choice
   * list    | any                | list
   * head    | any                | head
   * auto    | yes                | head
   * auto    | no                 | list
   * </pre>
   *
   * @param candidates contents to look for
   * @param estimatedKeys what the namespace holds, about
   */
  public static ListingChoice choose(Listing setting, long candidates, long estimatedKeys) {
    long pages = Math.max(1, (estimatedKeys + PAGE_KEYS - 1) / PAGE_KEYS);
    return switch (setting) {
      case LIST -> new ListingChoice(true, "listing = list");
      case HEAD -> new ListingChoice(false, "listing = head");
      case AUTO ->
          candidates < pages
              ? new ListingChoice(false, reason("HEAD", candidates, "<", pages))
              : new ListingChoice(true, reason("LIST", candidates, ">=", pages));
    };
  }

  private static String reason(String choice, long candidates, String sign, long pages) {
    return String.format(
        Locale.ROOT, "%s, as %,d candidates %s %,d pages", choice, candidates, sign, pages);
  }
}
