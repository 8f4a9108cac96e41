package org.assetstager.architecture.broken.asset;

/** Known by a later stage, as it may be. */
public final class Early {}
