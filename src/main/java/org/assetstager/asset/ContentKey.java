package org.assetstager.asset;

/**
 * The key of a content in a bucket: {@code <prefix>contents/<top_hash>/<file_id>}.
 *
 * @param prefix empty, or ends in {@code /}
 * @param topHash the namespace
 * @param md5 the content's MD5
 */
public record ContentKey(String prefix, TopHash topHash, Md5 md5) {
  /** Returns what the keys of all contents begin with, {@code /} included. */
  public static String contents(String prefix) {
    return prefix + "contents/";
  }

  /** Returns what all keys of a namespace begin with, {@code /} included. */
  public static String namespace(String prefix, TopHash topHash) {
    return contents(prefix) + topHash + "/";
  }

  /** Returns the whole key. */
  @Override
  public String toString() {
    return namespace(prefix, topHash) + new FileId(md5);
  }
}
