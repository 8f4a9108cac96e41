package org.assetstager.digest;

import java.io.IOException;

/** A file that has more or fewer bytes than it had when it was opened. */
public final class SizeChangedException extends IOException {
  private static final long serialVersionUID = 1;

  SizeChangedException(String message) {
    super(message);
  }
}
