package org.assetstager.digest;

/** Hashes the bytes of a content in their order. For one thread at a time. */
interface ContentHash {
  /** Takes the next bytes, the first {@code count} of an array that isn't used after the return. */
  void update(byte[] bytes, int count);

  /** Returns how many bytes have been taken: where the next ones are. */
  long position();

  /** Returns the MD5s of all bytes so far; nothing may follow. */
  Digest finish();
}
