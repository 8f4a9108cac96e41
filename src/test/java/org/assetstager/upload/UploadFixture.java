package org.assetstager.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.files.FileFacts;
import org.assetstager.files.UnixFiles;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.run.RunFolder;
import org.assetstager.s3.BucketConnection;
import org.assetstager.s3.S3Clients;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.InventorySettings;
import org.assetstager.settings.LedgerFormat;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.settings.OnFinishSettings;
import org.assetstager.settings.S3Settings;
import org.assetstager.settings.Settings;
import org.assetstager.settings.StagingSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.settings.VerifySettings;
import org.assetstager.testing.Commits;
import org.assetstager.testing.Costs;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.SeenFacts;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import software.amazon.awssdk.services.s3.S3Client;

/** A root with files, settings for the embedded server under a prefix of its own, an uploader. */
final class UploadFixture {
  static final String RUN = "run-1";
  static final String TOP_HASH = "top";
  static final int MIB = 1 << 20;

  /** Sent as one. */
  static final byte[] SMALL = "what the user added".getBytes(UTF_8);

  /** Sent in three parts. */
  static final int LARGE_BYTES = 10 * MIB + 101;

  /** Parts of 5 MiB, the least that S3 allows, above 6 MiB. */
  static final UploadSettings LIMITS =
      new UploadSettings(5 * MIB, 6 * MIB, 64 * MIB, false, null, null);

  private static final Set<String> WRITES =
      Set.of(
          "putObject",
          "createMultipartUpload",
          "uploadPart",
          "completeMultipartUpload",
          "abortMultipartUpload");

  static final S3Settings S3 =
      new S3Settings(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(60), 3);

  final EmbeddedS3 server = EmbeddedS3.shared();
  final String prefix = EmbeddedS3.uniquePrefix();
  final Path folder;
  final UploadLog log;
  final AtomicLong bytesRead = new AtomicLong();
  private StagingSettings staging;
  private VerifySettings verify =
      new VerifySettings(
          VerifySettings.Policy.CONTENT,
          VerifySettings.DigestMode.ALWAYS,
          VerifySettings.FindRenamed.OFF);
  private UploadSettings limits = LIMITS;
  private S3Settings s3 = S3;

  /** Called before each request that writes; tests do here what somebody else would meanwhile. */
  private Runnable meanwhile = () -> {};

  private boolean othersWrite;

  UploadFixture(Path folder) {
    this.folder = folder;
    this.log =
        new UploadLog(
            new RunFolder(folder.resolve(".run").toUri().toString(), new Configuration()));
    this.staging =
        new StagingSettings(
            server.staging(prefix),
            true,
            false,
            false,
            null,
            StagingSettings.Encryption.NONE,
            null,
            Map.of());
  }

  UploadFixture staging(UnaryOperator<StagingSettings> change) {
    staging = change.apply(staging);
    return this;
  }

  UploadFixture bucket(UnaryOperator<BucketSettings> change) {
    return staging(
        s ->
            new StagingSettings(
                change.apply(s.bucket()),
                s.conditionalWrites(),
                s.ifMatch(),
                s.alwaysChecksum(),
                s.storageClass(),
                s.encryption(),
                s.kmsKeyId(),
                s.tags()));
  }

  UploadFixture endpoint(String endpoint) {
    return bucket(
        b ->
            new BucketSettings(
                b.bucket(),
                b.prefix(),
                endpoint,
                b.region(),
                b.pathStyle(),
                b.credentials(),
                b.listing(),
                b.expectedOwner()));
  }

  UploadFixture limits(UploadSettings changed) {
    limits = changed;
    return this;
  }

  UploadFixture verify(VerifySettings.Policy policy, VerifySettings.DigestMode digest) {
    verify = new VerifySettings(policy, digest, VerifySettings.FindRenamed.OFF);
    return this;
  }

  UploadFixture patience(Duration attempt, Duration call) {
    s3 = new S3Settings(S3.connectTimeout(), attempt, call, S3.maxAttempts());
    return this;
  }

  /** Does something before the n-th request that writes, 1 for the first. */
  UploadFixture before(int request, Action action) {
    int[] count = {0};
    othersWrite = true;
    meanwhile =
        () -> {
          synchronized (count) {
            count[0]++;
            if (count[0] == request) {
              action.runUnchecked();
            }
          }
        };
    return this;
  }

  /** What somebody else does. */
  interface Action {
    void run() throws IOException;

    default void runUnchecked() {
      try {
        run();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Settings settings() {
    return new Settings(
        server.remote(prefix),
        new InventorySettings(null, true),
        staging,
        "file:///unused",
        LedgerFormat.PARQUET,
        new ManifestSettings(List.of(), MIB),
        verify,
        limits,
        new OnFinishSettings(List.of(), null, Duration.ofSeconds(30)),
        Commits.NONE,
        s3,
        Costs.NONE);
  }

  ContentUploader uploader() {
    Settings settings = settings();
    BucketConnection shared = S3Clients.staging(settings);
    BucketConnection connection =
        new BucketConnection(
            shared.side(),
            shared.settings(),
            interrupted(shared.client()),
            () -> interrupted(shared.completing().get()),
            () -> interrupted(shared.copying().get()),
            shared.http(),
            othersWrite ? null : shared.directPuts(),
            shared.patience(),
            shared.failed());
    AssetRoot root = AssetRoot.open(folder.toString());
    return new ContentUploader(
        settings, RUN, connection, candidate -> root, log, bytesRead::addAndGet);
  }

  /** Returns the client, with what somebody else does before each of its requests that write. */
  private S3Client interrupted(S3Client client) {
    return (S3Client)
        Proxy.newProxyInstance(
            S3Client.class.getClassLoader(),
            new Class<?>[] {S3Client.class},
            (proxy, method, arguments) -> {
              if (WRITES.contains(method.getName())) {
                meanwhile.run();
              }
              try {
                return method.invoke(client, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  UploadResult upload(PlannedUpload planned) {
    return uploader().upload(planned);
  }

  Path write(String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  void writeUnchecked(String path, byte[] bytes) {
    Action write = () -> write(path, bytes);
    write.runUnchecked();
  }

  /** Plans a file whose row claims the MD5 that it has. */
  PlannedUpload plan(String path) throws IOException {
    return new PlannedUpload(candidate(path, 7), null, false);
  }

  /** Makes the candidate of a file as it is now, by a row that claims the MD5 that it has. */
  Candidate candidate(String path, long position) throws IOException {
    String md5 = md5(Files.readAllBytes(folder.resolve(path))).toHex();
    return candidate(path, position, md5, true);
  }

  /** Makes the candidate of a file as it is now, unread. */
  Candidate candidate(String path, long position, String md5, boolean stored) throws IOException {
    return candidate(path, position, md5, stored, TOP_HASH);
  }

  Candidate candidate(String path, long position, String md5, boolean stored, String topHash)
      throws IOException {
    FileFacts facts = UnixFiles.facts(folder.resolve(path));
    ManifestRow row =
        new ManifestRow(
            "manifest.jsonl",
            position,
            null,
            false,
            null,
            false,
            topHash,
            folder.toString(),
            path,
            "pending",
            facts.size(),
            facts.modifiedAtNanos(),
            facts.changedAtNanos(),
            null,
            null,
            facts.linkCount(),
            facts.inode(),
            stored ? md5 : null,
            null,
            null,
            null,
            null,
            null,
            null);
    VerifiedRow found =
        new VerifiedRow(
            row,
            Verdict.UNCHANGED,
            null,
            null,
            SeenFacts.of(facts),
            md5,
            !stored,
            null,
            null,
            null,
            1);
    AssetRoot.Seen root = AssetRoot.open(folder.toString()).seen();
    return new Candidate(found, root.realPath(), root.inode());
  }

  /** Returns the same candidate, of which the scan has seen that facts differ. */
  Candidate withDetail(Candidate candidate, String detail) {
    VerifiedRow found = candidate.found();
    return new Candidate(
        new VerifiedRow(
            found.row(),
            found.verdict(),
            detail,
            null,
            found.seen(),
            found.md5(),
            found.digested(),
            null,
            null,
            null,
            found.verifiedAtMillis()),
        candidate.rootRealPath(),
        candidate.rootInode());
  }

  PlannedUpload small() throws IOException {
    write("a/small", SMALL);
    return plan("a/small");
  }

  PlannedUpload large() throws IOException {
    write("a/large", random(LARGE_BYTES, 1));
    return plan("a/large");
  }

  void assertStaged(PlannedUpload planned) {
    assertThat(staged()).isEqualTo(Map.of(key(planned), planned.md5()));
  }

  static PlannedUpload lookingFirst(PlannedUpload p) {
    return p.lookingFirst(true);
  }

  static PlannedUpload found(PlannedUpload p, long stagingSize) {
    return new PlannedUpload(p.candidate(), stagingSize, p.lookFirst());
  }

  /** Plans the same file by a row that claims another MD5. */
  PlannedUpload claiming(PlannedUpload p, String md5) throws IOException {
    return new PlannedUpload(candidate(p.path(), 7, md5, true), p.stagingSize(), p.lookFirst());
  }

  /** Returns other bytes than the file's, of its length, and restores its modification time. */
  void alterUnseen(Path file, int position) throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    byte altered = (byte) (Files.readAllBytes(file)[position] ^ 1);
    // In place: another thread may be reading the file, which keeps its length.
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {altered}), position);
    }
    Files.setLastModifiedTime(file, modified);
  }

  String key(PlannedUpload planned) {
    return key(planned.md5());
  }

  String key(String md5) {
    return new ContentKey(prefix, new TopHash(TOP_HASH), Md5.parse(md5)).toString();
  }

  void put(PlannedUpload planned, byte[] bytes, Map<String, String> metadata) {
    server.put(EmbeddedS3.STAGING, key(planned), bytes, metadata);
  }

  /** Returns what staging holds: key to the MD5 of its bytes. */
  Map<String, String> staged() {
    return server.md5s(EmbeddedS3.STAGING, prefix);
  }

  List<String> openUploads() {
    return server.openMultipartUploads(EmbeddedS3.STAGING, prefix);
  }

  /** Ends what is open, as the bucket's lifecycle rule does. */
  void abortUploads() {
    String bucket = server.serverBucket(EmbeddedS3.STAGING);
    server.serverClient().listMultipartUploads(r -> r.bucket(bucket)).uploads().stream()
        .filter(open -> open.key().startsWith(prefix))
        .forEach(
            open ->
                server
                    .serverClient()
                    .abortMultipartUpload(
                        r -> r.bucket(bucket).key(open.key()).uploadId(open.uploadId())));
  }

  static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  static Md5 md5(byte[] bytes) {
    try {
      return Md5.ofBytes(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Uploads through a server that may answer as it likes. */
  UploadResult upload(PlannedUpload planned, FaultyS3.Fault fault) throws IOException {
    String own = staging.bucket().endpoint();
    try (FaultyS3 proxy = new FaultyS3(server, fault)) {
      return endpoint(proxy.endpoint()).upload(planned);
    } finally {
      endpoint(own);
    }
  }

  static boolean isPart(FaultyS3.Request request) {
    return request.line().contains("partNumber=");
  }
}
