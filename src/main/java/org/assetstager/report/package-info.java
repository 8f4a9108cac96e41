/** The ledger's totals come in, what people and programs read about a run goes out. */
@NullMarked
package org.assetstager.report;

import org.jspecify.annotations.NullMarked;
