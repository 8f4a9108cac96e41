/** A run's report, its rows and its tasks come in, {@code report.html} goes out. */
@NullMarked
package org.assetstager.report.html;

import org.jspecify.annotations.NullMarked;
