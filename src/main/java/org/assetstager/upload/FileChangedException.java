package org.assetstager.upload;

import java.io.IOException;
import org.assetstager.asset.Md5;
import org.jspecify.annotations.Nullable;

/** The file changed while it was uploaded, or never had the content that its row claims. */
final class FileChangedException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient @Nullable Md5 found;

  FileChangedException(String message) {
    super(message);
    this.found = null;
  }

  /** The whole file was read and has another MD5. */
  FileChangedException(Md5 found) {
    super("The file's MD5 is " + found);
    this.found = found;
  }

  /** Returns the MD5 of the whole file, where it was read; else null. */
  @Nullable Md5 found() {
    return found;
  }
}
