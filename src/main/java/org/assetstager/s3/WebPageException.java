package org.assetstager.s3;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The answer is a web page instead of S3's XML, for example from a login page or a proxy. */
public final class WebPageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final int BEGIN_BYTES = 512;

  private WebPageException() {
    super("It is a web page");
  }

  /**
   * Makes sure that a body is no web page.
   *
   * @throws SdkClientException caused by a {@link WebPageException} if it is one
   */
  public static void requireNone(byte[] body) {
    String begin =
        new String(body, 0, Math.min(body.length, BEGIN_BYTES), StandardCharsets.UTF_8)
            .stripLeading()
            .toLowerCase(Locale.ROOT);
    if (begin.startsWith("<!doctype html") || begin.startsWith("<html")) {
      throw SdkClientException.create(
          "The answer is not a listing but a web page", new WebPageException());
    }
  }
}
