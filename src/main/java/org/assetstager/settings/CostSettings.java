package org.assetstager.settings;

import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * The prices and assumptions for the estimate of a dry run. They don't change what a run does.
 *
 * @param currency in which all prices are, such as {@code USD}
 * @param putPer1000 price of 1,000 requests that write
 * @param listPer1000 price of 1,000 requests that list
 * @param getPer1000 price of 1,000 requests that read, HEAD among them
 * @param storageGbMonth price of keeping 2^30 bytes for a month
 * @param transferPerGb price of sending 2^30 bytes
 * @param bandwidthBytesPerSecond what all executors together are taken to send
 * @param requestTime how long a request is taken to wait for its answer
 */
public record CostSettings(
    String currency,
    BigDecimal putPer1000,
    BigDecimal listPer1000,
    BigDecimal getPer1000,
    BigDecimal storageGbMonth,
    BigDecimal transferPerGb,
    long bandwidthBytesPerSecond,
    Duration requestTime)
    implements Serializable {}
