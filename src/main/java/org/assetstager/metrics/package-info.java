/**
 * What every JVM of the job counts comes in, what Spark's metrics system shows of the whole job
 * goes out.
 */
@NullMarked
package org.assetstager.metrics;

import org.jspecify.annotations.NullMarked;
