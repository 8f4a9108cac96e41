package org.assetstager.audit;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.catalog.ContentOrder;

/**
 * One of several shares of all contents. A content's share follows from its MD5 and the number of
 * shares alone, so shares are disjoint, together they are everything, and they stay the same
 * whenever and wherever a ledger is read.
 *
 * @param number from 1
 * @param of how many shares there are
 */
public record Share(int number, int of) implements Serializable {
  /** Everything. */
  public static final Share ALL = new Share(1, 1);

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})/([0-9]{1,9})");

  /** Of an MD5 the partitions of a shuffle take the first bytes. */
  private static final int FROM_BYTE = 8;

  /** Checks the numbers. */
  public Share {
    if (number < 1 || number > of) {
      throw new IllegalArgumentException("There is no share " + number + " of " + of);
    }
  }

  /**
   * Makes the share of a text such as {@code 1/30}.
   *
   * @throws IllegalArgumentException if there is no such share
   */
  public static Share parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a share such as 1/30");
    }
    return new Share(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /**
   * Whether a content is in this share.
   *
   * @param key of {@link ContentOrder}
   */
  boolean has(byte[] key) {
    return of == 1
        || Long.remainderUnsigned(ByteBuffer.wrap(key).getLong(FROM_BYTE), of) == number - 1;
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    return number + "/" + of;
  }
}
