package org.assetstager.audit;

import org.jspecify.annotations.Nullable;

/**
 * What a ledger claims of one content, for all of its rows. Anyone who may write to the ledger's
 * folder can have altered it, so nothing in it is sure.
 *
 * @param topHash the namespace
 * @param md5 32 hex digits
 * @param size bytes
 * @param inRemote whether the run found it in the remote
 * @param recordedEtag of the object that the run proved in staging, without quotes; null where it
 *     proved none
 * @param rows how many rows of the ledger claim it
 * @param exampleRoot root of one of these rows
 * @param examplePath path of that row
 */
record ClaimedContent(
    @Nullable String topHash,
    @Nullable String md5,
    @Nullable Long size,
    boolean inRemote,
    @Nullable String recordedEtag,
    long rows,
    @Nullable String exampleRoot,
    @Nullable String examplePath) {}
