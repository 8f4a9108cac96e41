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
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The S3 server that a benchmark sends to: two buckets, and one key that may do everything. */
sealed interface BenchStore extends AutoCloseable {
  /** Bucket of the contents that the server has taken over; empty. */
  String REMOTE = System.getenv().getOrDefault("BENCH_REMOTE", "remote");

  /** Bucket for uploads; each round empties it. */
  String STAGING = System.getenv().getOrDefault("BENCH_STAGING", "staging");

  /** Bucket for what a peer is to find there. */
  String PEER = System.getenv().getOrDefault("BENCH_PEER", "peer");

  /** Id of the access key. */
  String KEY = System.getenv().getOrDefault("BENCH_ACCESS_KEY", "user");

  /** Its secret. */
  String SECRET = System.getenv().getOrDefault("BENCH_SECRET_KEY", "user-secret");

  /** Returns the URL. */
  String endpoint();

  /** Removes what is staged. */
  void empty() throws IOException, InterruptedException;

  @Override
  void close() throws IOException, InterruptedException;

  /** Returns the name of the server that the environment asks for. */
  static String name() {
    String endpoint = System.getenv("BENCH_ENDPOINT");
    return endpoint != null ? endpoint : System.getenv().getOrDefault("BENCH_SERVER", "own");
  }

  /**
   * Takes the server of {@code BENCH_ENDPOINT}, which is up; else starts one, {@code s3proxy} or
   * {@link BenchS3Server}, as {@code BENCH_SERVER} says.
   */
  static BenchStore start(Path folder) throws IOException, InterruptedException {
    return switch (name()) {
      case "own" -> Own.start();
      case "s3proxy" -> Proxy.start(folder);
      default -> External.at(name());
    };
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

  /** Any S3 server that is up, with both buckets made. */
  record External(String endpoint, S3Client client) implements BenchStore {
    private static External at(String endpoint) {
      return new External(
          endpoint,
          S3Client.builder()
              .endpointOverride(URI.create(endpoint))
              .region(Region.US_EAST_1)
              .forcePathStyle(true)
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
              .credentialsProvider(
                  StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
              .build());
    }

    @Override
    public void empty() {
      client.listObjectsV2Paginator(request -> request.bucket(STAGING)).stream()
          .filter(page -> !page.contents().isEmpty())
          .forEach(page -> delete(page.contents()));
    }

    private void delete(List<S3Object> objects) {
      List<ObjectIdentifier> keys =
          objects.stream()
              .map(object -> ObjectIdentifier.builder().key(object.key()).build())
              .toList();
      DeleteObjectsResponse response =
          client.deleteObjects(
              request ->
                  request.bucket(STAGING).delete(delete -> delete.objects(keys).quiet(true)));
      if (response.hasErrors()) {
        throw new IllegalStateException("Not deleted: " + response.errors());
      }
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
