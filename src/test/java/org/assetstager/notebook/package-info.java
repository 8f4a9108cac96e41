/**
 * What the notebooks need, no part of the job: a Jupyter kernel for Java, how rows and charts are
 * shown in it, and sample ledgers.
 */
@NullMarked
package org.assetstager.notebook;

import org.jspecify.annotations.NullMarked;
