package org.assetstager.run;

import java.util.List;
import java.util.Map;

/**
 * What a step of a run has come to: exactly the rows of these files. It is made once, by one
 * driver.
 *
 * @param step its name
 * @param nonce of the run that the driver works on
 * @param driver a random text: tells a driver its own commits
 * @param files in the order of their kinds and numbers
 * @param notes what else the tasks counted, by its name
 */
public record StepCommit(
    String step, String nonce, String driver, List<StepFile> files, Map<String, Long> notes) {
  /** Keeps a copy of the list. */
  public StepCommit {
    files = List.copyOf(files);
    notes = notes == null ? Map.of() : Map.copyOf(notes);
  }

  /** Returns the files of one kind, in the order of their numbers. */
  public List<StepFile> files(String kind) {
    return files.stream().filter(file -> file.kind().equals(kind)).toList();
  }
}
