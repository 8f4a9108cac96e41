package org.assetstager.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import org.apache.spark.package$;

/** The versions of the job and of what it runs on. */
public final class Version {
  private static final Properties BUILD = read();

  private Version() {}

  private static Properties read() {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/org/assetstager/build.properties")) {
      build.load(Objects.requireNonNull(in, "The jar has no build.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build;
  }

  /** Returns the job's version. */
  public static String ofJob() {
    return BUILD.getProperty("version");
  }

  /**
   * Returns the commit that the job was built from, with {@code -modified} behind it if files
   * differed; {@code unknown} if it was built without Git.
   */
  public static String commit() {
    return BUILD.getProperty("commit");
  }

  /** Returns the version of the Spark that it runs on. */
  public static String ofSpark() {
    return package$.MODULE$.SPARK_VERSION();
  }
}
