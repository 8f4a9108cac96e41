package org.assetstager.settings;

import java.io.Serializable;
import java.util.List;

/**
 * How manifests are read.
 *
 * @param allowedRoots absolute directories; empty allows every root
 * @param maxRowBytes a longer row is a bad row
 */
public record ManifestSettings(List<String> allowedRoots, int maxRowBytes)
    implements Serializable {}
