package org.assetstager.settings;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of an endpoint. {@link URI} gives no host where its name has an underscore, as the
 * names of containers have: such a name is none of a host (RFC 1123, section 2.1), but resolvers,
 * HTTP clients and S3 servers take it.
 *
 * @param scheme {@code http} or {@code https}
 * @param host as it is written; an IPv6 address in its brackets
 * @param port -1 for that of the scheme
 */
public record EndpointUrl(String scheme, String host, int port) {
  private static final int MOST_PORT = 65_535;

  private static final Pattern WITH_UNDERSCORE =
      Pattern.compile("([A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?)(?::([0-9]{1,5}))?");

  /**
   * Parses a URL of a host and port only.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static EndpointUrl parse(String text) {
    URI uri = URI.create(text);
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String path = uri.getRawPath();
    boolean onlyHost =
        (path == null || path.isEmpty() || path.equals("/"))
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null
            && uri.getUserInfo() == null;
    if (!onlyHost || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException("no http or https URL of a host and port only: " + text);
    }
    if (uri.getHost() != null) {
      return checked(new EndpointUrl(scheme, uri.getHost(), uri.getPort()));
    }
    Matcher authority = WITH_UNDERSCORE.matcher(String.valueOf(uri.getRawAuthority()));
    if (uri.getRawAuthority() == null || !authority.matches()) {
      throw new IllegalArgumentException("no host: " + text);
    }
    int port = authority.group(2) == null ? -1 : Integer.parseInt(authority.group(2));
    return checked(new EndpointUrl(scheme, authority.group(1), port));
  }

  private static EndpointUrl checked(EndpointUrl url) {
    if (url.port() == 0 || url.port() > MOST_PORT) {
      throw new IllegalArgumentException("no port: " + url.port());
    }
    return url;
  }

  /**
   * Returns a host that {@link URI} takes, to stand for this one until a request is sent; the same
   * where there is no need for another.
   */
  public String standInHost() {
    return host.replace('_', '-');
  }

  /** Returns the URL with {@link #standInHost}. */
  public URI standIn() {
    return URI.create(scheme + "://" + standInHost() + (port < 0 ? "" : ":" + port));
  }
}
