package org.assetstager.s3;

import org.jspecify.annotations.Nullable;

/** The text of ETags. */
public final class Etags {
  private Etags() {}

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
