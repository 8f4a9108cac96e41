/**
 * Manifest rows and the files they name come in, one {@link org.assetstager.verify.VerifiedRow} for
 * each goes out.
 */
@NullMarked
package org.assetstager.verify;

import org.jspecify.annotations.NullMarked;
