package org.assetstager.upload;

import java.util.Map;

/** The user metadata on every object that this job writes. */
final class Metadata {
  /** 32 hex digits. */
  static final String MD5 = "md5";

  /** Bytes of each part but the last, on objects put in parts. */
  static final String PART_SIZE = "part-size";

  /** The run that put the object. */
  static final String RUN_ID = "run-id";

  private Metadata() {}

  static Map<String, String> single(String md5, String runId) {
    return Map.of(MD5, md5, RUN_ID, runId);
  }

  static Map<String, String> multipart(String md5, long partSize, String runId) {
    return Map.of(MD5, md5, PART_SIZE, Long.toString(partSize), RUN_ID, runId);
  }
}
