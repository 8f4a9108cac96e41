package org.assetstager.catalog;

import org.jspecify.annotations.Nullable;

/**
 * A content of a namespace's first page; or, where {@code md5} is null, the note that the namespace
 * goes on after it.
 *
 * @param size of the content in bytes; in the note, about how many keys the namespace has
 * @param candidates contents that the run asks for; 0 but in the note
 * @param lastListed the page's last key, null but in the note
 */
record FirstPageRow(
    String topHash,
    @Nullable String md5,
    long size,
    @Nullable String etag,
    long candidates,
    @Nullable String lastListed) {}
