/**
 * A finished run's ledger comes in, content that lies in the remote goes out: copied there from
 * staging by the store itself, with the asset server's key. Nothing but the command {@code commit}
 * reaches this.
 */
@NullMarked
package org.assetstager.commit;

import org.jspecify.annotations.NullMarked;
