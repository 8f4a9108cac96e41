/**
 * Results of tasks come in, records that survive a crash go out: the folder of a run, its lock, and
 * the files of its steps.
 */
@NullMarked
package org.assetstager.run;

import org.jspecify.annotations.NullMarked;
