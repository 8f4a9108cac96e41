/** Planned contents come in, what became of each of them in staging goes out. */
@NullMarked
package org.assetstager.upload;

import org.jspecify.annotations.NullMarked;
