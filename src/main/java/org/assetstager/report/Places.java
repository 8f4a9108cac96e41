package org.assetstager.report;

import java.net.URI;
import java.net.URISyntaxException;

/** Where things lie, as people copy it: a path of this computer is a plain path. */
public final class Places {
  private static final String LOCAL = "file:";

  private Places() {}

  /**
   * Returns the plain path of a location on this computer; another one as it is.
   *
   * @param location as Hadoop writes it, such as {@code file:/a b} or {@code hdfs://n/a}
   */
  public static String path(String location) {
    return location.startsWith(LOCAL)
        ? location.substring(LOCAL.length()).replaceFirst("^/+", "/")
        : location;
  }

  /** Returns a link that terminals and browsers open, of a location on this computer. */
  public static String link(String location) {
    String path = path(location);
    if (!path.startsWith("/")) {
      return location;
    }
    try {
      return "file://" + new URI(null, null, path, null).toASCIIString();
    } catch (URISyntaxException e) {
      return path;
    }
  }
}
