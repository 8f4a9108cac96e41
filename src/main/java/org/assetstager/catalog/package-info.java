/**
 * Names of buckets and namespaces come in, what content they hold goes out; nothing here can write.
 */
@NullMarked
package org.assetstager.catalog;

import org.jspecify.annotations.NullMarked;
