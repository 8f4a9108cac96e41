/** Verified rows and listings come in, a balanced plan of what to upload goes out. */
@NullMarked
package org.assetstager.plan;

import org.jspecify.annotations.NullMarked;
