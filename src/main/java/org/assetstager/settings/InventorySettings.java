package org.assetstager.settings;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Whether an S3 Inventory replaces the listing of the remote.
 *
 * @param manifest Hadoop path of the inventory's {@code manifest.json}; null to list the bucket
 * @param confirm whether to ask the bucket for each content that the inventory names
 */
public record InventorySettings(@Nullable String manifest, boolean confirm)
    implements Serializable {}
