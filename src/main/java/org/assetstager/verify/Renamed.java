package org.assetstager.verify;

/**
 * The new path of a missing row's file; the names are apart from those of {@link VerifiedRow}.
 *
 * @param newPath relative to the row's root
 */
record Renamed(String missingFile, long missingPosition, String newPath) {}
