package org.assetstager.catalog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A page of {@code contents/}, which tells of as many namespaces as fit into it. It leads on behind
 * them, or, where others needn't be found, right to the next one that has to. A namespace that
 * doesn't fit into a page is left out.
 *
 * @param again namespaces that are left, whatever is found of them
 * @param after keys of the page, after {@code contents/}, are greater: the beginning of a namespace
 *     or the end of one
 * @param from the range's first name that isn't done with
 * @param to the range's first name that isn't this request's
 */
record ScanRequest(NamespaceRange range, Set<String> again, String after, int from, int to)
    implements PageRequest {
  /** Enough to be quick; each of them may be cut again. */
  private static final int MOST_PIECES = 32;

  @Override
  public Answer ask(BucketReader bucket, String contents) {
    String start = startAfter();
    ListPage page =
        bucket.list(
            contents + below(), start == null ? null : contents + start, ListingChoice.PAGE_KEYS);
    return new ScannedPage(this, contents, page).answer();
  }

  /** Returns what the page's keys begin with, after {@code contents/}. */
  String below() {
    return isOfOneNamespace() ? after : "";
  }

  /** Returns what a listing starts after, after {@code contents/}; null for its beginning. */
  @Nullable String startAfter() {
    return isOfOneNamespace() || after.isEmpty() ? null : after;
  }

  private boolean isOfOneNamespace() {
    return !range.others() && to - from == 1;
  }

  /** Returns how many pieces the rest is cut into, so that each fits into a page, as this did. */
  int pieces(int left, int covered) {
    if (covered == 0 || left == 0) {
      return 1;
    }
    int each = Math.max(1, covered * 9 / 10);
    return Math.min(MOST_PIECES, (left + each - 1) / each);
  }
}
