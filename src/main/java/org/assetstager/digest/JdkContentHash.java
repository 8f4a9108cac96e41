package org.assetstager.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.assetstager.asset.Md5;

/** The MD5 of a whole content, by the JDK. */
final class JdkContentHash implements ContentHash {
  private final MessageDigest whole = newMd5();
  private long length;

  static MessageDigest newMd5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }

  @Override
  public void update(byte[] bytes, int count) {
    whole.update(bytes, 0, count);
    length += count;
  }

  @Override
  public Digest finish() {
    return new Digest(Md5.ofBytes(whole.digest()), List.of(), length);
  }
}
