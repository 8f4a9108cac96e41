package org.assetstager.settings;

import java.io.Serializable;
import java.util.List;

/**
 * How manifests are read.
 *
 * @param allowedRoots absolute directories without {@code .}, {@code ..} or a slash at the end;
 *     empty allows every root
 * @param maxRowBytes a longer row is a bad row; 1GiB at most
 */
public record ManifestSettings(List<String> allowedRoots, int maxRowBytes) implements Serializable {

  /** Keeps a copy of the roots. */
  public ManifestSettings {
    allowedRoots = List.copyOf(allowedRoots);
  }
}
