package org.assetstager.asset;

import java.util.Base64;
import java.util.Optional;

/**
 * The last part of a content's storage key: the URL-safe base64 of its MD5, padding kept.
 *
 * @param md5 the content's MD5
 */
public record FileId(Md5 md5) {
  /** Length of the text form in characters. */
  public static final int LENGTH = 24;

  /** Reads the text form; empty where the text is no file id. */
  public static Optional<FileId> parse(String text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    try {
      FileId id = new FileId(Md5.ofBytes(Base64.getUrlDecoder().decode(text)));
      return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns the 24 characters. */
  @Override
  public String toString() {
    return md5.toUrlSafeBase64();
  }
}
