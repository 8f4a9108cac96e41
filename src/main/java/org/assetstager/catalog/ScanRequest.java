package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.assetstager.asset.TopHash;
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

  /**
   * Returns the first requests of a range. A few namespaces get a request each, side by side. For
   * more, a single request comes first, which shows how many namespaces a page covers.
   *
   * @param again namespaces that are left, whatever is found of them
   */
  static List<ScanRequest> first(NamespaceRange range, Set<String> again) {
    if (range.others() || range.names().size() > Sides.REQUESTS_AT_ONCE) {
      String after =
          range.others() ? range.startAfter() : NamespaceRange.start(range.names().get(0));
      return List.of(new ScanRequest(range, again, after, 0, range.names().size()));
    }
    return IntStream.range(0, range.names().size())
        .mapToObj(
            i ->
                new ScanRequest(range, again, NamespaceRange.start(range.names().get(i)), i, i + 1))
        .toList();
  }

  @Override
  public Answer ask(BucketReader bucket, String contents) {
    String start = startAfter();
    ListPage page =
        bucket.list(
            contents + below(), start == null ? null : contents + start, ListingChoice.PAGE_KEYS);
    return answer(contents, page);
  }

  /** Returns what a page of this request comes to. */
  Answer answer(String contents, ListPage page) {
    return new Page(this, contents, page).answer();
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

  /** What a page of {@code contents/} came to: used once. */
  private static final class Page {
    /**
     * A namespace that isn't known by name is listed to its end by one request after another,
     * unless it has more keys: then it is returned as left, to be listed in shards.
     */
    private static final long MOST_KEYS_AT_ONCE = 16L * ListingChoice.PAGE_KEYS;

    private final ScanRequest request;
    private final NamespaceRange range;
    private final String contents;
    private final ListPage page;
    private final List<KnownContent> known = new ArrayList<>();
    private final Map<String, Long> left = new HashMap<>();
    private final List<PageRequest> next = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private long keys;

    Page(ScanRequest request, String contents, ListPage page) {
      this.request = request;
      this.range = request.range();
      this.contents = contents;
      this.page = page;
    }

    /**
     * Keys that follow each other.
     *
     * @param name of their namespace; of a key in no namespace, null
     */
    private record Group(@Nullable String name, List<ListPage.Entry> entries) {
      String last() {
        return entries.get(entries.size() - 1).key();
      }
    }

    PageRequest.Answer answer() {
      boolean ended = group();
      Group last = ended || groups.isEmpty() ? null : groups.get(groups.size() - 1);
      if (last == null || last.name() == null) {
        groups.forEach(this::take);
      } else {
        groups.subList(0, groups.size() - 1).forEach(this::take);
      }
      if (!ended) {
        goOn(position(last));
      }
      return new PageRequest.Answer(known, left, next, keys);
    }

    /** Returns whether the page is the last one of its request. */
    private boolean group() {
      String end = range.end(request.to());
      for (ListPage.Entry entry : page.entries()) {
        String key = relative(entry.key());
        if (end != null && key.compareTo(end) >= 0) {
          return true;
        }
        // Some stores begin a page with the last key of the one before.
        if (key.compareTo(request.after()) > 0) {
          add(entry, key);
        }
      }
      return !page.truncated();
    }

    private void add(ListPage.Entry entry, String key) {
      int slash = key.indexOf('/');
      String name = slash < 0 ? null : key.substring(0, slash);
      Group last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
      if (last == null || name == null || !name.equals(last.name())) {
        last = new Group(name, new ArrayList<>());
        groups.add(last);
      }
      last.entries().add(entry);
    }

    private String relative(String key) {
      return key.substring(contents.length());
    }

    /** Takes all that there is of a namespace. */
    private void take(Group group) {
      keys += group.entries().size();
      if (!isWanted(group.name())) {
        return;
      }
      if (request.again().contains(group.name())) {
        left.put(group.name(), (long) group.entries().size());
      } else {
        group.entries().forEach(entry -> KnownContent.of(contents, entry).ifPresent(known::add));
      }
    }

    private boolean isWanted(@Nullable String name) {
      return name != null
          && range.isWanted(name, request.from(), request.to())
          && (!range.others() || TopHash.parse(name).isPresent());
    }

    /**
     * Returns where to go on: behind a namespace of more than a page, or before one that more
     * follows of.
     */
    private String position(@Nullable Group last) {
      if (last == null) {
        return relative(page.nextStartAfter());
      }
      if (last.name() == null) {
        return relative(last.last());
      }
      String start = NamespaceRange.start(last.name());
      if (groups.size() > 1) {
        return start;
      }
      large(last.name(), last);
      // The character that follows the slash.
      return last.name() + (char) ('/' + 1);
    }

    private void large(String name, Group group) {
      if (!isWanted(name)) {
        return;
      }
      int start = contents.length() + name.length() + 1;
      long estimate =
          ListingShards.estimateKeys(
              group.entries().stream().map(entry -> entry.key().substring(start)).toList());
      if (range.others() && estimate <= MOST_KEYS_AT_ONCE && !request.again().contains(name)) {
        take(group);
        ListingShards.Shard all = new ListingShards.Shard("", null);
        next.add(new ShardRequest(name, all, group.last().substring(start)));
      } else {
        left.put(name, estimate);
      }
    }

    private void goOn(String position) {
      int from = range.firstBehind(position, request.from(), request.to());
      int rest = request.to() - from;
      if (rest == 0 && !range.others()) {
        return;
      }
      int pieces = request.pieces(rest, from - request.from());
      for (int i = 0; i < pieces; i++) {
        int begin = from + (int) ((long) rest * i / pieces);
        int end = from + (int) ((long) rest * (i + 1) / pieces);
        String after =
            i == 0 && range.others() ? position : NamespaceRange.start(range.names().get(begin));
        next.add(new ScanRequest(range, request.again(), after, begin, end));
      }
    }
  }
}
