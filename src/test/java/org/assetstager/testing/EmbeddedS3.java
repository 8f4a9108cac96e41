package org.assetstager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Credentials;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A real S3 server (S3Proxy) in a process of its own, with two buckets and two keys: the user's key
 * reads {@link #REMOTE} and reads and writes {@link #STAGING}; the server's key does everything. A
 * write to the remote with the user's key answers 501.
 *
 * <p>Tests share one server ({@link #shared}) and keep apart by a prefix each ({@link
 * #uniquePrefix}). Helpers use the server's key and take the bucket names that users know.
 */
public final class EmbeddedS3 implements AutoCloseable {
  /** Name of the bucket of indexed content. */
  public static final String REMOTE = "remote";

  /** Name of the bucket that users upload to. */
  public static final String STAGING = "staging";

  private static final String USER_KEY = "user";
  private static final String USER_SECRET = "user-secret";
  private static final String SERVER_KEY = "server";
  private static final String SERVER_SECRET = "server-secret";

  /** The only name under which the server's key reaches staging: one key can't have both. */
  private static final String STAGING_FOR_SERVER = "staging-server";

  /** One whose file is named as it is; others are left to the server. */
  private static final Pattern PLAIN_KEY =
      Pattern.compile("([\\w=+-][\\w .=+-]*/)*[\\w=+-][\\w .=+-]*");

  private static final String LOGBACK =
      """
      <configuration>
        <appender name="S" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %level %logger{20} %msg%n</pattern></encoder>
        </appender>
        <root level="WARN"><appender-ref ref="S"/></root>
      </configuration>
      """;

  private final Path folder;
  private final String endpoint;
  private final Process process;
  private final S3Client serverClient;
  private final Map<String, String> md5sOfFiles = new ConcurrentHashMap<>();
  private Process serverProcess;
  private String serverEndpoint;

  private EmbeddedS3(Path folder, int port) throws IOException {
    this.folder = folder;
    this.endpoint = "http://127.0.0.1:" + port;
    for (String bucket : List.of(REMOTE, STAGING)) {
      Files.createDirectories(folder.resolve("base").resolve(bucket));
    }
    Files.writeString(folder.resolve("logback.xml"), LOGBACK);
    this.process = startProcess();
    this.serverClient = client(SERVER_KEY, SERVER_SECRET);
    awaitReady(process, endpoint);
  }

  private static final class Shared {
    static final EmbeddedS3 SERVER = startForJvm();

    private static EmbeddedS3 startForJvm() {
      EmbeddedS3 server = start();
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "embedded-s3-close"));
      return server;
    }
  }

  /** Returns the server of this JVM, started at the first call and stopped when the JVM ends. */
  public static EmbeddedS3 shared() {
    return Shared.SERVER;
  }

  /** Starts a server of the caller's own, on a free port of 127.0.0.1. */
  public static EmbeddedS3 start() {
    try {
      Path memory = Path.of("/dev/shm");
      Path folder =
          Files.isWritable(memory)
              ? Files.createTempDirectory(memory, "embedded-s3-")
              : Files.createTempDirectory("embedded-s3-");
      return new EmbeddedS3(folder, freePort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a port of 127.0.0.1 that nothing listens on. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the endpoint of a second server with the same buckets, where the server's key, and it
   * alone, has both under the names that users know; started at the first call.
   */
  public synchronized String serverEndpoint() {
    if (serverEndpoint == null) {
      try {
        String url = "http://127.0.0.1:" + freePort();
        serverProcess = startProcess(properties("server-alone", url, SERVER_KEY, SERVER_SECRET));
        awaitReady(serverProcess, url);
        serverEndpoint = url;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return serverEndpoint;
  }

  private Path properties(String name, String url, String key, String secret, String... more)
      throws IOException {
    Path file = folder.resolve(name + ".properties");
    String common =
        """
        s3proxy.endpoint=%s
        s3proxy.authorization=aws-v2-or-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        jclouds.provider=filesystem-nio2
        jclouds.filesystem.basedir=%s
        """
            .formatted(url, key, secret, folder.resolve("base"));
    return Files.writeString(file, common + String.join("\n", more) + "\n");
  }

  private Process startProcess() throws IOException {
    return startProcess(
        properties("user", endpoint, USER_KEY, USER_SECRET, "s3proxy.read-only-blobstore=true"),
        properties(
            "staging", endpoint, USER_KEY, USER_SECRET, "s3proxy.bucket-locator.1=" + STAGING),
        properties(
            "server",
            endpoint,
            SERVER_KEY,
            SERVER_SECRET,
            "s3proxy.alias-blobstore." + STAGING_FOR_SERVER + "=" + STAGING));
  }

  private Process startProcess(Path... properties) throws IOException {
    Path jar = Path.of(System.getProperty("project.build.directory", "target"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Dlogback.configurationFile=" + folder.resolve("logback.xml").toUri(),
                "-cp",
                jar.resolve("s3proxy").resolve("s3proxy.jar").toAbsolutePath().toString(),
                "org.gaul.s3proxy.Main"));
    command.addAll(1, SparkJvm.SHORT_RUNS);
    for (Path file : properties) {
      command.addAll(List.of("--properties", file.toString()));
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    // Keys may have any character: the file names that the server makes of them follow the locale.
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.start();
  }

  private Path log() {
    return folder.resolve("log");
  }

  private void awaitReady(Process started, String url) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!answers(url)) {
      boolean ended;
      try {
        ended = started.waitFor(50, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        ended = true;
      }
      if (ended || System.nanoTime() > deadline) {
        String log = Files.readString(log());
        close();
        throw new IllegalStateException("The embedded S3 server did not start. Its log:\n" + log);
      }
    }
  }

  private static boolean answers(String url) {
    try {
      HttpURLConnection http = (HttpURLConnection) URI.create(url).toURL().openConnection();
      http.setConnectTimeout(1_000);
      http.setReadTimeout(5_000);
      return http.getResponseCode() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns {@code http://127.0.0.1:<port>}. */
  public String endpoint() {
    return endpoint;
  }

  /** Returns the access key that may read the remote and write to staging. */
  public String userKey() {
    return USER_KEY;
  }

  /** Returns the secret of {@link #userKey}. */
  public String userSecret() {
    return USER_SECRET;
  }

  /** Returns the access key that may do everything. */
  public String serverKey() {
    return SERVER_KEY;
  }

  /** Returns the secret of {@link #serverKey}. */
  public String serverSecret() {
    return SERVER_SECRET;
  }

  /** Returns what the user's settings say of the remote, under a prefix. */
  public BucketSettings remote(String prefix) {
    return settings(REMOTE, prefix);
  }

  /** Returns what the user's settings say of staging, under a prefix. */
  public BucketSettings staging(String prefix) {
    return settings(STAGING, prefix);
  }

  private BucketSettings settings(String bucket, String prefix) {
    return new BucketSettings(
        bucket,
        prefix,
        endpoint,
        "us-east-1",
        true,
        new Credentials(USER_KEY, USER_SECRET, null, null, null, null),
        BucketSettings.Listing.AUTO,
        null);
  }

  /** Returns a prefix that no other test of this JVM has, ending in {@code /}. */
  public static String uniquePrefix() {
    return "t" + Long.toString(System.nanoTime(), Character.MAX_RADIX) + "/";
  }

  /**
   * Returns the client with the server's key. It reaches staging by the name that {@link
   * #serverBucket} gives. Closed with the server.
   */
  public S3Client serverClient() {
    return serverClient;
  }

  /** Returns the name under which {@link #serverClient} reaches a bucket. */
  public String serverBucket(String bucket) {
    return bucket.equals(STAGING) ? STAGING_FOR_SERVER : bucket;
  }

  private S3Client client(String key, String secret) {
    return S3Client.builder()
        .endpointOverride(URI.create(endpoint))
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .serviceConfiguration(c -> c.chunkedEncodingEnabled(false))
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
        .httpClientBuilder(ApacheHttpClient.builder().socketTimeout(Duration.ofSeconds(60)))
        .build();
  }

  /** Puts an object with the server's key. */
  public void put(String bucket, String key, byte[] bytes, Map<String, String> metadata) {
    if (PLAIN_KEY.matcher(key).matches()
        && store(
            bucket, key, bytes, attributes(md5(bytes), "application/octet-stream", metadata))) {
      return;
    }
    serverClient.putObject(
        r -> r.bucket(serverBucket(bucket)).key(key).metadata(metadata),
        RequestBody.fromBytes(bytes));
  }

  /**
   * Writes an object as the server stores it, which takes a tenth of a request's time.
   *
   * @return whether it could
   */
  boolean store(String bucket, String key, byte[] bytes, Map<String, byte[]> attributes) {
    Path stored = folder.resolve("base").resolve(bucket);
    if (!Files.isDirectory(stored)) {
      return false;
    }
    Path file = stored.resolve(key);
    Path whole = folder.resolve("put-" + UUID.randomUUID());
    try {
      Files.write(whole, bytes);
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(whole, UserDefinedFileAttributeView.class);
      for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
        view.write(attribute.getKey(), ByteBuffer.wrap(attribute.getValue()));
      }
      Files.createDirectories(file.getParent());
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      // The file system takes no attributes, or the server removes the folder, now that it's empty.
      FileUtils.deleteQuietly(whole.toFile());
      return false;
    }
  }

  /**
   * Returns what the server stores beside an object's bytes.
   *
   * @param etag an MD5 as it is; the ETag of an upload in parts as text, in its quotes
   */
  static Map<String, byte[]> attributes(
      byte[] etag, String contentType, Map<String, String> metadata) {
    Map<String, byte[]> attributes = new TreeMap<>();
    attributes.put("user.content-md5", etag);
    attributes.put("user.content-type", contentType.getBytes(UTF_8));
    attributes.put("user.storage-tier", "STANDARD".getBytes(UTF_8));
    metadata.forEach(
        (name, value) ->
            attributes.put(
                "user.user-metadata." + name.toLowerCase(Locale.ROOT), value.getBytes(UTF_8)));
    return attributes;
  }

  /** Puts an object with the server's key, without metadata. */
  public void put(String bucket, String key, byte[] bytes) {
    put(bucket, key, bytes, Map.of());
  }

  /** Puts an object in parts with the server's key, as another tool might. */
  public void putMultipart(
      String bucket, String key, byte[] bytes, int partSize, Map<String, String> metadata) {
    List<byte[]> parts = new ArrayList<>();
    ByteArrayOutputStream md5sOfParts = new ByteArrayOutputStream();
    for (int from = 0; from < bytes.length; from += partSize) {
      byte[] part = Arrays.copyOfRange(bytes, from, Math.min(from + partSize, bytes.length));
      parts.add(part);
      md5sOfParts.writeBytes(md5(part));
    }
    String etag = "\"" + md5Hex(md5sOfParts.toByteArray()) + "-" + parts.size() + "\"";
    if (!PLAIN_KEY.matcher(key).matches()
        || !store(
            bucket,
            key,
            bytes,
            attributes(etag.getBytes(UTF_8), "binary/octet-stream", metadata))) {
      sendParts(bucket, key, parts, metadata);
    }
  }

  /** Does by requests what {@link #putMultipart} does. */
  void sendParts(String bucket, String key, List<byte[]> parts, Map<String, String> metadata) {
    String name = serverBucket(bucket);
    String id =
        serverClient
            .createMultipartUpload(r -> r.bucket(name).key(key).metadata(metadata))
            .uploadId();
    List<CompletedPart> sent = new ArrayList<>();
    for (byte[] part : parts) {
      int number = sent.size() + 1;
      String etag =
          serverClient
              .uploadPart(
                  r -> r.bucket(name).key(key).uploadId(id).partNumber(number),
                  RequestBody.fromBytes(part))
              .eTag();
      sent.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }
    serverClient.completeMultipartUpload(
        r -> r.bucket(name).key(key).uploadId(id).multipartUpload(m -> m.parts(sent)));
  }

  /** Deletes an object with the server's key; it need not be there. */
  public void delete(String bucket, String key) {
    serverClient.deleteObject(r -> r.bucket(serverBucket(bucket)).key(key));
  }

  /** Reads an object back with the server's key. */
  public byte[] get(String bucket, String key) {
    return serverClient
        .getObjectAsBytes(r -> r.bucket(serverBucket(bucket)).key(key))
        .asByteArray();
  }

  /** Returns the keys under a prefix, in order. */
  public List<String> keys(String bucket, String prefix) {
    return serverClient
        .listObjectsV2Paginator(r -> r.bucket(serverBucket(bucket)).prefix(prefix))
        .contents()
        .stream()
        .map(S3Object::key)
        .toList();
  }

  /** Reads back all objects under a prefix: key to bytes. */
  public Map<String, byte[]> objects(String bucket, String prefix) {
    Map<String, byte[]> objects = new TreeMap<>();
    for (String key : keys(bucket, prefix)) {
      objects.put(key, stored(bucket, key));
    }
    return objects;
  }

  /** Reads an object where the server stores it, which takes a hundredth of a request's time. */
  private byte[] stored(String bucket, String key) {
    Path file = folder.resolve("base").resolve(bucket).resolve(key);
    try {
      return Files.isRegularFile(file) ? Files.readAllBytes(file) : get(bucket, key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads back all objects under a prefix: key to the MD5 of its bytes, in hex. */
  public Map<String, String> md5s(String bucket, String prefix) {
    Map<String, String> md5s = new TreeMap<>();
    for (String key : keys(bucket, prefix)) {
      md5s.put(key, md5Of(bucket, key));
    }
    return md5s;
  }

  /**
   * Hashes an object, a file of the server only once: the server alters none, but writes another
   * and moves it to its place.
   */
  private String md5Of(String bucket, String key) {
    Path file = folder.resolve("base").resolve(bucket).resolve(key);
    try {
      if (!Files.isRegularFile(file)) {
        return md5Hex(get(bucket, key));
      }
      String facts = file + " " + new TreeMap<>(Files.readAttributes(file, "unix:ino,size,ctime"));
      String known = md5sOfFiles.get(facts);
      if (known == null) {
        known = md5Hex(Files.readAllBytes(file));
        md5sOfFiles.put(facts, known);
      }
      return known;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the MD5 of bytes in hex. */
  public static String md5Hex(byte[] bytes) {
    return HexFormat.of().formatHex(md5(bytes));
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the keys under a prefix for which a multipart upload is open. */
  public List<String> openMultipartUploads(String bucket, String prefix) {
    return serverClient.listMultipartUploads(r -> r.bucket(serverBucket(bucket))).uploads().stream()
        .map(MultipartUpload::key)
        .filter(key -> key.startsWith(prefix))
        .toList();
  }

  /** Stops the server and deletes what it stored. */
  @Override
  public void close() {
    serverClient.close();
    process.destroyForcibly();
    if (serverProcess != null) {
      serverProcess.destroyForcibly();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      process.waitFor();
      if (serverProcess != null) {
        serverProcess.waitFor();
      }
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
