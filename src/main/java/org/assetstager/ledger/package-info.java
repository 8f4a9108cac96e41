/** Verified rows and the outcomes of their contents come in, the ledger's rows go out. */
@NullMarked
package org.assetstager.ledger;

import org.jspecify.annotations.NullMarked;
