package org.assetstager.digest;

import java.security.MessageDigest;
import java.util.List;
import org.assetstager.asset.Md5;

/** The MD5 of a whole content, by the JDK. */
final class JdkContentHash implements ContentHash {
  private final MessageDigest whole = Md5.newDigest();
  private long length;

  @Override
  public void update(byte[] bytes, int count) {
    whole.update(bytes, 0, count);
    length += count;
  }

  @Override
  public long position() {
    return length;
  }

  @Override
  public Digest finish() {
    return new Digest(Md5.ofBytes(whole.digest()), List.of());
  }
}
