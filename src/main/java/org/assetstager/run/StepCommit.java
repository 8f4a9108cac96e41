package org.assetstager.run;

import java.util.List;

/**
 * What a step of a run has come to: exactly the rows of these files. It is made once, by one
 * driver.
 *
 * @param step its name
 * @param nonce of the run that the driver works on
 * @param driver a random text: tells a driver its own commits
 * @param files in the order of their numbers, each number once at most
 */
record StepCommit(String step, String nonce, String driver, List<StepFile> files) {
  StepCommit {
    files = List.copyOf(files);
  }
}
