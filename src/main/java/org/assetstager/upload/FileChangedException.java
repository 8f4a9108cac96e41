package org.assetstager.upload;

import java.io.IOException;

/** The file is no longer what verification found. */
final class FileChangedException extends IOException {
  private static final long serialVersionUID = 1;

  FileChangedException(String message) {
    super(message);
  }
}
