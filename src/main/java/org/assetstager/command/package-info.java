/**
 * The arguments of a command come in, the exit code of what it had done goes out; nothing but the
 * way in knows it.
 */
@NullMarked
package org.assetstager.command;

import org.jspecify.annotations.NullMarked;
