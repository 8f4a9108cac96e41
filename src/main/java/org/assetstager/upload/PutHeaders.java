package org.assetstager.upload;

import java.util.HashMap;
import java.util.Map;
import org.assetstager.asset.Md5;

/** The headers of a PutObject or UploadPart that the SDK doesn't make. */
final class PutHeaders {
  private PutHeaders() {}

  /**
   * Returns the headers that describe an object and the condition for writing it.
   *
   * @param metadata by names without their prefix
   */
  static Map<String, String> of(Md5 md5, Map<String, String> metadata, WriteCondition condition) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", Body.TYPE);
    headers.put("Content-MD5", md5.toBase64());
    metadata.forEach((name, value) -> headers.put("x-amz-meta-" + name, value));
    String ifNoneMatch = condition.ifNoneMatchHeader();
    if (ifNoneMatch != null) {
      headers.put("If-None-Match", ifNoneMatch);
    }
    String ifMatch = condition.ifMatchHeader();
    if (ifMatch != null) {
      headers.put("If-Match", ifMatch);
    }
    return headers;
  }
}
