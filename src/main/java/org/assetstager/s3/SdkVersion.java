package org.assetstager.s3;

import java.net.URL;
import java.security.CodeSource;
import java.util.Arrays;
import org.assetstager.asset.JobFailure;
import software.amazon.awssdk.core.util.VersionInfo;

/** Whether the AWS SDK on the class path is the one that this job was built with, or newer. */
public final class SdkVersion {
  /** A constant of the SDK: the compiler copies its value, so it stays that of the build. */
  private static final String BUILT_WITH = VersionInfo.SDK_VERSION;

  private SdkVersion() {}

  /**
   * Checks this JVM's SDK: a cluster's older one, first on the class path, fails in odd ways later.
   *
   * @throws JobFailure if it is older, saying where it was loaded from
   */
  public static void requireAtLeastOurs() {
    CodeSource source = VersionInfo.class.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    require(BUILT_WITH, loaded(), location == null ? "an unknown place" : location.toString());
  }

  /** Reads the field at run time, where {@code VersionInfo.SDK_VERSION} would be a constant. */
  private static String loaded() {
    try {
      return String.valueOf(VersionInfo.class.getField("SDK_VERSION").get(null));
    } catch (ReflectiveOperationException e) {
      return "unknown";
    }
  }

  static void require(String ours, String loaded, String location) {
    if (!loaded.matches("\\d+(\\.\\d+)*.*") || compare(loaded, ours) < 0) {
      throw JobFailure.system(
          "The AWS SDK on the class path is version "
              + loaded
              + ", loaded from "
              + location
              + ", but at least "
              + ours
              + " is needed",
          "Remove the older SDK from the cluster's jars, or let the job's own come first:"
              + " --conf spark.driver.userClassPathFirst=true"
              + " --conf spark.executor.userClassPathFirst=true.");
    }
  }

  private static int compare(String left, String right) {
    return Arrays.compare(numbers(left), numbers(right));
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("[^0-9]+")).mapToInt(Integer::parseInt).toArray();
  }
}
