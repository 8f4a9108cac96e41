package org.assetstager.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The versions of the job and of what it runs on. */
public final class Version {
  private static final Properties BUILD = read("org/assetstager/build.properties");

  private Version() {}

  private static Properties read(String resource) {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getClassLoader().getResourceAsStream(resource)) {
      properties.load(Objects.requireNonNull(in, "No jar has " + resource));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
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

  /** Returns the version of the Spark that it runs on; loads none of Spark's classes. */
  public static String ofSpark() {
    return read("spark-version-info.properties").getProperty("version");
  }

  /** Returns the version of the Hadoop that it runs on; loads none of Hadoop's classes. */
  public static String ofHadoop() {
    return read("common-version-info.properties").getProperty("version");
  }
}
