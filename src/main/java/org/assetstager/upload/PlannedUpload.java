package org.assetstager.upload;

import static java.util.Objects.requireNonNull;

import org.assetstager.manifest.ManifestRow;
import org.assetstager.verify.Candidate;
import org.jspecify.annotations.Nullable;

/**
 * One content to upload, from the file of a row that claims it.
 *
 * @param candidate claims an MD5; whether its file has it is found out as it is sent
 * @param stagingSize bytes of what staging holds under the key without its being proved; null where
 *     there is nothing
 * @param lookFirst whether to look at staging before sending: on a second attempt and on resume,
 *     since a refused conditional request still sends its whole body
 */
public record PlannedUpload(Candidate candidate, @Nullable Long stagingSize, boolean lookFirst) {
  /** Returns this with or without a look at what is there. */
  PlannedUpload lookingFirst(boolean look) {
    return new PlannedUpload(candidate, stagingSize, look);
  }

  ManifestRow row() {
    return candidate.found().row();
  }

  String topHash() {
    return requireNonNull(row().topHash());
  }

  /** Returns the MD5 that the row claims: 32 lower-case hex digits. */
  String md5() {
    return requireNonNull(candidate.found().md5());
  }

  long size() {
    return requireNonNull(row().storedSize());
  }

  String path() {
    return requireNonNull(row().path());
  }
}
