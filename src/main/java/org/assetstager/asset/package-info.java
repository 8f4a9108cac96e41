/**
 * Small validating records for hashes, ids and keys: text comes in, values that can be trusted go
 * out.
 */
@NullMarked
package org.assetstager.asset;

import org.jspecify.annotations.NullMarked;
