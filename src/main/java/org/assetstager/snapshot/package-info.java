/** A directory comes in, a manifest of its files goes out. */
@NullMarked
package org.assetstager.snapshot;

import org.jspecify.annotations.NullMarked;
