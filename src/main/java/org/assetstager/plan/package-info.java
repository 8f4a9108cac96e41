/** What the listings say of a content comes in, a decision for each of its rows goes out. */
@NullMarked
package org.assetstager.plan;

import org.jspecify.annotations.NullMarked;
