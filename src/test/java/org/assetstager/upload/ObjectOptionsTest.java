package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.digest.FileDigester;
import org.assetstager.settings.StagingSettings;
import org.assetstager.settings.StagingSettings.Encryption;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the settings ask of every object, as it goes over the wire: with PutObject and
 * CreateMultipartUpload, and with nothing else ("Amazon S3 API Reference").
 */
@Tag("server")
class ObjectOptionsTest {
  private static final String SSE = "x-amz-server-side-encryption";
  private static final String KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id";
  private static final String CLASS = "x-amz-storage-class";
  private static final String TAGS = "x-amz-tagging";
  private static final List<String> OPTIONS = List.of(SSE, KMS_KEY, CLASS, TAGS);

  private UploadFixture fixture;

  /** The options of each request, by its kind. */
  private final Map<String, Map<String, String>> sent = new ConcurrentHashMap<>();

  private final Map<Integer, Md5> parts = new TreeMap<>();

  @BeforeEach
  void makeRoot(@TempDir Path folder) {
    fixture = new UploadFixture(folder);
  }

  private void options(
      @Nullable String storageClass,
      Encryption encryption,
      @Nullable String kmsKey,
      Map<String, String> tags) {
    fixture.staging(
        s ->
            new StagingSettings(
                s.bucket(), true, false, false, storageClass, encryption, kmsKey, tags));
  }

  private UploadResult upload(PlannedUpload planned) throws IOException {
    try (FaultyS3 store = new FaultyS3(fixture.server, this::answer)) {
      return fixture.endpoint(store.endpoint()).upload(planned);
    }
  }

  /** A store that takes any options: the embedded one refuses some. */
  private Answer answer(FaultyS3.Request request) {
    String kind = kind(request.line());
    Map<String, String> options = new TreeMap<>();
    for (String header : OPTIONS) {
      if (request.header(header) != null) {
        options.put(header, request.header(header));
      }
    }
    sent.put(kind, options);
    Md5 md5 = Md5.parse(EmbeddedS3.md5Hex(request.body()));
    return switch (kind) {
      case "PUT" -> taken(md5.toHex(), "");
      case "CREATE" ->
          taken(
              "",
              "<InitiateMultipartUploadResult><UploadId>u1</UploadId>"
                  + "</InitiateMultipartUploadResult>");
      case "PART" -> {
        synchronized (parts) {
          parts.put(Integer.valueOf(request.line().replaceAll(".*partNumber=(\\d+).*", "$1")), md5);
        }
        yield taken(md5.toHex(), "");
      }
      default ->
          taken(
              "",
              "<CompleteMultipartUploadResult><ETag>"
                  + FileDigester.multipartEtag(List.copyOf(parts.values()))
                  + "</ETag></CompleteMultipartUploadResult>");
    };
  }

  private static String kind(String line) {
    if (line.contains("partNumber=")) {
      return "PART";
    }
    return line.startsWith("PUT") ? "PUT" : line.endsWith("?uploads") ? "CREATE" : "COMPLETE";
  }

  private static Answer taken(String etag, String body) {
    Map<String, List<String>> headers = new HashMap<>();
    if (!etag.isEmpty()) {
      headers.put("ETag", List.of('"' + etag + '"'));
    }
    return new Answer(200, headers, body.getBytes(UTF_8));
  }

  private void assertSent(String kind, Map<String, String> options) {
    assertThat(sent.get(kind)).as(kind.toLowerCase(Locale.ROOT)).isEqualTo(options);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "NONE, -, -, -, -",
        "S3, -, AES256, -, -",
        "KMS, -, aws:kms, -, -",
        "KMS, arn:aws:kms:eu-west-1:1:key/k, aws:kms, arn:aws:kms:eu-west-1:1:key/k, -",
        "NONE, -, -, -, GLACIER_IR",
        "S3, -, AES256, -, STANDARD_IA",
      })
  void upload_encryptionAndClass_goWithThePutOrTheCreateAndNotWithParts(
      Encryption encryption,
      @Nullable String key,
      @Nullable String sse,
      @Nullable String kmsKey,
      @Nullable String storageClass)
      throws IOException {
    options(storageClass, encryption, key, Map.of());
    Map<String, String> expected = new TreeMap<>();
    putUnlessNull(expected, SSE, sse);
    putUnlessNull(expected, KMS_KEY, kmsKey);
    putUnlessNull(expected, CLASS, storageClass);

    assertThat(upload(fixture.small()).content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(upload(fixture.large()).content().outcome()).isEqualTo(Outcome.STAGED);

    assertSent("PUT", expected);
    assertSent("CREATE", expected);
    assertSent("PART", Map.of());
    assertSent("COMPLETE", Map.of());
    assertThat(parts).hasSize(3);
  }

  private static void putUnlessNull(Map<String, String> map, String name, @Nullable String value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  @Test
  void upload_tags_goEncodedWithThePutOrTheCreateAndNotWithParts() throws IOException {
    options(null, Encryption.NONE, null, new TreeMap<>(Map.of("team", "a b", "x/y", "1+1=2")));

    assertThat(upload(fixture.small()).content().outcome()).isEqualTo(Outcome.STAGED);
    assertThat(upload(fixture.large()).content().outcome()).isEqualTo(Outcome.STAGED);

    Map<String, String> expected = Map.of(TAGS, "team=a%20b&x%2Fy=1%2B1%3D2");
    assertSent("PUT", expected);
    assertSent("CREATE", expected);
    assertSent("PART", Map.of());
    assertSent("COMPLETE", Map.of());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void upload_noOptions_sendsNone(boolean large) throws IOException {
    assertThat(upload(large ? fixture.large() : fixture.small()).content().outcome())
        .isEqualTo(Outcome.STAGED);

    assertThat(sent.values()).allMatch(Map::isEmpty);
  }
}
