package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A page of a shard of a namespace, followed by further pages. Each key is found once, even if a
 * store begins a page with the last key of the page before.
 *
 * @param after keys of the page, relative to the namespace, are greater; empty for all
 */
record ShardRequest(String topHash, ListingShards.Shard shard, String after)
    implements PageRequest {
  @Override
  public Answer ask(BucketReader bucket, String contents) {
    String namespace = contents + topHash + "/";
    ListPage page =
        bucket.list(namespace, after.isEmpty() ? null : namespace + after, ListingChoice.PAGE_KEYS);
    List<KnownContent> known = new ArrayList<>();
    long keys = 0;
    for (ListPage.Entry entry : page.entries()) {
      String key = entry.key().substring(namespace.length());
      if (!shard.isBeforeEnd(key)) {
        return new Answer(known, Map.of(), List.of(), keys);
      }
      if (key.compareTo(after) > 0) {
        keys++;
        KnownContent.of(contents, entry).ifPresent(known::add);
      }
    }
    return new Answer(known, Map.of(), next(page, namespace), keys);
  }

  private List<PageRequest> next(ListPage page, String namespace) {
    return page.truncated()
        ? List.of(
            new ShardRequest(topHash, shard, page.nextStartAfter().substring(namespace.length())))
        : List.of();
  }
}
