package org.assetstager.plan;

import org.jspecify.annotations.Nullable;

/**
 * A content and what both sides hold of it.
 *
 * @param remoteSize bytes of the object under the content's key in the remote, null where there is
 *     none
 * @param remoteEtag of that object, without quotes, or null
 * @param stagingSize bytes of the object under the content's key in staging, null where there is
 *     none
 * @param stagingEtag of that object, without quotes, or null
 */
public record PlannedContent(
    Content content,
    @Nullable Long remoteSize,
    @Nullable String remoteEtag,
    @Nullable Long stagingSize,
    @Nullable String stagingEtag) {

  /** Returns what to do with the content. */
  public Exclusion exclusion() {
    return Exclusion.of(content.md5(), content.size(), remoteSize, stagingSize, stagingEtag);
  }
}
