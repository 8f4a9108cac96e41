/** Paths of the default file system come in, what Linux tells of them and opened files go out. */
@NullMarked
package org.assetstager.files;

import org.jspecify.annotations.NullMarked;
