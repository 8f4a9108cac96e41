package org.assetstager.settings;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A role to assume: "AssumeRole" in the AWS Security Token Service API Reference, which MinIO and
 * Ceph have too.
 *
 * @param arn of the role
 * @param stsEndpoint URL of the token service; null for AWS's of the bucket's region
 * @param externalId that the role's owner asks for, or null
 * @param sessionDuration how long its credentials are good for before they are renewed; null for
 *     what the service gives, an hour as a rule
 */
public record Role(
    String arn,
    @Nullable String stsEndpoint,
    @Nullable String externalId,
    @Nullable Duration sessionDuration)
    implements Serializable {}
