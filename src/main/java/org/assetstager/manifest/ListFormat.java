package org.assetstager.manifest;

/** How a list of files is written. */
public enum ListFormat {
  /** One of the others, told by how the list begins. */
  AUTO,
  /** Each path is ended by a NUL, as {@code find -print0} does. */
  NUL,
  /** Each path is ended by a newline; every other byte is the path's. */
  NEWLINE,
  /** RFC 4180, with a header that has {@code path} and any other field of a manifest. */
  CSV
}
