/**
 * Manifest rows and the files they name come in, one {@link org.assetstager.verify.VerifiedRow} for
 * each goes out: by its facts alone, by reading it, or by finding it under another name.
 */
@NullMarked
package org.assetstager.verify;

import org.jspecify.annotations.NullMarked;
