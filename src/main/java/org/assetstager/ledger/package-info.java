/** Results of the stages come in, records that survive a crash and the ledger's rows go out. */
@NullMarked
package org.assetstager.ledger;

import org.jspecify.annotations.NullMarked;
