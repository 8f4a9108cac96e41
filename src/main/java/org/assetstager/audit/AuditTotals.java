package org.assetstager.audit;

import com.google.common.collect.Maps;
import com.google.common.math.LongMath;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The numbers of contents that an audit confirmed, by proof, and that it couldn't confirm, by
 * problem.
 *
 * @param held contents whose claim holds, by their proof
 * @param problems contents whose claim doesn't hold
 */
public record AuditTotals(Map<AuditProof, Total> held, Map<AuditProblem, Total> problems)
    implements Serializable {
  /** No content. */
  static final AuditTotals NONE = new AuditTotals(Map.of(), Map.of());

  private static final Total NOUGHT = new Total(0, 0, 0);

  /**
   * Some contents.
   *
   * @param rows of the ledger that claim them
   * @param bytes as the ledger says, each content counted once; {@link Long#MAX_VALUE} where that
   *     is more
   */
  public record Total(long contents, long rows, long bytes) implements Serializable {
    Total plus(Total other) {
      // A damaged row may claim any size.
      return new Total(
          contents + other.contents, rows + other.rows, LongMath.saturatedAdd(bytes, other.bytes));
    }
  }

  /** Copies the maps. */
  public AuditTotals {
    held = Maps.immutableEnumMap(held);
    problems = Maps.immutableEnumMap(problems);
  }

  /** Returns both together. */
  AuditTotals plus(AuditTotals other) {
    Counter sum = new Counter();
    for (AuditTotals each : List.of(this, other)) {
      each.held.forEach((proof, more) -> sum.held.merge(proof, more, Total::plus));
      each.problems.forEach((problem, more) -> sum.problems.merge(problem, more, Total::plus));
    }
    return sum.totals();
  }

  /** Counts contents one after another. */
  static final class Counter {
    private final Map<AuditProof, Total> held = new EnumMap<>(AuditProof.class);
    private final Map<AuditProblem, Total> problems = new EnumMap<>(AuditProblem.class);

    void add(AuditedContent content) {
      long size = content.size() == null ? 0 : Math.max(0, content.size());
      Total one = new Total(1, content.rows(), size);
      if (content.problem() == null) {
        held.merge(Objects.requireNonNull(content.proof()), one, Total::plus);
      } else {
        problems.merge(content.problem(), one, Total::plus);
      }
    }

    AuditTotals totals() {
      return new AuditTotals(held, problems);
    }
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
