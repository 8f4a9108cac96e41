package org.assetstager.report;

import java.util.Map;
import org.assetstager.upload.Probe;
import org.jspecify.annotations.Nullable;

/**
 * What a dry run did.
 *
 * @param requests that it sent, by kind
 * @param seconds of its phases
 * @param resumed whether it took more than one attempt, whose phases and requests are added up
 * @param inFlight requests that a run in earnest has under way at a time
 * @param knownFiles whose content is known, or equal to one that is sent, and which the dry run has
 *     not read; 0 where a run in earnest doesn't read them either
 * @param knownBytes of these
 * @param probe what else it measured; null if it wasn't asked to
 */
public record Measured(
    Map<String, Long> requests,
    double seconds,
    boolean resumed,
    int inFlight,
    long knownFiles,
    long knownBytes,
    @Nullable Probe probe) {}
