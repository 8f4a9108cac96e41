/**
 * Settings of one side come in, its one client of this JVM and the classification of its failures
 * go out.
 */
@NullMarked
package org.assetstager.s3;

import org.jspecify.annotations.NullMarked;
