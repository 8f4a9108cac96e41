/** The stages of a command come in, their times and what is to be seen of them meanwhile go out. */
@NullMarked
package org.assetstager.progress;

import org.jspecify.annotations.NullMarked;
