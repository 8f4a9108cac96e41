package org.assetstager.verify;

import java.io.Serializable;

/**
 * A root as a host saw it.
 *
 * @param root as the manifest gives it
 */
public record RootSeen(String root, AssetRoot.Seen seen, String host) implements Serializable {}
