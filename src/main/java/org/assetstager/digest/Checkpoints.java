package org.assetstager.digest;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a digest begins, and where it records its state, so that an interrupted giant doesn't start
 * again at its first byte.
 *
 * @param last where an earlier digest of the same bytes stood; null to begin anew
 * @param intervalBytes how far apart states are at least
 * @param save takes each state, in the thread that reads
 */
public record Checkpoints(
    @Nullable DigestState last, long intervalBytes, Consumer<DigestState> save) {
  /** Begins anew and tells nothing. */
  public static final Checkpoints NONE = new Checkpoints(null, Long.MAX_VALUE, state -> {});
}
