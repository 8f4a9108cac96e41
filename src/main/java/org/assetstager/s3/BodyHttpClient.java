package org.assetstager.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import org.apache.commons.io.IOUtils;
import org.apache.http.Header;
import org.apache.http.HttpResponse;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpPut;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.config.SocketConfig;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.entity.AbstractHttpEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.DefaultConnectionKeepAliveStrategy;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.HTTP;
import org.apache.http.protocol.HttpContext;
import org.assetstager.settings.S3Settings;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SystemPropertyTlsKeyManagersProvider;

/**
 * Sends PUT requests, whose bodies have a known length, without a proxy. It writes a body in large
 * pieces; the SDK's client, on the same library, writes 8 KiB at a time, which takes twice the CPU
 * time. Nothing is opened before the first request.
 */
final class BodyHttpClient implements SdkHttpClient {
  /** As the SDK's, unless the server keeps connections for a shorter time. */
  private static final long KEEP_ALIVE_MILLIS = 60_000;

  /** As many as Java's sockets write at once. */
  private static final int PIECE_BYTES = 128 << 10;

  private final String scheme;
  private final S3Settings s3;
  private final int maxConnections;
  private @Nullable CloseableHttpClient client;

  /** Makes a client for servers with a scheme: {@code http} or {@code https}. */
  BodyHttpClient(String scheme, S3Settings s3, int maxConnections) {
    this.scheme = scheme;
    this.s3 = s3;
    this.maxConnections = maxConnections;
  }

  private synchronized CloseableHttpClient client() {
    if (client == null) {
      client = open();
    }
    return client;
  }

  private CloseableHttpClient open() {
    int socketMillis = Math.toIntExact(s3.attemptTimeout().toMillis());
    PoolingHttpClientConnectionManager connections =
        new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                .register(
                    scheme,
                    scheme.equals("http") ? PlainConnectionSocketFactory.getSocketFactory() : tls())
                .build());
    connections.setMaxTotal(maxConnections);
    connections.setDefaultMaxPerRoute(maxConnections);
    connections.setDefaultSocketConfig(
        SocketConfig.custom()
            .setSoTimeout(socketMillis)
            .setSoKeepAlive(true)
            .setTcpNoDelay(true)
            .build());
    return HttpClientBuilder.create()
        .setConnectionManager(connections)
        .setKeepAliveStrategy(BodyHttpClient::keepAliveMillis)
        .evictExpiredConnections()
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

  /** As the SDK's client: with the keys that system properties name, and the JVM's trust store. */
  private static ConnectionSocketFactory tls() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(SystemPropertyTlsKeyManagersProvider.create().keyManagers(), null, null);
      return new SSLConnectionSocketFactory(context);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has TLS", e);
    }
  }

  private static long keepAliveMillis(HttpResponse answer, HttpContext context) {
    long server = DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(answer, context);
    return server <= 0 ? KEEP_ALIVE_MILLIS : Math.min(server, KEEP_ALIVE_MILLIS);
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    SdkHttpRequest described = request.httpRequest();
    if (described.method() != SdkHttpMethod.PUT) {
      throw new IllegalArgumentException("Only for PUT, not " + described.method());
    }
    HttpPut sent = new HttpPut();
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
  public synchronized void close() {
    if (client == null) {
      return;
    }
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
        IOUtils.copy(in, out, (int) Math.max(1, Math.min(PIECE_BYTES, length)));
      }
    }

    @Override
    public boolean isStreaming() {
      return true;
    }
  }

  private final class Attempt implements ExecutableHttpRequest {
    private final HttpPut request;

    Attempt(HttpPut request) {
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      CloseableHttpResponse answer = client().execute(request);
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
