/** The way in: arguments come in, an exit code goes out. */
@NullMarked
package org.assetstager;

import org.jspecify.annotations.NullMarked;
