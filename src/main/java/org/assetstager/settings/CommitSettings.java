package org.assetstager.settings;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How {@code commit} copies staged content to the remote.
 *
 * @param credentials the asset server's; all null where the job is no server's
 * @param trustsRecordedEtags whether an object in staging with the ETag that the run's ledger has
 *     is taken for the content; else only what the store itself says, or reading it, proves it
 * @param partSizeBytes larger contents are copied in parts; the size of a part where that of the
 *     staged object isn't known
 * @param storageClass of the remote's objects, or null
 * @param encryption that is asked for
 * @param kmsKeyId for {@code KMS}, or null for the account's default key
 */
public record CommitSettings(
    Credentials credentials,
    boolean trustsRecordedEtags,
    long partSizeBytes,
    @Nullable String storageClass,
    StagingSettings.Encryption encryption,
    @Nullable String kmsKeyId)
    implements Serializable {}
