package org.assetstager.catalog;

import com.google.common.collect.Lists;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range of {@code contents/}, with the namespaces of candidates in it.
 *
 * @param names of these namespaces, in {@link #ORDER}; where {@code others} is set, some of them
 * @param others whether to find what is in other namespaces as well
 * @param startAfter where the range begins, after {@code contents/}; empty for the first range
 * @param endExclusive where it ends, after {@code contents/}; null for the last range
 */
record NamespaceRange(
    List<String> names, boolean others, String startAfter, @Nullable String endExclusive)
    implements Serializable {
  /** The order of the namespaces' keys: those of {@code a-b} are before those of {@code a}. */
  static final Comparator<String> ORDER = Comparator.comparing(NamespaceRange::start);

  NamespaceRange {
    names = List.copyOf(names);
  }

  /** Returns what a namespace's keys begin with, after {@code contents/}. */
  static String start(String name) {
    return name + "/";
  }

  /** Cuts all of {@code contents/} into ranges with equally many names. */
  static List<NamespaceRange> cut(List<String> names, boolean others, int wanted) {
    List<String> sorted = names.stream().sorted(ORDER).toList();
    List<NamespaceRange> ranges = new ArrayList<>(wanted);
    for (int i = 0; i < wanted; i++) {
      int from = (int) ((long) names.size() * i / wanted);
      int to = (int) ((long) names.size() * (i + 1) / wanted);
      ranges.add(
          new NamespaceRange(
              sorted.subList(from, to),
              others,
              i == 0 ? "" : start(sorted.get(from)),
              i + 1 == wanted ? null : start(sorted.get(to))));
    }
    return ranges;
  }

  /** Returns where the part ends that is before a name: the end of the range after the last one. */
  @Nullable String end(int to) {
    return to < names.size() ? start(names.get(to)) : endExclusive;
  }

  /** Returns the index of the first name at a position or behind it, from one index to another. */
  int firstBehind(String position, int from, int to) {
    int found =
        Collections.binarySearch(
            Lists.transform(names.subList(from, to), NamespaceRange::start), position);
    return from + (found < 0 ? -found - 1 : found);
  }

  /** Whether what a namespace of the range holds is to be found. */
  boolean isWanted(String name, int from, int to) {
    if (others) {
      return true;
    }
    int index = firstBehind(start(name), from, to);
    return index < to && names.get(index).equals(name);
  }
}
