/**
 * A finished run's ledger comes in, what the buckets hold of it now goes out; nothing here can
 * write to a bucket.
 */
@NullMarked
package org.assetstager.audit;

import org.jspecify.annotations.NullMarked;
