package org.assetstager.report;

import com.google.common.math.LongMath;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.jspecify.annotations.Nullable;

/**
 * How many ledger rows, and how many bytes of content, each outcome has.
 *
 * @param byOutcome every outcome, in the order of {@link Outcome}; outcomes that are missing when
 *     this is made are nought
 */
public record OutcomeTotals(Map<Outcome, Total> byOutcome) {
  /** Copies the map and adds what it lacks. */
  public OutcomeTotals {
    Map<Outcome, Total> all = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      all.put(outcome, byOutcome.getOrDefault(outcome, Total.NONE));
    }
    byOutcome = Collections.unmodifiableMap(all);
  }

  /** Returns one outcome's total. */
  public Total of(Outcome outcome) {
    return byOutcome.getOrDefault(outcome, Total.NONE);
  }

  /** Returns the number of rows of all outcomes. */
  public long rows() {
    return byOutcome.values().stream().mapToLong(Total::rows).sum();
  }

  /** Returns the bytes of all outcomes, {@link Long#MAX_VALUE} where that is more. */
  public long bytes() {
    // A manifest may claim any size.
    return byOutcome.values().stream().mapToLong(Total::bytes).reduce(0, LongMath::saturatedAdd);
  }

  /** Returns the number of rows that need a person. */
  public long rowsThatNeedAPerson() {
    return byOutcome.entrySet().stream()
        .filter(entry -> entry.getKey().needsPerson())
        .mapToLong(entry -> entry.getValue().rows())
        .sum();
  }

  /** Returns how what was found of a ledger differs from what its run counted, these; or null. */
  public @Nullable String difference(OutcomeTotals found) {
    for (Outcome outcome : Outcome.values()) {
      if (!found.of(outcome).equals(of(outcome))) {
        return String.format(
            Locale.ROOT,
            "it has %,d %s rows of %,d bytes, its report says %,d of %,d",
            found.of(outcome).rows(),
            outcome,
            found.of(outcome).bytes(),
            of(outcome).rows(),
            of(outcome).bytes());
      }
    }
    return null;
  }

  /**
   * Decides the exit code of a run that came to its end, dry or not; see "Exit codes" in design.md.
   *
   * <pre>
   * FAILED rows | rows that need a person | exit code
   * ------------+-------------------------+-------------------
   * some        | any number              | 4 UPLOADS_FAILED
   * none        | some that count         | 3 NEEDS_PERSON
   * none        | none that counts        | 0 DONE
   * </pre>
   *
   * @param problems which rows that need a person count
   */
  public ExitCode exitCode(ProblemCounts problems) {
    if (of(Outcome.FAILED).rows() > 0) {
      return ExitCode.UPLOADS_FAILED;
    }
    return problems.count() ? ExitCode.NEEDS_PERSON : ExitCode.DONE;
  }
}
