package org.assetstager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the other tests take for granted of the embedded server. */
@Tag("server")
class EmbeddedS3Test {
  private final EmbeddedS3 server = EmbeddedS3.shared();
  private final String prefix = EmbeddedS3.uniquePrefix();

  private S3Client userClient() {
    return S3Client.builder()
        .endpointOverride(URI.create(server.endpoint()))
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .serviceConfiguration(c -> c.chunkedEncodingEnabled(false))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(server.userKey(), server.userSecret())))
        .build();
  }

  @Test
  void put_withTheServersKey_isReadBackFromBothBuckets() {
    server.put(EmbeddedS3.REMOTE, prefix + "a", "remote".getBytes(UTF_8));
    server.put(EmbeddedS3.STAGING, prefix + "a", "staging".getBytes(UTF_8), Map.of("k", "v"));

    assertThat(server.get(EmbeddedS3.REMOTE, prefix + "a")).asString().isEqualTo("remote");
    assertThat(server.objects(EmbeddedS3.STAGING, prefix).get(prefix + "a"))
        .asString()
        .isEqualTo("staging");
    assertThat(server.md5s(EmbeddedS3.REMOTE, prefix))
        .isEqualTo(Map.of(prefix + "a", "2c18e486683a3db1e645ad8523223b72"));
  }

  @Test
  void put_ofManyKinds_looksAsAfterARequest() {
    Map<String, String> metadata = Map.of("Md5", "x", "part-size", "7");
    for (String name : List.of("a==", "b c/d", "é&f", "g#%?h")) {
      byte[] bytes = name.getBytes(UTF_8);
      server.put(EmbeddedS3.STAGING, prefix + "put/" + name, bytes, metadata);
      server
          .serverClient()
          .putObject(
              r ->
                  r.bucket(server.serverBucket(EmbeddedS3.STAGING))
                      .key(prefix + "sent/" + name)
                      .metadata(metadata),
              RequestBody.fromBytes(bytes));
      assertThat(head("put/" + name)).isEqualTo(head("sent/" + name));
      assertThat(server.get(EmbeddedS3.STAGING, prefix + "put/" + name)).isEqualTo(bytes);
    }
    byte[] parts = new byte[(5 << 20) + 7];
    parts[1] = 1;
    server.putMultipart(EmbeddedS3.STAGING, prefix + "put/parts", parts, 5 << 20, metadata);
    List<byte[]> sent = List.of(Arrays.copyOf(parts, 5 << 20), new byte[7]);
    server.sendParts(EmbeddedS3.STAGING, prefix + "sent/parts", sent, metadata);
    assertThat(head("put/parts")).isEqualTo(head("sent/parts"));
    assertThat(server.get(EmbeddedS3.STAGING, prefix + "put/parts")).isEqualTo(parts);
    assertThat(listed("put/")).isEqualTo(listed("sent/")).hasSize(5);
    assertThat(server.md5s(EmbeddedS3.STAGING, prefix + "put/").values())
        .containsExactlyElementsOf(server.md5s(EmbeddedS3.STAGING, prefix + "sent/").values());
  }

  @Test
  void md5s_objectReplaced_areThoseOfTheNewBytes() {
    server.put(EmbeddedS3.STAGING, prefix + "stored", new byte[] {1});
    server.put(EmbeddedS3.STAGING, prefix + "#sent", new byte[] {1});
    assertThat(server.md5s(EmbeddedS3.STAGING, prefix).values())
        .containsOnly(EmbeddedS3.md5Hex(new byte[] {1}));

    server.put(EmbeddedS3.STAGING, prefix + "stored", new byte[] {2});
    server.put(EmbeddedS3.STAGING, prefix + "#sent", new byte[] {2});

    assertThat(server.md5s(EmbeddedS3.STAGING, prefix).values())
        .containsOnly(EmbeddedS3.md5Hex(new byte[] {2}));
  }

  @Test
  void store_plainKey_needsNoRequest() {
    Map<String, byte[]> attributes = EmbeddedS3.attributes(new byte[16], "text/plain", Map.of());

    assertThat(server.store(EmbeddedS3.STAGING, prefix + "a b/c==", new byte[1], attributes))
        .isTrue();
    assertThat(server.keys(EmbeddedS3.STAGING, prefix)).containsExactly(prefix + "a b/c==");
    assertThat(server.store("no bucket", prefix + "a", new byte[1], attributes)).isFalse();
  }

  private List<Object> head(String name) {
    try (S3Client user = userClient()) {
      HeadObjectResponse head =
          user.headObject(r -> r.bucket(EmbeddedS3.STAGING).key(prefix + name));
      return Arrays.asList(
          head.eTag(),
          head.contentLength(),
          head.contentType(),
          head.metadata(),
          head.storageClassAsString());
    }
  }

  private List<List<Object>> listed(String below) {
    try (S3Client user = userClient()) {
      return user
          .listObjectsV2(r -> r.bucket(EmbeddedS3.STAGING).prefix(prefix + below))
          .contents()
          .stream()
          .map(
              object ->
                  List.<Object>of(
                      object.key().substring((prefix + below).length()),
                      object.eTag(),
                      object.size(),
                      object.storageClassAsString()))
          .toList();
    }
  }

  @Test
  void put_withTheUsersKey_isRefusedByTheRemoteOnly() {
    try (S3Client user = userClient()) {
      user.putObject(
          r -> r.bucket(EmbeddedS3.STAGING).key(prefix + "b"), RequestBody.fromString("b"));
      assertThat(server.get(EmbeddedS3.STAGING, prefix + "b")).asString().isEqualTo("b");
      server.put(EmbeddedS3.REMOTE, prefix + "r", new byte[] {1});
      assertThat(
              user.getObjectAsBytes(r -> r.bucket(EmbeddedS3.REMOTE).key(prefix + "r"))
                  .asByteArray())
          .containsExactly(1);
      assertThatThrownBy(
              () ->
                  user.putObject(
                      r -> r.bucket(EmbeddedS3.REMOTE).key(prefix + "b"),
                      RequestBody.fromString("b")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(501));
      assertThat(server.keys(EmbeddedS3.REMOTE, prefix)).containsExactly(prefix + "r");
    }
  }

  @Test
  void openMultipartUploads_openAndAborted_areSeenAndGone() {
    try (S3Client user = userClient()) {
      String id =
          user.createMultipartUpload(r -> r.bucket(EmbeddedS3.STAGING).key(prefix + "m"))
              .uploadId();
      assertThat(server.openMultipartUploads(EmbeddedS3.STAGING, prefix))
          .isEqualTo(List.of(prefix + "m"));
      assertThat(server.keys(EmbeddedS3.STAGING, prefix)).isEmpty();
      user.abortMultipartUpload(r -> r.bucket(EmbeddedS3.STAGING).key(prefix + "m").uploadId(id));
      assertThat(server.openMultipartUploads(EmbeddedS3.STAGING, prefix)).isEmpty();
    }
  }
}
