package org.assetstager.verify;

/**
 * A file that a missing row may have been renamed to.
 *
 * @param foundPath relative to the root
 * @param foundModifiedSeconds with {@code foundModifiedNanos} the modification time since the epoch
 */
record FoundFile(
    String foundRoot,
    String foundPath,
    long foundSize,
    long foundModifiedSeconds,
    int foundModifiedNanos,
    long foundLinkCount,
    long foundInode) {

  static FoundFile of(String root, String path, FileFacts facts) {
    return new FoundFile(
        root,
        path,
        facts.size(),
        facts.modified().seconds(),
        facts.modified().nanos(),
        facts.linkCount(),
        facts.inode());
  }

  /** Returns the facts; the change time, which a rename alters, is the modification time. */
  FileFacts facts() {
    UnixTime modified = new UnixTime(foundModifiedSeconds, foundModifiedNanos);
    return new FileFacts(foundSize, modified, modified, foundLinkCount, foundInode, 0, 0);
  }
}
