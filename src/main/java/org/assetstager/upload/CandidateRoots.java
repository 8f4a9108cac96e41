package org.assetstager.upload;

import java.io.Serializable;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;

/** Opens candidates' roots, in tasks. Safe for many threads. */
public interface CandidateRoots extends Serializable {
  /**
   * Returns a candidate's root, looked at once in a JVM.
   *
   * @throws org.assetstager.asset.JobFailure if it isn't what the driver saw, or isn't allowed
   */
  AssetRoot of(Candidate candidate);
}
