package org.assetstager.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;

/**
 * A file that a task of a step has written.
 *
 * @param kind what its rows are, in small letters; a step may write several kinds
 * @param number of the task's partition or work file, from 0
 * @param name in the step's folder; no other task, attempt or driver ever uses it
 * @param rows in the file
 * @param weight of the work that the rows are, in bytes; 0 where they are none
 * @param outcomes of the rows, where they are the ledger's; else empty
 */
@JsonInclude(Include.NON_DEFAULT)
public record StepFile(
    String kind, int number, String name, long rows, long weight, Map<Outcome, Total> outcomes)
    implements Serializable {
  /** In the order of steps' files: by their kinds, then by their numbers. */
  static final Comparator<StepFile> ORDER =
      Comparator.comparing(StepFile::kind)
          .thenComparingInt(StepFile::number)
          .thenComparing(StepFile::name);

  /** Takes what a commit may leave out. */
  public StepFile {
    outcomes = outcomes == null ? Map.of() : Map.copyOf(outcomes);
  }
}
