package org.assetstager.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The S3 server that a benchmark sends to: two buckets, and one key that may do everything. */
sealed interface BenchStore extends AutoCloseable {
  /** Bucket of the contents that the server has taken over; empty. */
  String REMOTE = "remote";

  /** Bucket for uploads. */
  String STAGING = "staging";

  /** Id of the access key. */
  String KEY = "user";

  /** Its secret. */
  String SECRET = "user-secret";

  /** Returns the URL. */
  String endpoint();

  /** Removes what is staged. */
  void empty() throws IOException, InterruptedException;

  @Override
  void close() throws IOException, InterruptedException;

  /** Starts a server: {@code s3proxy}, or else {@link BenchS3Server}. */
  static BenchStore start(String kind, Path folder) throws IOException, InterruptedException {
    return kind.equals("s3proxy") ? Proxy.start(folder) : Own.start();
  }

  /** {@link BenchS3Server}. */
  record Own(BenchS3Server.Running server) implements BenchStore {
    private static Own start() throws IOException {
      return new Own(BenchS3Server.Running.start(List.of("bucket", REMOTE, "bucket", STAGING)));
    }

    @Override
    public String endpoint() {
      return server.endpoint();
    }

    @Override
    public void empty() throws IOException, InterruptedException {
      for (String method : List.of("DELETE", "PUT")) {
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(endpoint() + "/" + STAGING))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build(),
                BodyHandlers.discarding());
      }
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /**
   * {@code scripts/s3-server}, which stores on disk.
   *
   * @param folder where it does
   */
  record Proxy(Path folder, String endpoint) implements BenchStore {
    private static Proxy start(Path folder) throws IOException, InterruptedException {
      return new Proxy(folder, run(folder, "start"));
    }

    private static String run(Path folder, String command)
        throws IOException, InterruptedException {
      ProcessBuilder builder =
          new ProcessBuilder("scripts/s3-server", command)
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().putAll(Map.of("S3_SERVER_FOLDER", folder.toString()));
      Process process = builder.start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      if (process.waitFor() != 0) {
        throw new IOException("scripts/s3-server " + command + " failed");
      }
      return printed;
    }

    @Override
    public void empty() throws IOException {
      Path bucket = folder.resolve("buckets").resolve(STAGING);
      BenchFiles.delete(bucket);
      Files.createDirectory(bucket);
    }

    @Override
    public void close() throws IOException, InterruptedException {
      run(folder, "stop");
    }
  }
}
