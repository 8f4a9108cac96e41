package org.assetstager.spark;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.ChecksumException;

/** Distinguishes a damaged Parquet file from a failing file system. */
public final class ParquetDamage {
  /** Packages whose exceptions mean that bytes aren't Parquet, even if they are IOExceptions. */
  private static final List<String> FORMATS =
      List.of(
          "org.apache.parquet.",
          "shaded.parquet.",
          "com.github.luben.zstd.",
          "org.xerial.snappy.",
          "java.util.zip.");

  private ParquetDamage() {}

  /** Whether an exception means that a file's bytes are wrong, and not that reading failed. */
  public static boolean isToldBy(Throwable cause) {
    boolean fileSystem = false;
    for (Throwable next = cause; next != null; next = next.getCause()) {
      String name = next.getClass().getName();
      if (next instanceof ChecksumException
          || next instanceof EOFException
          || FORMATS.stream().anyMatch(name::startsWith)) {
        return true;
      }
      fileSystem |= next instanceof IOException;
    }
    return !fileSystem;
  }
}
