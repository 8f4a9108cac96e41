package org.assetstager.upload;

import org.assetstager.settings.UploadSettings;

/** How much a task has under way at a time. */
public final class TaskLimits {
  /** With the parts below it bounds a task's memory: 8 buffers of {@code upload.part-size}. */
  static final int FILES_AT_ONCE = 4;

  static final int PARTS_IN_FLIGHT = 2;

  /** Buffers of {@code upload.part-size} that a task may fill at a time. */
  public static final int BUFFERS = FILES_AT_ONCE * PARTS_IN_FLIGHT;

  /**
   * Small files wait for the network for most of their time, and take little of that memory. As
   * many as the widest vectors have lanes for, since each has one file, if it isn't small.
   */
  public static final int SMALL_FILES_AT_ONCE = 16;

  private TaskLimits() {}

  /**
   * Returns how many parts of one content a task has under way, if it sends all of them: a content
   * that has a work file of its own takes all of the task's memory.
   */
  static int partsAtOnce(long sizeBytes, UploadSettings limits) {
    return sizeBytes > limits.splitThresholdBytes() ? BUFFERS : PARTS_IN_FLIGHT;
  }

  /**
   * Returns how many parts of several contents a task has under way.
   *
   * @param contents that go in parts, of one work file; at least 1
   */
  public static int partsOfContents(long contents) {
    return (int) Math.min(contents, FILES_AT_ONCE) * PARTS_IN_FLIGHT;
  }
}
