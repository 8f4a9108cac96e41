package org.assetstager;

import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.package$;
import picocli.CommandLine.IVersionProvider;

/** The versions of the job and of what it runs on. */
final class Version implements IVersionProvider {
  /** Returns the job's version, as its jar says. */
  static String ofJob() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** Returns the version of the Spark that it runs on. */
  static String ofSpark() {
    return package$.MODULE$.SPARK_VERSION();
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "asset-stager " + ofJob() + ", Spark " + ofSpark() + ", Hadoop " + VersionInfo.getVersion()
    };
  }
}
