package org.assetstager.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assetstager.asset.Md5;
import org.assetstager.bench.BenchBucket.Page;
import org.assetstager.bench.BenchBucket.Part;
import org.assetstager.bench.BenchBucket.Stored;
import org.assetstager.bench.BenchBucket.Upload;

/**
 * The part of S3 that the job and its peers use. A body is checked against its {@code Content-MD5}
 * and dropped: then no disk bounds the clients, and none of them reads an object back.
 */
final class BenchS3 {
  private static final int MOST_KEYS = 1_000;
  private static final int CHUNK_BYTES = 64 << 10;
  private static final Pattern PART =
      Pattern.compile("<Part\\b.*?</Part>|<Part>.*?</Part>", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("<PartNumber>\\s*(\\d+)\\s*</PartNumber>");
  private static final Pattern ETAG =
      Pattern.compile("<ETag>(?:\"|&quot;|&#34;)?([0-9a-f-]+)(?:\"|&quot;|&#34;)?</ETag>");
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9._/=-]*+");
  private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>", Pattern.DOTALL);

  private final Map<String, BenchBucket> buckets = new ConcurrentHashMap<>();

  /** Returns a bucket, which is made if there is none. */
  BenchBucket bucket(String name) {
    return buckets.computeIfAbsent(name, key -> new BenchBucket());
  }

  /** Answers a request. */
  BenchResponse answer(BenchRequest request) throws IOException {
    if (request.bucket().isEmpty()) {
      return xml("ListAllMyBucketsResult", "<Buckets></Buckets>");
    }
    BenchBucket bucket = buckets.get(request.bucket());
    if (request.key().isEmpty() && request.method().equals("PUT")) {
      bucket(request.bucket());
      return BenchResponse.empty(200, Map.of());
    }
    if (bucket == null) {
      return BenchResponse.error(404, "NoSuchBucket", "There is no such bucket");
    }
    return request.key().isEmpty() ? ofBucket(bucket, request) : ofObject(bucket, request);
  }

  private BenchResponse ofBucket(BenchBucket bucket, BenchRequest request) throws IOException {
    return switch (request.method()) {
      case "HEAD" -> BenchResponse.empty(200, Map.of());
      case "DELETE" -> {
        // With all that it holds, so that a benchmark can start afresh.
        buckets.remove(request.bucket());
        yield BenchResponse.empty(204, Map.of());
      }
      case "POST" -> deleteObjects(bucket, request);
      default -> {
        if (request.parameter("location") != null) {
          yield xml("LocationConstraint", "");
        }
        yield request.parameter("uploads") == null ? listing(bucket, request) : openUploads(bucket);
      }
    };
  }

  private static BenchResponse deleteObjects(BenchBucket bucket, BenchRequest request)
      throws IOException {
    Matcher keys = KEY.matcher(text(request.body()));
    while (keys.find()) {
      bucket.remove(keys.group(1));
    }
    return xml("DeleteResult", "");
  }

  private static BenchResponse openUploads(BenchBucket bucket) {
    StringBuilder xml = new StringBuilder("<IsTruncated>false</IsTruncated>");
    bucket
        .uploads()
        .forEach(
            (id, upload) ->
                xml.append("<Upload><Key>")
                    .append(escaped(upload.key()))
                    .append("</Key><UploadId>")
                    .append(id)
                    .append("</UploadId><Initiated>1970-01-01T00:00:00.000Z</Initiated></Upload>"));
    return xml("ListMultipartUploadsResult", xml.toString());
  }

  /** Both versions of the listing; the older one goes on after a marker. */
  private static BenchResponse listing(BenchBucket bucket, BenchRequest request) {
    boolean second = "2".equals(request.parameter("list-type"));
    String prefix = request.query().getOrDefault("prefix", "");
    String delimiter = request.query().getOrDefault("delimiter", "");
    String token = request.query().get("continuation-token");
    String after =
        token == null
            ? request.query().getOrDefault(second ? "start-after" : "marker", "")
            : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    int most =
        Math.min(MOST_KEYS, Integer.parseInt(request.query().getOrDefault("max-keys", "1000")));
    Page page = bucket.list(prefix, after, delimiter, most);
    boolean url = "url".equals(request.parameter("encoding-type"));
    UnaryOperator<String> written = url ? BenchS3::urlEncoded : BenchS3::escaped;

    StringBuilder xml = new StringBuilder(300 * (page.objects().size() + 2));
    xml.append("<Name>").append(request.bucket()).append("</Name>");
    element(xml, "Prefix", written.apply(prefix));
    element(xml, "MaxKeys", String.valueOf(most));
    element(xml, "IsTruncated", String.valueOf(page.last() != null));
    if (url) {
      element(xml, "EncodingType", "url");
    }
    if (second) {
      element(xml, "KeyCount", String.valueOf(page.objects().size() + page.prefixes().size()));
    }
    if (page.last() != null) {
      element(
          xml,
          second ? "NextContinuationToken" : "NextMarker",
          second
              ? Base64.getUrlEncoder().encodeToString(page.last().getBytes(StandardCharsets.UTF_8))
              : written.apply(page.last()));
    }
    for (Map.Entry<String, Stored> object : page.objects()) {
      xml.append("<Contents>");
      element(xml, "Key", written.apply(object.getKey()));
      element(xml, "LastModified", object.getValue().modifiedAt());
      element(xml, "ETag", "&quot;" + object.getValue().etag() + "&quot;");
      element(xml, "Size", String.valueOf(object.getValue().sizeBytes()));
      element(xml, "StorageClass", "STANDARD");
      xml.append("</Contents>");
    }
    for (String common : page.prefixes()) {
      xml.append("<CommonPrefixes>");
      element(xml, "Prefix", written.apply(common));
      xml.append("</CommonPrefixes>");
    }
    return xml("ListBucketResult", xml.toString());
  }

  private static BenchResponse ofObject(BenchBucket bucket, BenchRequest request)
      throws IOException {
    String uploadId = request.parameter("uploadId");
    return switch (request.method()) {
      case "PUT" -> uploadId == null ? put(bucket, request) : part(bucket, request, uploadId);
      case "POST" ->
          uploadId == null ? create(bucket, request) : complete(bucket, request, uploadId);
      case "DELETE" -> uploadId == null ? delete(bucket, request) : abort(bucket, uploadId);
      case "HEAD" -> head(bucket, request);
      default ->
          uploadId == null
              ? BenchResponse.error(501, "NotImplemented", "Bodies are not kept")
              : parts(bucket, request, uploadId);
    };
  }

  private static BenchResponse delete(BenchBucket bucket, BenchRequest request) {
    bucket.remove(request.key());
    return BenchResponse.empty(204, Map.of());
  }

  private static BenchResponse abort(BenchBucket bucket, String uploadId) {
    return bucket.uploads().remove(uploadId) == null
        ? noSuchUpload()
        : BenchResponse.empty(204, Map.of());
  }

  private static BenchResponse head(BenchBucket bucket, BenchRequest request) {
    Stored stored = bucket.get(request.key());
    if (stored == null) {
      return BenchResponse.empty(404, Map.of());
    }
    Map<String, String> headers = new LinkedHashMap<>(stored.headers());
    headers.put("ETag", '"' + stored.etag() + '"');
    headers.put(
        "Last-Modified",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.ofEpochMilli(stored.modifiedAtMillis()).atOffset(ZoneOffset.UTC)));
    return new BenchResponse(200, headers, "", stored.sizeBytes());
  }

  private static BenchResponse put(BenchBucket bucket, BenchRequest request) throws IOException {
    if (request.header("x-amz-copy-source") != null) {
      return BenchResponse.error(501, "NotImplemented", "Objects are not copied");
    }
    Part received = receive(request);
    if (differs(request, received)) {
      return badDigest();
    }
    String etag = received.md5().toHex();
    Stored stored =
        new Stored(received.sizeBytes(), etag, System.currentTimeMillis(), keptHeaders(request));
    return bucket.put(request.key(), stored, onlyIfAbsent(request))
        ? BenchResponse.empty(200, Map.of("ETag", '"' + etag + '"'))
        : preconditionFailed();
  }

  private static Part receive(BenchRequest request) throws IOException {
    MessageDigest md5 = Md5.newDigest();
    byte[] chunk = new byte[CHUNK_BYTES];
    long size = 0;
    int count;
    while ((count = request.body().read(chunk)) >= 0) {
      md5.update(chunk, 0, count);
      size += count;
    }
    return new Part(size, Md5.ofBytes(md5.digest()));
  }

  private static boolean differs(BenchRequest request, Part received) {
    String expected = request.header("content-md5");
    return expected != null && !expected.equals(received.md5().toBase64());
  }

  private static Map<String, String> keptHeaders(BenchRequest request) {
    Map<String, String> kept = new TreeMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (name.startsWith("x-amz-meta-") || name.equals("content-type")) {
                kept.put(name, value);
              }
            });
    return Map.copyOf(kept);
  }

  private static boolean onlyIfAbsent(BenchRequest request) {
    return "*".equals(request.header("if-none-match"));
  }

  private static BenchResponse create(BenchBucket bucket, BenchRequest request) {
    String id = UUID.randomUUID().toString();
    bucket
        .uploads()
        .put(id, new Upload(request.key(), keptHeaders(request), new ConcurrentSkipListMap<>()));
    return xml(
        "InitiateMultipartUploadResult",
        "<Bucket>"
            + request.bucket()
            + "</Bucket><Key>"
            + escaped(request.key())
            + "</Key><UploadId>"
            + id
            + "</UploadId>");
  }

  private static BenchResponse part(BenchBucket bucket, BenchRequest request, String uploadId)
      throws IOException {
    Part received = receive(request);
    Upload upload = bucket.uploads().get(uploadId);
    if (upload == null) {
      return noSuchUpload();
    }
    if (differs(request, received)) {
      return badDigest();
    }
    upload.parts().put(Integer.valueOf(request.query().get("partNumber")), received);
    return BenchResponse.empty(200, Map.of("ETag", '"' + received.md5().toHex() + '"'));
  }

  private static BenchResponse parts(BenchBucket bucket, BenchRequest request, String uploadId) {
    Upload upload = bucket.uploads().get(uploadId);
    if (upload == null) {
      return noSuchUpload();
    }
    StringBuilder xml = new StringBuilder("<IsTruncated>false</IsTruncated>");
    element(xml, "Key", escaped(request.key()));
    element(xml, "UploadId", uploadId);
    upload
        .parts()
        .forEach(
            (number, part) -> {
              xml.append("<Part>");
              element(xml, "PartNumber", String.valueOf(number));
              element(xml, "ETag", "&quot;" + part.md5().toHex() + "&quot;");
              element(xml, "Size", String.valueOf(part.sizeBytes()));
              xml.append("</Part>");
            });
    return xml("ListPartsResult", xml.toString());
  }

  private static BenchResponse complete(BenchBucket bucket, BenchRequest request, String uploadId)
      throws IOException {
    Matcher listed = PART.matcher(text(request.body()));
    Upload upload = bucket.uploads().get(uploadId);
    if (upload == null) {
      return noSuchUpload();
    }
    MessageDigest md5 = Md5.newDigest();
    int count = 0;
    long size = 0;
    while (listed.find()) {
      Matcher number = NUMBER.matcher(listed.group());
      Matcher etag = ETAG.matcher(listed.group());
      Part part = number.find() ? upload.parts().get(Integer.valueOf(number.group(1))) : null;
      if (part == null || !etag.find() || !etag.group(1).equals(part.md5().toHex())) {
        return BenchResponse.error(400, "InvalidPart", "A part is missing or another one");
      }
      md5.update(part.md5().toBytes());
      size += part.sizeBytes();
      count++;
    }
    String etag = HexFormat.of().formatHex(md5.digest()) + "-" + count;
    Stored stored = new Stored(size, etag, System.currentTimeMillis(), upload.headers());
    if (!bucket.put(upload.key(), stored, onlyIfAbsent(request))) {
      return preconditionFailed();
    }
    bucket.uploads().remove(uploadId);
    return xml(
        "CompleteMultipartUploadResult",
        "<Key>" + escaped(upload.key()) + "</Key><ETag>&quot;" + etag + "&quot;</ETag>");
  }

  private static BenchResponse noSuchUpload() {
    return BenchResponse.error(404, "NoSuchUpload", "There is no such upload");
  }

  private static BenchResponse badDigest() {
    return BenchResponse.error(400, "BadDigest", "The body has another Content-MD5");
  }

  private static BenchResponse preconditionFailed() {
    return BenchResponse.error(412, "PreconditionFailed", "There is an object under this key");
  }

  private static String text(InputStream body) throws IOException {
    return new String(body.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static BenchResponse xml(String root, String content) {
    String opening = "<" + root + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    return BenchResponse.xml(opening + content + "</" + root + ">");
  }

  private static void element(StringBuilder xml, String name, String content) {
    xml.append('<').append(name).append('>').append(content);
    xml.append("</").append(name).append('>');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String urlEncoded(String text) {
    // A page has a thousand keys, most of them of nothing else.
    if (PLAIN_KEY.matcher(text).matches()) {
      return text.replace("=", "%3D");
    }
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }
}
