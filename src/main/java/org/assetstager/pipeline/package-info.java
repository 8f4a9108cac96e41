/**
 * A run's manifest comes in, its ledger and its report go out: the run and how it goes on, the five
 * steps and how they follow one another, and what is told of it.
 */
@NullMarked
package org.assetstager.pipeline;

import org.jspecify.annotations.NullMarked;
