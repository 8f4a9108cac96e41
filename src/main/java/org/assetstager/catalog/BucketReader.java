package org.assetstager.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.assetstager.asset.JobFailure;
import org.assetstager.s3.AnswerBodies;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.Etags;
import org.assetstager.s3.S3Clients;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.S3Request;
import org.assetstager.s3.Side;
import org.assetstager.settings.Settings;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/**
 * Reads a bucket; there is no method here that writes. Safe for many threads. A refusal (403) is a
 * {@link JobFailure}, never 'absent'.
 */
public final class BucketReader {
  private final BucketConnection connection;

  /** Reads by the given connection, which it doesn't close. */
  public BucketReader(BucketConnection connection) {
    this.connection = connection;
  }

  /** Returns a reader by this JVM's connection to a side. */
  public static BucketReader of(Side side, Settings settings) {
    return new BucketReader(
        side == Side.REMOTE ? S3Clients.remote(settings) : S3Clients.staging(settings));
  }

  /**
   * Returns one page of a listing. Pages follow each other by {@code startAfter}, since
   * continuation tokens break on keys that end in {@code ==} in some stores.
   *
   * @param prefix what the keys begin with
   * @param startAfter a whole key: only greater ones are listed; null or empty for all
   * @param maxKeys 1 to 1,000
   * @throws JobFailure of kind SYSTEM if the listing fails: the job can't go on without it
   */
  public ListPage list(String prefix, @Nullable String startAfter, int maxKeys) {
    String after = startAfter == null || startAfter.isEmpty() ? null : startAfter;
    ListPage page = page(prefix, after, null, maxKeys);
    String token = null;
    // S3 sends pages without a key where many delete markers lie: only their token says how far.
    while (page.goesOnByToken() && !Objects.equals(page.nextToken(), token)) {
      token = page.nextToken();
      page = page(prefix, null, token, maxKeys);
    }
    requireProgress(page, prefix, after);
    return withSizes(page);
  }

  /**
   * Lists one key, to learn whether that works. Some stores keep open uploads among the objects and
   * leave them out of a page only then: it may be empty though more follows.
   *
   * @throws JobFailure of kind SYSTEM if the listing fails
   */
  public void tryListing(String prefix) {
    page(prefix, null, null, 1);
  }

  /** Some stores leave out sizes, or send what is none. */
  private ListPage withSizes(ListPage page) {
    if (page.entries().stream().noneMatch(BucketReader::lacksSize)) {
      return page;
    }
    List<ListPage.Entry> entries = new ArrayList<>(page.entries());
    entries.replaceAll(entry -> lacksSize(entry) ? asked(entry) : entry);
    return new ListPage(entries, page.truncated(), page.nextToken());
  }

  private static boolean lacksSize(ListPage.Entry entry) {
    return entry.size() == ObjectFacts.UNKNOWN_SIZE;
  }

  private ListPage.Entry asked(ListPage.Entry entry) {
    try {
      return head(entry.key())
          .map(facts -> new ListPage.Entry(entry.key(), facts.size(), facts.etag()))
          .orElse(entry);
    } catch (S3Failure e) {
      throw e.toJobFailure();
    }
  }

  private ListPage page(
      String prefix, @Nullable String after, @Nullable String token, int maxKeys) {
    AtomicReference<@Nullable ListPage> read = new AtomicReference<>();
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(connection.bucket())
            .prefix(prefix)
            .startAfter(after)
            .continuationToken(token)
            .maxKeys(maxKeys)
            .encodingType(EncodingType.URL)
            .overrideConfiguration(AnswerBodies.goTo(body -> read.set(ListPageXml.read(body))))
            .build();
    try {
      connection.call(S3Request.LIST, prefix, client -> client.listObjectsV2(request));
    } catch (S3Failure e) {
      throw e.toJobFailure();
    }
    return Objects.requireNonNull(read.get());
  }

  /** A store that ignores {@code start-after} would be listed for ever. */
  private void requireProgress(ListPage page, String prefix, @Nullable String after) {
    boolean stuck =
        page.truncated() && (page.entries().isEmpty() || page.nextStartAfter().equals(after));
    if (stuck) {
      throw JobFailure.system(
          "The listing of '"
              + prefix
              + "' at "
              + connection
              + " does not move on "
              + (after == null ? "from its beginning" : "after '" + after + "'"),
          "The store doesn't support start-after of ListObjectsV2: set "
              + connection.side().settingsName()
              + ".listing = head.");
    }
  }

  /**
   * Asks for one object; empty where there is none. Who may write to the bucket may put an object
   * there that nobody else can read: that is one of {@link ObjectFacts#UNKNOWN_SIZE}, not a reason
   * to stop.
   *
   * @throws S3Failure if S3 doesn't answer
   * @throws JobFailure if no answer can be had for any key
   */
  public Optional<ObjectFacts> head(String key) throws S3Failure {
    try {
      HeadObjectResponse head =
          connection.call(
              S3Request.HEAD,
              key,
              client -> client.headObject(r -> r.bucket(connection.bucket()).key(key)));
      Long size = head.contentLength();
      return Optional.of(
          new ObjectFacts(
              size == null || size < 0 ? listedSize(key) : size,
              Etags.unquoted(head.eTag()),
              head.metadata(),
              Etags.isUnderKms(head.serverSideEncryptionAsString())
                  || head.sseCustomerAlgorithm() != null,
              head.versionId()));
    } catch (S3Failure e) {
      return switch (e.kind()) {
        case ABSENT -> Optional.empty();
        case REFUSED -> refused(key, e);
        default -> throw e;
      };
    }
  }

  /** A HEAD's answer may come without the length of the body that it doesn't have. */
  private long listedSize(String key) {
    return page(key, null, null, ListingChoice.PAGE_KEYS).entries().stream()
        .filter(entry -> entry.key().equals(key))
        .findFirst()
        .map(ListPage.Entry::size)
        .orElse(ObjectFacts.UNKNOWN_SIZE);
  }

  /**
   * Finds out by GET, whose errors have a code, why a HEAD was refused. S3 answers a HEAD of an
   * object under SSE-C with a bare 400 ("Using server-side encryption with customer-provided keys",
   * S3 User Guide), and a wrong region or a bad token as well.
   */
  private Optional<ObjectFacts> refused(String key, S3Failure head) throws S3Failure {
    try {
      connection
          .call(
              S3Request.GET,
              key,
              client ->
                  client.getObject(r -> r.bucket(connection.bucket()).key(key).range("bytes=0-0")))
          .abort();
    } catch (S3Failure e) {
      if (e.kind() == S3Failure.Kind.ABSENT) {
        return Optional.empty();
      }
      if (e.kind() != S3Failure.Kind.REFUSED) {
        throw e;
      }
      if (e.hasCode()) {
        return Optional.of(ObjectFacts.UNREADABLE);
      }
    }
    throw head.toJobFailure();
  }

  /**
   * Returns the parts of a multipart upload, in the order of their numbers; empty where no such
   * upload is open.
   *
   * @throws S3Failure if S3 doesn't answer
   * @throws JobFailure if no upload's parts can be listed
   */
  public Optional<List<StoredPart>> parts(String key, String uploadId) throws S3Failure {
    try {
      return Optional.of(new PartsListing(connection, key, uploadId).all());
    } catch (S3Failure e) {
      if (e.kind() == S3Failure.Kind.NO_SUCH_UPLOAD) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Returns one part of a multipart upload; empty where the upload, or that part of it, isn't
   * there.
   *
   * @param index 0 for the first
   * @throws S3Failure if S3 doesn't answer
   * @throws JobFailure if no upload's parts can be listed
   */
  public Optional<StoredPart> part(String key, String uploadId, int index) throws S3Failure {
    try {
      return Optional.ofNullable(new PartsListing(connection, key, uploadId).one(index));
    } catch (S3Failure e) {
      if (e.kind() == S3Failure.Kind.NO_SUCH_UPLOAD) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Reads an object to its end for its MD5; goes on where the connection breaks off.
   *
   * @param bytesRead callback that receives the number of bytes of every read
   * @return empty where there is no object
   * @throws S3Failure if S3 doesn't answer, or the object is replaced meanwhile
   * @throws JobFailure if no object can be read
   */
  public Optional<ObjectDigest> hash(String key, LongConsumer bytesRead) throws S3Failure {
    return new ReadingBack(connection, key, bytesRead).hash();
  }
}
