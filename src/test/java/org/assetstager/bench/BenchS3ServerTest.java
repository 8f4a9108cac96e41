package org.assetstager.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.assetstager.asset.Md5;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

@Tag("server")
class BenchS3ServerTest {
  private static final GeneratedContents FILLED = new GeneratedContents("top", 2_500, 7);
  private static final byte[] BYTES = "some bytes".getBytes(UTF_8);

  private BenchS3Server.Running server;
  private S3Client client;

  @BeforeEach
  void start() throws IOException {
    server =
        BenchS3Server.Running.start(
            List.of("bucket", "empty", "fill", "full", "top", "2500", "7", "delay", "1"));
    client = client(RequestChecksumCalculation.WHEN_REQUIRED, false);
  }

  private S3Client client(RequestChecksumCalculation checksums, boolean chunked) {
    return S3Client.builder()
        .endpointOverride(URI.create(server.endpoint()))
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .requestChecksumCalculation(checksums)
        .serviceConfiguration(c -> c.chunkedEncodingEnabled(chunked))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
        .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void put_rightBytes_areFoundWithTheirMetadata() {
    Md5 md5 = Md5.ofBytes(Md5.newDigest().digest(BYTES));

    String etag =
        client
            .putObject(
                r ->
                    r.bucket("empty")
                        .key("a b/c+d%/ü")
                        .contentMD5(md5.toBase64())
                        .metadata(Map.of("run-id", "one")),
                RequestBody.fromBytes(BYTES))
            .eTag();

    assertThat(etag).isEqualTo('"' + md5.toHex() + '"');
    assertThat(client.headObject(r -> r.bucket("empty").key("a b/c+d%/ü")))
        .satisfies(
            head -> {
              assertThat(head.contentLength()).isEqualTo(BYTES.length);
              assertThat(head.eTag()).isEqualTo(etag);
              assertThat(head.metadata()).containsExactly(Map.entry("run-id", "one"));
            });
    assertThat(client.listObjectsV2(r -> r.bucket("empty").encodingType("url")).contents())
        .extracting(S3Object::key)
        .containsExactly("a b/c+d%/ü");
  }

  @Test
  void put_signedInChunks_countsTheBytesAlone() {
    try (S3Client chunked = client(RequestChecksumCalculation.WHEN_SUPPORTED, true)) {
      chunked.putObject(r -> r.bucket("empty").key("k"), RequestBody.fromBytes(BYTES));
    }

    assertThat(client.headObject(r -> r.bucket("empty").key("k")).contentLength())
        .isEqualTo(BYTES.length);
  }

  @Test
  void put_otherBytesOrExistingKey_isRefused() {
    assertThatThrownBy(
            () ->
                client.putObject(
                    r -> r.bucket("empty").key("k").contentMD5(new Md5(0, 0).toBase64()),
                    RequestBody.fromBytes(BYTES)))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("BadDigest"));
    assertThatThrownBy(
            () ->
                client.putObject(
                    r -> r.bucket("full").key("contents/top/" + FILLED.fileId(3)).ifNoneMatch("*"),
                    RequestBody.fromBytes(BYTES)))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
  }

  @Test
  void multipart_completed_hasTheEtagOfItsParts() {
    String id = client.createMultipartUpload(r -> r.bucket("empty").key("k")).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (int part = 1; part <= 2; part++) {
      int number = part;
      String etag =
          client
              .uploadPart(
                  r -> r.bucket("empty").key("k").uploadId(id).partNumber(number),
                  RequestBody.fromBytes(BYTES))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(part).eTag(etag).build());
    }
    assertThat(client.listParts(r -> r.bucket("empty").key("k").uploadId(id)).parts()).hasSize(2);

    String etag =
        client
            .completeMultipartUpload(
                r -> r.bucket("empty").key("k").uploadId(id).multipartUpload(m -> m.parts(parts)))
            .eTag();

    // Of the MD5 of BYTES twice, as md5sum says.
    assertThat(etag).isEqualTo("\"05f57ccccb65d1cceed929d2fd88a3d3-2\"");
    assertThat(client.headObject(r -> r.bucket("empty").key("k")).contentLength())
        .isEqualTo(2L * BYTES.length);
    assertThatThrownBy(
            () -> client.abortMultipartUpload(r -> r.bucket("empty").key("k").uploadId(id)))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("NoSuchUpload"));
  }

  @Test
  void listing_inPages_hasEveryGeneratedContentInOrder() {
    client.putObject(r -> r.bucket("full").key("contents/a"), RequestBody.empty());

    List<String> keys =
        client.listObjectsV2Paginator(r -> r.bucket("full").encodingType("url")).contents().stream()
            .map(S3Object::key)
            .toList();

    assertThat(keys).hasSize(2_501).isSorted().startsWith("contents/a");
    assertThat(keys.subList(1, keys.size()))
        .containsExactlyElementsOf(
            LongStream.range(0, FILLED.count())
                .mapToObj(i -> "contents/top/" + FILLED.md5(i).toUrlSafeBase64())
                .toList());
    assertThat(
            client
                .listObjectsV2(r -> r.bucket("full").startAfter(keys.get(1_700)).maxKeys(2))
                .contents())
        .extracting(S3Object::key)
        .isEqualTo(keys.subList(1_701, 1_703));
  }

  @Test
  void listing_withDelimiter_hasFoldersOnce() {
    for (String key : List.of("a/1", "a/2", "b", "c/1")) {
      client.putObject(r -> r.bucket("empty").key(key), RequestBody.empty());
    }

    List<ListObjectsV2Response> pages =
        client.listObjectsV2Paginator(r -> r.bucket("empty").delimiter("/").maxKeys(1)).stream()
            .toList();

    assertThat(pages).hasSize(3);
    assertThat(pages)
        .flatExtracting(ListObjectsV2Response::commonPrefixes)
        .extracting(CommonPrefix::prefix)
        .containsExactly("a/", "c/");
    assertThat(pages)
        .flatExtracting(ListObjectsV2Response::contents)
        .extracting(S3Object::key)
        .containsExactly("b");
  }
}
