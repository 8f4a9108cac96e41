/**
 * A run's manifest comes in, its ledger and its report go out: how a run starts, continues and
 * ends, the order of its five steps, and what it reports.
 */
@NullMarked
package org.assetstager.pipeline;

import org.jspecify.annotations.NullMarked;
