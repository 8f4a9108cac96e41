package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.catalog.Sides.Held;
import org.assetstager.run.StepFile;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.spark.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists ranges to their ends; each key once, also where a store begins a page with the last one.
 */
final class ListRanges implements FlatMapFunction<Iterator<KeyRange>, StepFile> {
  private final Sides sides;
  private final int firstNumber;
  private final @Nullable Set<String> wanted;

  /**
   * Takes what the ranges have in common.
   *
   * @param firstNumber of the tasks' files
   * @param wanted the namespaces to keep, null for all
   */
  ListRanges(Sides sides, int firstNumber, @Nullable Set<String> wanted) {
    this.sides = sides;
    this.firstNumber = firstNumber;
    this.wanted = wanted;
  }

  @Override
  public Iterator<StepFile> call(Iterator<KeyRange> ranges) {
    sides.requests().addWhenTaskEnds();
    Iterator<List<Held>> pages =
        ConcurrentMap.map(ranges, Sides.REQUESTS_AT_ONCE, "list", this::list);
    try (Sides.Files files = sides.new Files(firstNumber + TaskContext.get().partitionId())) {
      while (pages.hasNext()) {
        pages.next().forEach(files::add);
      }
      return files.finish().iterator();
    }
  }

  private List<Held> list(KeyRange range) {
    List<Held> held = new ArrayList<>();
    for (Side side : Sides.IN_ORDER) {
      if (range.sides().contains(side)) {
        list(range, side, held);
      }
    }
    return held;
  }

  private void list(KeyRange range, Side side, List<Held> held) {
    BucketReader bucket = sides.reader(side);
    String below = sides.contents(side) + range.below();
    String after = below + range.startAfter();
    boolean more = true;
    while (more) {
      ListPage page = bucket.list(below, after, ListingChoice.PAGE_KEYS);
      int listed = 0;
      more = page.truncated();
      for (ListPage.Entry entry : page.entries()) {
        if (!range.isBeforeEnd(entry.key().substring(below.length()))) {
          more = false;
          break;
        }
        if (entry.key().compareTo(after) > 0) {
          listed++;
          KnownContent.of(sides.contents(side), entry)
              .filter(content -> wanted == null || wanted.contains(content.topHash()))
              .ifPresent(content -> held.add(new Held(side, content)));
        }
      }
      sides.progress().count(listed);
      if (more) {
        after = page.nextStartAfter();
      }
    }
  }
}
