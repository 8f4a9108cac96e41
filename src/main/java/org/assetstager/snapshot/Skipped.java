package org.assetstager.snapshot;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory that the snapshot skipped.
 *
 * @param path relative to the root; with U+FFFD for bytes that are no UTF-8
 * @param detail more than the reason says, such as the system's error, or null
 */
public record Skipped(String path, SkipReason reason, @Nullable String detail)
    implements Serializable {}
