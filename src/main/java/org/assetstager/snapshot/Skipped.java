package org.assetstager.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * A file or directory that was left out.
 *
 * @param path relative to the root; with U+FFFD for bytes that are no UTF-8
 * @param detail more than the reason says, such as the system's error, or null
 */
public record Skipped(String path, SkipReason reason, @Nullable String detail) {}
