package org.assetstager.verify;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The system's errors in words. */
final class SystemErrors {
  private SystemErrors() {}

  /** Returns the error without the path, never empty. */
  static String describe(IOException error) {
    String text = error.getMessage();
    if (error instanceof FileSystemException systemError) {
      text = systemError.getReason();
      if (text == null && error instanceof NoSuchFileException) {
        text = "No such file or directory";
      } else if (text == null && error instanceof AccessDeniedException) {
        text = "Permission denied";
      }
    }
    return text == null || text.isBlank() ? error.getClass().getSimpleName() : text;
  }
}
