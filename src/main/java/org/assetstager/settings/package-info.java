/** HOCON files and overrides come in, validated and typed settings go out. */
@NullMarked
package org.assetstager.settings;

import org.jspecify.annotations.NullMarked;
