package org.assetstager.audit;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.assetstager.asset.Sizes;

/**
 * How many contents an audit found in order, by their proofs, and how many not, by their problems.
 *
 * @param held contents whose claim holds, by their proof
 * @param problems contents whose claim doesn't hold
 */
public record AuditTotals(Map<AuditProof, Total> held, Map<AuditProblem, Total> problems) {
  private static final Total NOUGHT = new Total(0, 0, 0);

  /**
   * Some contents.
   *
   * @param rows of the ledger that claim them
   * @param bytes as the ledger says, each content counted once; {@link Long#MAX_VALUE} where that
   *     is more
   */
  public record Total(long contents, long rows, long bytes) {
    Total plus(Total other) {
      // A damaged row may claim any size.
      return new Total(contents + other.contents, rows + other.rows, Sizes.sum(bytes, other.bytes));
    }
  }

  /** Copies the maps. */
  public AuditTotals {
    held = copy(AuditProof.class, held);
    problems = copy(AuditProblem.class, problems);
  }

  private static <K extends Enum<K>> Map<K, Total> copy(Class<K> type, Map<K, Total> map) {
    Map<K, Total> copy = new EnumMap<>(type);
    copy.putAll(map);
    return Collections.unmodifiableMap(copy);
  }

  /** Returns the contents whose claim holds by one proof. */
  public Total of(AuditProof proof) {
    return held.getOrDefault(proof, NOUGHT);
  }

  /** Returns the contents that have one problem. */
  public Total of(AuditProblem problem) {
    return problems.getOrDefault(problem, NOUGHT);
  }

  /** Returns the contents whose claim doesn't hold. */
  public Total ofProblems() {
    return problems.values().stream().reduce(NOUGHT, Total::plus);
  }

  /** Returns all contents. */
  public Total all() {
    return held.values().stream().reduce(ofProblems(), Total::plus);
  }
}
