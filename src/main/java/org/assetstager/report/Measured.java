package org.assetstager.report;

import java.util.Map;
import org.assetstager.upload.Probe;
import org.assetstager.upload.TaskLimits;
import org.jspecify.annotations.Nullable;

/**
 * What a dry run did.
 *
 * @param requests that it sent, by kind
 * @param seconds of its phases
 * @param resumed whether it took more than one attempt, whose phases and requests are added up
 * @param cores that a run in earnest has too
 * @param known what it reads besides; none where it doesn't read it either
 * @param probe what else it measured; null if it wasn't asked to
 */
public record Measured(
    Map<String, Long> requests,
    double seconds,
    boolean resumed,
    int cores,
    KnownFiles known,
    @Nullable Probe probe) {
  /** Returns how many requests a run in earnest has under way at a time. */
  int inFlight() {
    return cores * TaskLimits.SMALL_FILES_AT_ONCE;
  }
}
