/** Open files come in, their MD5 and the MD5s of their parts go out. */
@NullMarked
package org.assetstager.digest;

import org.jspecify.annotations.NullMarked;
