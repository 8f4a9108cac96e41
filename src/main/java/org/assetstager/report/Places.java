package org.assetstager.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

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
      return "file://" + ascii(new URI(null, null, path, null).getRawPath());
    } catch (URISyntaxException e) {
      return path;
    }
  }

  /** Unlike {@link URI#toASCIIString}, which composes letters and accents: another name. */
  private static String ascii(String path) {
    StringBuilder ascii = new StringBuilder();
    for (byte octet : path.getBytes(UTF_8)) {
      if (octet >= 0) {
        ascii.append((char) octet);
      } else {
        ascii.append(String.format(Locale.ROOT, "%%%02X", octet & 0xff));
      }
    }
    return ascii.toString();
  }
}
