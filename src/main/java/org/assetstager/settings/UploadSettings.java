package org.assetstager.settings;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How contents are uploaded.
 *
 * @param partSizeBytes least size of a part of a multipart upload
 * @param multipartThresholdBytes larger contents go in parts
 * @param splitThresholdBytes larger contents are sent by many tasks, where one would be the last to
 *     finish, or else by one with more parts at a time
 * @param splitsInOneJvm whether many tasks do so although all of them run in the driver's JVM
 * @param maxBandwidthBytesPerSecond of the whole job, null for no limit
 * @param maxRequestsPerSecond of the whole job, null for no limit
 */
public record UploadSettings(
    long partSizeBytes,
    long multipartThresholdBytes,
    long splitThresholdBytes,
    boolean splitsInOneJvm,
    @Nullable Long maxBandwidthBytesPerSecond,
    @Nullable Integer maxRequestsPerSecond)
    implements Serializable {}
