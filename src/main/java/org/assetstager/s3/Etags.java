package org.assetstager.s3;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The text of ETags. */
public final class Etags {
  private static final int MD5_DIGITS = 32;

  private Etags() {}

  /**
   * Whether an ETag is an MD5, and another one. It proves other bytes unless the object is under
   * SSE-KMS or SSE-C, which a HEAD tells and a listing doesn't (Amazon S3 API reference, Object,
   * ETag).
   *
   * @param md5 32 hex digits
   * @param etag without quotes, or null
   */
  public static boolean isOtherMd5(String md5, @Nullable String etag) {
    return etag != null && !md5.equalsIgnoreCase(etag) && isMd5(etag);
  }

  private static boolean isMd5(String etag) {
    return etag.length() == MD5_DIGITS && etag.chars().allMatch(HexFormat::isHexDigit);
  }

  /**
   * Whether an object's {@code x-amz-server-side-encryption} is SSE-KMS, under which its ETag is no
   * MD5.
   */
  public static boolean isUnderKms(@Nullable String encryption) {
    return encryption != null && encryption.startsWith("aws:kms");
  }

  /** Returns an ETag as S3 sends it (RFC 9110, section 8.8.3) without its quotes; null for none. */
  public static @Nullable String unquoted(@Nullable String etag) {
    if (etag == null) {
      return null;
    }
    boolean quoted = etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\"");
    String text = quoted ? etag.substring(1, etag.length() - 1) : etag;
    return text.isEmpty() ? null : text;
  }
}
