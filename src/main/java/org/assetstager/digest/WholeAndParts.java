package org.assetstager.digest;

import java.util.List;
import org.assetstager.asset.Md5;

/**
 * The MD5s of a content and of its parts, of bytes that come in their order: two chains that are
 * hashed at once, which takes less than one after the other, if each part but the last has whole
 * blocks of MD5. For one thread at a time.
 */
public final class WholeAndParts {
  private final Md5Chain whole = new Md5Chain();
  private Md5Chain part = new Md5Chain();

  /** Starts with no bytes. */
  public WholeAndParts() {
    KnownAnswers.requireRightSteps();
  }

  /** Takes the next bytes, the first {@code count} of an array; all of them are of one part. */
  public void update(byte[] bytes, int count) {
    LanePool.hashAlone(List.of(whole.take(bytes, 0, count), part.take(bytes, 0, count)));
  }

  /** Returns the MD5 of the bytes since the part before; the next part begins. */
  public Md5 finishPart() {
    Md5 md5 = part.finish();
    part = new Md5Chain();
    return md5;
  }

  /** Returns the MD5 of all bytes; nothing may follow. */
  public Md5 finish() {
    return whole.finish();
  }
}
