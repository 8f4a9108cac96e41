package org.assetstager.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.apache.http.Header;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpEntityEnclosingRequestBase;
import org.apache.http.config.SocketConfig;
import org.apache.http.entity.AbstractHttpEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.protocol.HTTP;
import org.assetstager.settings.S3Settings;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Sends requests with bodies of a known length, without a proxy. It writes a body in pieces as large
 * as the body's stream passes them on; the SDK's client, on the same library, writes 8 KiB at a
 * time, which takes twice the CPU time.
 */
final class BodyHttpClient implements SdkHttpClient {
  /** As the SDK's. */
  private static final int IDLE_SECONDS = 60;

  private final CloseableHttpClient client;

  BodyHttpClient(S3Settings s3, int maxConnections) {
    int socketMillis = Math.toIntExact(s3.attemptTimeout().toMillis());
    this.client =
        HttpClientBuilder.create()
            // The JVM's key store and trust store.
            .useSystemProperties()
            .setMaxConnTotal(maxConnections)
            .setMaxConnPerRoute(maxConnections)
            .evictIdleConnections(IDLE_SECONDS, TimeUnit.SECONDS)
            .setDefaultSocketConfig(
                SocketConfig.custom()
                    .setSoTimeout(socketMillis)
                    .setSoKeepAlive(true)
                    .setTcpNoDelay(true)
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectTimeout(Math.toIntExact(s3.connectTimeout().toMillis()))
                    .setConnectionRequestTimeout(socketMillis)
                    .setSocketTimeout(socketMillis)
                    .setNormalizeUri(false)
                    .build())
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    SdkHttpRequest described = request.httpRequest();
    Request sent = new Request(described.method().name());
    // As the SDK's client: some servers take two slashes for one.
    String path = described.encodedPath().replace("//", "/%2F");
    sent.setURI(described.toBuilder().encodedPath(path).build().getUri());
    long length = -1;
    for (String name : described.headers().keySet()) {
      String value = described.firstMatchingHeader(name).orElseThrow();
      if (name.equalsIgnoreCase(HTTP.CONTENT_LEN)) {
        length = Long.parseLong(value);
      } else {
        sent.setHeader(name, value);
      }
    }
    sent.setEntity(new Content(request.contentStreamProvider().orElseThrow(), length));
    return new Attempt(sent);
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Request extends HttpEntityEnclosingRequestBase {
    private final String method;

    Request(String method) {
      this.method = method;
    }

    @Override
    public String getMethod() {
      return method;
    }
  }

  private static final class Content extends AbstractHttpEntity {
    private final ContentStreamProvider streams;
    private final long length;

    Content(ContentStreamProvider streams, long length) {
      this.streams = streams;
      this.length = length;
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public long getContentLength() {
      return length;
    }

    @Override
    public InputStream getContent() {
      return streams.newStream();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      try (InputStream in = getContent()) {
        in.transferTo(out);
      }
    }

    @Override
    public boolean isStreaming() {
      return true;
    }
  }

  private final class Attempt implements ExecutableHttpRequest {
    private final Request request;

    Attempt(Request request) {
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      CloseableHttpResponse answer = client.execute(request);
      SdkHttpFullResponse.Builder response =
          SdkHttpFullResponse.builder()
              .statusCode(answer.getStatusLine().getStatusCode())
              .statusText(answer.getStatusLine().getReasonPhrase());
      for (Header header : answer.getAllHeaders()) {
        response.appendHeader(header.getName(), header.getValue());
      }
      HttpExecuteResponse.Builder executed =
          HttpExecuteResponse.builder().response(response.build());
      if (answer.getEntity() != null) {
        executed.responseBody(
            AbortableInputStream.create(answer.getEntity().getContent(), request::abort));
      }
      return executed.build();
    }

    @Override
    public void abort() {
      request.abort();
    }
  }
}
