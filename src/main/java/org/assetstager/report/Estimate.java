package org.assetstager.report;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assetstager.upload.Probe;
import org.jspecify.annotations.Nullable;

/**
 * What a run would take, as a dry run estimates it.
 *
 * @param measuredSeconds of the dry run's own phases, which a run in earnest repeats
 * @param uploadSeconds that the upload would add
 * @param requests by kind, in the given order; each sent once
 * @param bytes to be sent
 * @param currency of all money here
 * @param requestsCost once, for all requests
 * @param transferCost once, for the bytes
 * @param storageCostPerMonth for keeping the bytes
 * @param basis what the figures rest on, a sentence each without its full stop
 * @param probed what a probe measured; null if the dry run wasn't asked to
 */
public record Estimate(
    double measuredSeconds,
    double uploadSeconds,
    Map<String, Long> requests,
    long bytes,
    String currency,
    BigDecimal requestsCost,
    BigDecimal transferCost,
    BigDecimal storageCostPerMonth,
    List<String> basis,
    @Nullable Probed probed) {
  /**
   * What a probe measured, and what it tells of the run.
   *
   * @param bound what takes most of the time: {@code planning}, {@code reading}, {@code
   *     small_contents} or {@code large_contents}
   * @param boundText the same for people, a part of a sentence
   */
  public record Probed(Probe probe, String bound, String boundText) {}

  /** Copies the collections, order kept. */
  public Estimate {
    requests = Collections.unmodifiableMap(new LinkedHashMap<>(requests));
    basis = List.copyOf(basis);
  }

  /** Returns the seconds of the whole run. */
  public double seconds() {
    return measuredSeconds + uploadSeconds;
  }

  /** Returns what the run costs once; keeping what it uploads is not in it. */
  public BigDecimal onceCost() {
    return requestsCost.add(transferCost);
  }
}
