package org.assetstager.digest;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a digest begins, and where it records its state, so that an interrupted giant doesn't start
 * again at its first byte.
 *
 * @param last where an earlier digest of the same bytes stood; null to start at the first byte
 * @param intervalBytes how far apart states are at least
 * @param save takes each state, in the thread that reads
 */
public record Checkpoints(
    @Nullable DigestState last, long intervalBytes, Consumer<DigestState> save) {
  /** Starts at the first byte and records nothing. */
  public static final Checkpoints NONE = new Checkpoints(null, Long.MAX_VALUE, state -> {});
}
