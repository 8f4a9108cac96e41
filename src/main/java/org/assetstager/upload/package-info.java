/** Work files come in, the ledger rows of their rows go out. */
@NullMarked
package org.assetstager.upload;

import org.jspecify.annotations.NullMarked;
