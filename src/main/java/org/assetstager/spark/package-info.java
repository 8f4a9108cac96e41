/**
 * Records come in, rows go out, and the other way; the few helpers that every Spark stage shares.
 */
@NullMarked
package org.assetstager.spark;

import org.jspecify.annotations.NullMarked;
