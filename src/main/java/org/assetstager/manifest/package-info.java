/**
 * Manifest files come in, one {@link org.assetstager.manifest.ManifestRow} for each of their rows
 * goes out.
 */
@NullMarked
package org.assetstager.manifest;

import org.jspecify.annotations.NullMarked;
