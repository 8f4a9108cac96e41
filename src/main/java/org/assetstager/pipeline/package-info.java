/**
 * A run's manifest comes in, its ledger goes out: the five steps, and how they follow one another.
 */
@NullMarked
package org.assetstager.pipeline;

import org.jspecify.annotations.NullMarked;
