package org.assetstager.verify;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import org.assetstager.asset.JobFailure;
import org.assetstager.files.Host;

/** The system's errors: their messages, and whether they concern a single file. */
public final class SystemErrors {
  /** EMFILE and ENFILE, open(2), in the words of glibc and of musl. */
  private static final Set<String> NO_MORE_FILES =
      Set.of(
          "Too many open files", "Too many open files in system", "No file descriptors available");

  private SystemErrors() {}

  /**
   * Makes sure that it is the file that can't be opened, and not the process or its host that can
   * open no more files: that says nothing of the file.
   *
   * @throws JobFailure of kind SYSTEM if it is the process or its host
   */
  public static void requireOfFile(IOException error) {
    String text = describe(error);
    if (NO_MORE_FILES.contains(text)) {
      throw JobFailure.system(
          "No more files can be opened on " + Host.name() + ": " + text,
          "Raise the limit of open files (ulimit -n) there, or run fewer tasks at once, then run"
              + " again with --resume",
          error);
    }
  }

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
