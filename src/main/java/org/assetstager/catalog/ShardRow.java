package org.assetstager.catalog;

import org.jspecify.annotations.Nullable;

/** A {@link ListingShards.Shard} of a namespace, as a row. */
record ShardRow(String topHash, String startAfter, @Nullable String endExclusive) {}
