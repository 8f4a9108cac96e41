package org.assetstager.settings;

import java.io.Serializable;
import java.time.Duration;

/** Timeouts and attempts of every request, retries being the SDK's. */
public record S3Settings(
    Duration connectTimeout, Duration attemptTimeout, Duration callTimeout, int maxAttempts)
    implements Serializable {}
