package org.assetstager.settings;

import java.io.Serializable;

/**
 * All settings of a run, as {@code reference.conf} describes them; made by {@link SettingsLoader}.
 *
 * @param remote the bucket of indexed content, which is only read
 * @param staging the bucket that content is uploaded to
 * @param ledgerPath the folder that holds the runs' folders, with its scheme
 */
public record Settings(
    BucketSettings remote,
    StagingSettings staging,
    String ledgerPath,
    ManifestSettings manifest,
    VerifySettings verify,
    UploadSettings upload,
    S3Settings s3)
    implements Serializable {}
