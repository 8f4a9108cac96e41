package org.assetstager;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.package$;
import picocli.CommandLine.IVersionProvider;

/** The versions of the job and of what it runs on. */
final class Version implements IVersionProvider {
  private static final Properties BUILD = read();

  private static Properties read() {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      build.load(Objects.requireNonNull(in, "The jar has no build.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build;
  }

  /** Returns the job's version. */
  static String ofJob() {
    return BUILD.getProperty("version");
  }

  /**
   * Returns the commit that the job was built from, with {@code -modified} behind it if files
   * differed; {@code unknown} if it was built without Git.
   */
  static String commit() {
    return BUILD.getProperty("commit");
  }

  /** Returns the version of the Spark that it runs on. */
  static String ofSpark() {
    return package$.MODULE$.SPARK_VERSION();
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "asset-stager "
          + ofJob()
          + ", commit "
          + commit()
          + ", Spark "
          + ofSpark()
          + ", Hadoop "
          + VersionInfo.getVersion()
    };
  }
}
