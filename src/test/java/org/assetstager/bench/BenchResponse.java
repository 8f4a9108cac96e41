package org.assetstager.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer of {@link BenchS3Server}.
 *
 * @param length as the header says; of the body, but for an answer to HEAD
 */
record BenchResponse(int status, Map<String, String> headers, String body, long length) {

  /** Makes an answer without a body. */
  static BenchResponse empty(int status, Map<String, String> headers) {
    return new BenchResponse(status, headers, "", 0);
  }

  /** Makes an answer of 200 with a document. */
  static BenchResponse xml(String document) {
    return xml(200, document);
  }

  /** Makes an answer that says what is wrong. */
  static BenchResponse error(int status, String code, String message) {
    return xml(
        status, "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
  }

  private static BenchResponse xml(int status, String document) {
    String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document;
    return new BenchResponse(
        status,
        Map.of("Content-Type", "application/xml"),
        body,
        body.getBytes(StandardCharsets.UTF_8).length);
  }

  /** Sends it in one piece. */
  void write(OutputStream out, boolean withBody) throws IOException {
    StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append(" -\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    if (status != 204) {
      text.append("Content-Length: ").append(length).append("\r\n");
    }
    text.append("x-amz-request-id: bench\r\n\r\n");
    out.write((withBody ? text.append(body) : text).toString().getBytes(StandardCharsets.UTF_8));
  }
}
