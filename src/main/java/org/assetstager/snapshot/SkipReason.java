package org.assetstager.snapshot;

/** Why something below the root isn't a row of the manifest. */
public enum SkipReason {
  /** The asset manager's own folder, directly below the root. */
  ASSET_FOLDER("the asset manager's folder .asset and everything in it"),
  /** Not followed: what it leads to is a row of its own, or isn't below the root. */
  SYMBOLIC_LINK("a symbolic link"),
  /** There is no content to take. */
  SPECIAL_FILE("a FIFO, a socket or a device"),
  /** The NFS client keeps it under a name of its own until no program has it open. */
  REMOVED("a file that was removed on NFS while a program had it open"),
  /** Java can't ask for the file. */
  NAME_NOT_UTF8("the name isn't valid UTF-8"),
  /** Permissions or an I/O error; for a directory, with all that is in it. */
  UNREADABLE("it can't be read"),
  /** No upload can take it. */
  TOO_LARGE("it is larger than the largest object of S3"),
  /** It was there when its directory was read, or a list says so. */
  VANISHED("it isn't there any more"),
  /** A list names it; only what is below the root is taken. */
  OUTSIDE_ROOT("it isn't below the root"),
  /** A list names it; it takes the files that it names, not what is below. */
  DIRECTORY("a directory, where the list should name a file"),
  /** An entry of a list that can't be understood. */
  BAD_ENTRY("the list's entry can't be understood"),
  /** A list names it more often. */
  LISTED_TWICE("the list names it more than once; it is one row"),
  /** Its content isn't known for certain. */
  CHANGED("it kept changing while it was read");

  private final String words;

  SkipReason(String words) {
    this.words = words;
  }

  /** Returns the reason in words. */
  public String words() {
    return words;
  }
}
