package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.catalog.Sides.Held;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.spark.ConcurrentMap;

/**
 * Lists the first page of each namespace, of staging and then of the remote. Once staging has more,
 * the remote isn't done with its first page either: it has to be listed after staging.
 */
final class ListFirstPages implements FlatMapFunction<Iterator<String>, FirstPages> {
  private final Sides sides;
  private final Set<Side> listed;
  private final int firstNumber;

  /**
   * Takes what the namespaces have in common.
   *
   * @param listed the sides to look at
   * @param firstNumber of the tasks' files
   */
  ListFirstPages(Sides sides, Set<Side> listed, int firstNumber) {
    this.sides = sides;
    this.listed = listed;
    this.firstNumber = firstNumber;
  }

  /** A namespace's first pages. */
  private record Looked(String topHash, List<Held> held, Map<Side, Long> left) {}

  @Override
  public Iterator<FirstPages> call(Iterator<String> namespaces) {
    sides.requests().addWhenTaskEnds();
    Iterator<Looked> looks =
        ConcurrentMap.map(namespaces, Sides.REQUESTS_AT_ONCE, "list", this::look);
    Map<String, Map<Side, Long>> left = new HashMap<>();
    try (Sides.Files files = sides.new Files(firstNumber + TaskContext.get().partitionId())) {
      while (looks.hasNext()) {
        Looked looked = looks.next();
        looked.held().forEach(files::add);
        if (!looked.left().isEmpty()) {
          left.put(looked.topHash(), looked.left());
        }
      }
      return List.of(new FirstPages(files.finish(), left)).iterator();
    }
  }

  private Looked look(String topHash) {
    Map<Side, Long> left = new EnumMap<>(Side.class);
    List<Held> held = new ArrayList<>();
    for (Side side : Sides.IN_ORDER) {
      if (listed.contains(side)) {
        String namespace = sides.contents(side) + topHash + "/";
        ListPage page = sides.reader(side).list(namespace, null, ListingChoice.PAGE_KEYS);
        if (page.truncated() || !left.isEmpty()) {
          left.put(side, keys(page, namespace));
        } else {
          page.entries().stream()
              .flatMap(entry -> KnownContent.of(sides.contents(side), entry).stream())
              .forEach(content -> held.add(new Held(side, content)));
          sides.progress().count(page.entries().size());
        }
      }
    }
    return new Looked(topHash, held, left);
  }

  private static long keys(ListPage page, String namespace) {
    List<String> keys =
        page.entries().stream().map(entry -> entry.key().substring(namespace.length())).toList();
    return page.truncated() ? ListingShards.estimateKeys(keys) : keys.size();
  }
}
