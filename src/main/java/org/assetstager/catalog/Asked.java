package org.assetstager.catalog;

import java.io.Serializable;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.assetstager.s3.Side;

/** The namespaces, by side, whose contents the job asks for one by one instead of listing them. */
final class Asked implements Serializable {
  private final Set<Side> entirely = EnumSet.noneOf(Side.class);
  private final Map<Side, Set<String>> namespaces = new EnumMap<>(Side.class);

  /** Asks these sides for all contents. */
  static Asked entirely(Collection<Side> sides) {
    Asked asked = new Asked();
    asked.entirely.addAll(sides);
    return asked;
  }

  void add(Side side, String namespace) {
    namespaces.computeIfAbsent(side, unused -> new HashSet<>()).add(namespace);
  }

  boolean isEmpty() {
    return entirely.isEmpty() && namespaces.isEmpty();
  }

  boolean holds(Side side, ContentName content) {
    return entirely.contains(side)
        || namespaces.getOrDefault(side, Set.of()).contains(content.topHash());
  }

  boolean holds(ContentName content) {
    return holds(Side.STAGING, content) || holds(Side.REMOTE, content);
  }
}
