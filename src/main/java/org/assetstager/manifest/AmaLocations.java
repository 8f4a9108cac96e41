package org.assetstager.manifest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.JobFailure;

/**
 * Where AMA keeps what belongs to one manifest.
 *
 * @param manifest the manifest's path as given
 * @param root absolute directory of the asset, without a scheme, normalised
 * @param states path of the states, with the manifest's scheme if it has one
 * @param fileStats path of the stored stats, with the manifest's scheme if it has one
 */
public record AmaLocations(String manifest, String root, String states, String fileStats) {
  /** A local URI names no host, and isn't percent-encoded: that is how Hadoop writes them. */
  private static final Pattern LAYOUT =
      Pattern.compile(
          "(?<repo>(?:file:(?://(?=/))?(?!//))?(?<root>/(?:.*/)?)\\.asset/)"
              + "manifests/(?<version>[^/]+/[^/]+\\.json)",
          Pattern.DOTALL);

  /**
   * Derives the locations from {@code <root>/.asset/manifests/<asset id>/<version>.json}.
   *
   * @param manifest an absolute path on the shared file system, with {@code file:} or without
   * @throws JobFailure if the path is of another form
   */
  public static AmaLocations of(String manifest) {
    Matcher layout = LAYOUT.matcher(manifest);
    if (layout.matches()) {
      try {
        String root = PosixPath.absolute(layout.group("root"));
        String repo = layout.group("repo");
        return new AmaLocations(
            manifest, root, repo + "states/" + layout.group("version"), repo + "file_stats.json");
      } catch (IllegalArgumentException e) {
        throw notAma(manifest);
      }
    }
    throw notAma(manifest);
  }

  private static JobFailure notAma(String manifest) {
    return JobFailure.input(
        Text.quoted(manifest) + " is not a place where AMA keeps a manifest",
        "Give <root>/.asset/manifests/<asset id>/<version>.json, with <root> an absolute path on"
            + " the shared file system that has no '..' in it.");
  }
}
