package org.assetstager.report;

import com.google.common.math.LongMath;
import java.io.Serializable;

/**
 * What a dry run found to send.
 *
 * @param puts contents that go in one request
 * @param multiparts contents that go in parts
 * @param parts of these
 * @param replaced contents under whose key something else lies: looked at again once written
 * @param bytes of all contents
 * @param partBytes of the contents that go in parts
 */
public record Uploads(
    long puts, long multiparts, long parts, long replaced, long bytes, long partBytes)
    implements Serializable {
  /** Nothing. */
  public static final Uploads NONE = new Uploads(0, 0, 0, 0, 0, 0);

  /** Returns both together. */
  public Uploads plus(Uploads other) {
    return new Uploads(
        puts + other.puts,
        multiparts + other.multiparts,
        parts + other.parts,
        replaced + other.replaced,
        LongMath.saturatedAdd(bytes, other.bytes),
        LongMath.saturatedAdd(partBytes, other.partBytes));
  }
}
