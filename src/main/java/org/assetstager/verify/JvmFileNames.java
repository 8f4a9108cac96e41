package org.assetstager.verify;

import org.assetstager.asset.JobFailure;
import org.assetstager.files.Host;

/** How this JVM writes file names. */
public final class JvmFileNames {
  private JvmFileNames() {}

  /**
   * Makes sure that this JVM can use every file name in UTF-8. The JVM takes the encoding of file
   * names from its environment at its start; no system property alters it.
   *
   * @throws JobFailure of kind SYSTEM if the encoding is another one
   */
  public static void requireUtf8() {
    requireUtf8(System.getProperty("sun.jnu.encoding", "unknown"));
  }

  static void requireUtf8(String encoding) {
    if (!encoding.equalsIgnoreCase("UTF-8") && !encoding.equalsIgnoreCase("UTF8")) {
      throw JobFailure.system(
          "The JVM on "
              + Host.name()
              + " writes file names in "
              + encoding
              + ", so files with other names would look deleted",
          "Set LC_ALL=C.UTF-8 in the driver's environment and"
              + " spark.executorEnv.LC_ALL=C.UTF-8 for the executors");
    }
  }
}
