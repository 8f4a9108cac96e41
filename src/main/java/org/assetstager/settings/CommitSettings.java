package org.assetstager.settings;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How {@code commit} copies staged content to the remote.
 *
 * @param credentials the asset server's; all null where the job is no server's
 * @param partSizeBytes larger contents are copied in parts; the size of a part where that of the
 *     staged object isn't known
 * @param storageClass of the remote's objects, or null
 * @param encryption that is asked for
 * @param kmsKeyId for {@code KMS}, or null for the account's default key
 */
public record CommitSettings(
    Credentials credentials,
    long partSizeBytes,
    @Nullable String storageClass,
    StagingSettings.Encryption encryption,
    @Nullable String kmsKeyId)
    implements Serializable {}
