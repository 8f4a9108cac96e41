package org.assetstager.asset;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An MD5 value.
 *
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 */
public record Md5(long high, long low) implements Comparable<Md5> {
  /** Length of the value in bytes (RFC 1321). */
  public static final int BYTES = 16;

  private static final int BASE64_LENGTH = 24;

  /** Returns a new digest, whose bytes {@link #ofBytes} takes. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
  }

  /** Computes that of the first bytes of an array. */
  public static Md5 of(byte[] bytes, int length) {
    MessageDigest md5 = newDigest();
    md5.update(bytes, 0, length);
    return ofBytes(md5.digest());
  }

  /**
   * Wraps 16 bytes as {@link MessageDigest} returns them.
   *
   * @throws IllegalArgumentException if there are not 16
   */
  public static Md5 ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("An MD5 has 16 bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Md5(buffer.getLong(), buffer.getLong());
  }

  /**
   * Reads 32 hex digits of either case, or 24 characters of standard or URL-safe base64 with their
   * padding.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public static Md5 parse(String text) {
    try {
      if (text.length() == 2 * BYTES) {
        return ofBytes(HexFormat.of().parseHex(text));
      }
      if (text.length() == BASE64_LENGTH) {
        boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        Base64.Decoder decoder = urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder();
        Md5 md5 = ofBytes(decoder.decode(text));
        // The decoder takes stray bits in the last character: one value must have one text only.
        if (text.equals(urlSafe ? md5.toUrlSafeBase64() : md5.toBase64())) {
          return md5;
        }
      }
    } catch (IllegalArgumentException e) {
      throw notAnMd5(text, e);
    }
    throw notAnMd5(text, null);
  }

  private static IllegalArgumentException notAnMd5(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "'"
            + (text.length() > 100 ? text.substring(0, 100) + "..." : text)
            + "' is not an MD5: expected 32 hex digits, or 24 characters of base64 with '=='",
        cause);
  }

  /** Returns the 16 bytes, in the order of RFC 1321. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  /** Returns 32 lower-case hex digits, as {@code md5sum} prints. */
  public String toHex() {
    return HexFormat.of().formatHex(toBytes());
  }

  /** Returns 24 characters of standard base64, as the header {@code Content-MD5} has (RFC 1864). */
  public String toBase64() {
    return Base64.getEncoder().encodeToString(toBytes());
  }

  /** Returns 24 characters of URL-safe base64 (RFC 4648, section 5), padding kept. */
  public String toUrlSafeBase64() {
    return Base64.getUrlEncoder().encodeToString(toBytes());
  }

  /** Orders as the hex forms do. */
  @Override
  public int compareTo(Md5 other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
