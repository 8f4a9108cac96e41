/** The command line and the pipeline: arguments and settings come in, an exit code goes out. */
@NullMarked
package org.assetstager;

import org.jspecify.annotations.NullMarked;
