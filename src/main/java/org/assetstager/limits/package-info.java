/**
 * What executors ask before they send comes in, leave to send at a rate that holds for the whole
 * cluster goes out.
 */
@NullMarked
package org.assetstager.limits;

import org.jspecify.annotations.NullMarked;
