/** Paths of the default file system come in, their facts and opened files go out. */
@NullMarked
package org.assetstager.files;

import org.jspecify.annotations.NullMarked;
