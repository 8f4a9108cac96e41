package org.assetstager.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to {@link BenchS3Server}.
 *
 * @param bucket empty where the path names none
 * @param key empty where the path names none
 * @param query decoded; a name without a value has an empty one
 * @param headers by names in lower case
 * @param body decoded
 */
record BenchRequest(
    String method,
    String bucket,
    String key,
    Map<String, String> query,
    Map<String, String> headers,
    InputStream body) {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Reads the next request, up to its body; null where the connection ends. */
  static @Nullable BenchRequest read(HttpInput in, OutputStream out) throws IOException {
    String line = in.line();
    if (line == null) {
      return null;
    }
    String[] words = line.split(" ", 3);
    Map<String, String> headers = headers(in);
    if (headers.containsKey("expect")) {
      out.write(CONTINUE);
    }
    String[] target = words[1].split("\\?", 2);
    String[] path = target[0].substring(1).split("/", 2);
    return new BenchRequest(
        words[0],
        decoded(path[0]),
        path.length > 1 ? decoded(path[1]) : "",
        query(target.length > 1 ? target[1] : ""),
        headers,
        body(in, headers));
  }

  private static Map<String, String> headers(HttpInput in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    while (true) {
      String line = in.line();
      if (line == null) {
        throw new EOFException();
      }
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
  }

  private static InputStream body(HttpInput in, Map<String, String> headers) {
    // Either wraps the other's bytes in nothing but chunks; in both at once, HTTP's lie outside.
    boolean aws = headers.getOrDefault("x-amz-content-sha256", "").startsWith("STREAMING-");
    InputStream body =
        headers.containsKey("transfer-encoding")
            ? in.chunked()
            : aws
                ? in.chunked()
                : in.fixed(Long.parseLong(headers.getOrDefault("content-length", "0")));
    return aws && headers.containsKey("transfer-encoding") ? new HttpInput(body).chunked() : body;
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new HashMap<>();
    for (String part : text.split("&", -1)) {
      String[] nameAndValue = part.split("=", 2);
      query.put(
          URLDecoder.decode(nameAndValue[0], StandardCharsets.UTF_8),
          nameAndValue.length > 1
              ? URLDecoder.decode(nameAndValue[1], StandardCharsets.UTF_8)
              : "");
    }
    return query;
  }

  private static String decoded(String path) {
    return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Returns a value of the query; null without it. */
  @Nullable String parameter(String name) {
    return query.get(name);
  }

  /** Returns a header; null without it. */
  @Nullable String header(String name) {
    return headers.get(name);
  }
}
