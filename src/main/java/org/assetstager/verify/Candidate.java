package org.assetstager.verify;

import org.assetstager.spark.RecordCodec;

/**
 * A row whose file may have to be staged: the scan left its verdict open, or the digest found it
 * unchanged. It claims the MD5 in {@link VerifiedRow#md5}, unless that is null. Or a row whose file
 * is missing, and may have been renamed.
 *
 * @param found the manifest row and what was seen of its file; {@link Verdict#UNCHANGED} here means
 *     that nothing speaks against it. Where {@link VerifiedRow#digested} is false, {@code detail}
 *     says which facts differ, null where none does, and the file has not been read
 * @param rootRealPath where the row's root leads to: the same on every host
 * @param rootInode inode of the root, unsigned: the same on every host
 */
public record Candidate(VerifiedRow found, String rootRealPath, long rootInode) {
  public static final RecordCodec<Candidate> CODEC = RecordCodec.of(Candidate.class);

  /** Returns what each host has to see of the root. */
  public AssetRoot.Seen rootSeen() {
    return new AssetRoot.Seen(rootRealPath, rootInode);
  }
}
