package org.assetstager.catalog;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.assetstager.s3.Side;

/**
 * A part of a namespace that one task lists: all of it on staging, then all of it on the remote.
 *
 * @param part which one, from 0
 * @param parts how many the namespace is cut into
 * @param shards how many ranges each side's part is cut into, for requests side by side; a side
 *     that isn't there isn't listed
 */
record KeyRange(String topHash, int part, int parts, Map<Side, Integer> shards)
    implements Serializable {
  KeyRange {
    shards = new EnumMap<>(shards);
  }

  /** Returns the first request of each of a side's ranges. */
  List<ShardRequest> requests(Side side) {
    int each = shards.getOrDefault(side, 0);
    return each == 0
        ? List.of()
        : ListingShards.some(part * each, (part + 1) * each, parts * each).stream()
            .map(shard -> new ShardRequest(topHash, shard, shard.startAfter()))
            .toList();
  }

  /** Returns about how many requests the part takes. */
  int weight() {
    return shards.values().stream().mapToInt(Integer::intValue).sum();
  }
}
