package org.assetstager.digest;

import java.io.IOException;

/** A file that has more or fewer bytes than it had when it was opened. */
public final class SizeChangedException extends IOException {
  private static final long serialVersionUID = 1;

  private SizeChangedException(String change, long size, String now) {
    super("The file " + change + " while it was read: it had " + size + " bytes, now " + now);
  }

  static SizeChangedException grown(long size) {
    return new SizeChangedException("grew", size, "more");
  }

  static SizeChangedException shrunk(long size, long now) {
    return new SizeChangedException("shrank", size, String.valueOf(now));
  }
}
