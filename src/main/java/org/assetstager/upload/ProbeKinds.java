package org.assetstager.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.Md5;
import org.assetstager.asset.TopHash;
import org.assetstager.catalog.BucketReader;
import org.assetstager.catalog.ListingChoice;
import org.assetstager.digest.WholeAndParts;
import org.assetstager.s3.S3Failure;
import org.assetstager.s3.Side;
import org.assetstager.upload.Probe.Kind;
import org.assetstager.upload.ProbeWindow.Work;
import org.assetstager.verify.Candidate;
import org.jspecify.annotations.Nullable;

/** The work of each kind that the probe of a task measures. Safe for many threads. */
final class ProbeKinds {
  /** More makes no request faster; a run takes as much for the parts of a task. */
  private static final long MOST_BODY_BYTES = 64L << 20;

  /** A read of a large file. */
  private static final int READ_BYTES = 1 << 20;

  private final UploadTasks tasks;
  private final ProbeSizes sizes;
  private final ProbeFiles.Chosen files;
  private final ProbeUpload upload;
  private final BodyBudget budget;
  private final BucketReader staging;

  /** No file of a manifest: what all threads send again and again. */
  private final byte[] random;

  ProbeKinds(UploadTasks tasks, ProbeSizes sizes, ProbeFiles.Chosen files, ProbeUpload upload) {
    this.tasks = tasks;
    this.sizes = sizes;
    this.files = files;
    this.upload = upload;
    this.budget = tasks.budget();
    this.staging = BucketReader.of(Side.STAGING, tasks.settings());
    this.random = new byte[(int) Math.min(MOST_BODY_BYTES, most(sizes))];
    ThreadLocalRandom.current().nextBytes(random);
  }

  private static long most(ProbeSizes sizes) {
    return Math.max(1, Math.max(sizes.smallBytes(), sizes.partBytes()));
  }

  /**
   * Returns the work of one thread.
   *
   * @param thread from 0; also the number of the part that it sends
   * @param windowMillis how long it may work
   */
  Work work(Kind kind, int thread, long windowMillis) {
    return switch (kind) {
      case LIST -> this::list;
      case HEAD -> this::head;
      case READ_SMALL -> new ReadSmall(files.small().reader());
      case READ_LARGE -> new ReadLarge(files.large().reader());
      case SEND_SMALL -> () -> sendContent(thread, random, length(sizes.smallBytes()));
      case SEND_PARTS -> new SendParts(thread, null, windowMillis);
      case TRANSFER_SMALL -> new TransferSmall(files.small().transfer(), thread);
      case TRANSFER_PARTS -> new SendParts(thread, files.large().transfer(), windowMillis);
    };
  }

  private int length(long bytes) {
    return (int) Math.min(bytes, random.length);
  }

  private long list() {
    Candidate candidate = candidate();
    String after = candidate == null ? null : key(candidate);
    staging.list(
        candidate == null ? ContentKey.contents(prefix()) : namespace(candidate),
        after,
        ListingChoice.PAGE_KEYS);
    return 0;
  }

  private long head() {
    Candidate candidate = candidate();
    try {
      staging.head(candidate == null ? ContentKey.contents(prefix()) + "none" : key(candidate));
    } catch (S3Failure e) {
      throw e.toJobFailure();
    }
    return 0;
  }

  private @Nullable Candidate candidate() {
    Candidate small = files.small().any();
    return small == null ? files.large().any() : small;
  }

  private String namespace(Candidate candidate) {
    return ContentKey.namespace(prefix(), topHash(candidate));
  }

  private String prefix() {
    return tasks.settings().staging().bucket().prefix();
  }

  private static TopHash topHash(Candidate candidate) {
    return new TopHash(String.valueOf(candidate.found().row().topHash()));
  }

  private String key(Candidate candidate) {
    String md5 = candidate.found().md5();
    return md5 == null
        ? namespace(candidate) + "none"
        : new ContentKey(prefix(), topHash(candidate), Md5.parse(md5)).toString();
  }

  /** Sends bytes as a run sends a small content. */
  private long sendContent(int thread, byte[] bytes, int length) throws IOException {
    try (Body body = body(bytes, length)) {
      upload.send(thread, body, Md5.of(bytes, length));
    } catch (S3Failure e) {
      throw e.toJobFailure();
    }
    return length;
  }

  /** Sends bytes as a run sends a part: hashed for the whole content and for the part at once. */
  private long sendPart(int thread, byte[] bytes, int length) throws IOException {
    WholeAndParts md5s = new WholeAndParts();
    md5s.update(bytes, length);
    try (Body body = body(bytes, length)) {
      upload.send(thread, body, md5s.finishPart());
    } catch (S3Failure e) {
      throw e.toJobFailure();
    }
    return length;
  }

  private static Body body(byte[] bytes, int length) {
    return Body.ofBuffer(bytes, length, new BufferPool(0));
  }

  /** Reads and hashes small files, whole. */
  private static final class ReadSmall implements Work {
    private final ProbeFiles.Reader files;
    private final byte[] buffer = new byte[READ_BYTES];

    ReadSmall(ProbeFiles.Reader files) {
      this.files = files;
    }

    @Override
    public long next() throws IOException {
      long size = files.open();
      MessageDigest digest = Md5.newDigest();
      for (int count = 1; size >= 0 && count > 0; ) {
        count = files.read(buffer, buffer.length);
        digest.update(buffer, 0, count);
      }
      digest.digest();
      files.lookAgain();
      return size;
    }

    @Override
    public void close() throws IOException {
      files.close();
    }
  }

  /** Reads and hashes large files; a piece is a read. */
  private static final class ReadLarge implements Work {
    private final ProbeFiles.Reader files;
    private final byte[] buffer = new byte[READ_BYTES];
    private final MessageDigest digest = Md5.newDigest();

    ReadLarge(ProbeFiles.Reader files) {
      this.files = files;
    }

    @Override
    public long next() throws IOException {
      int count = files.readOn(buffer, buffer.length);
      digest.update(buffer, 0, Math.max(0, count));
      return count;
    }

    @Override
    public void close() throws IOException {
      files.close();
    }
  }

  /** Reads, hashes and sends small files, each as a part. */
  private final class TransferSmall implements Work {
    private final ProbeFiles.Reader files;
    private final int part;

    TransferSmall(ProbeFiles.Reader files, int part) {
      this.files = files;
      this.part = part;
    }

    @Override
    public long next() throws IOException {
      // The budget takes no more for a content.
      long most = TaskLimits.PARTS_IN_FLIGHT * tasks.settings().upload().partSizeBytes();
      long size = Math.min(files.open(), most);
      return size < 0 ? size : budget.within(size, () -> transfer((int) size));
    }

    private long transfer(int size) {
      try {
        byte[] bytes = new byte[size];
        int length = files.read(bytes, size);
        files.lookAgain();
        return sendContent(part, bytes, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      files.close();
    }
  }

  /** Sends parts, of large files or of bytes of no file. */
  private final class SendParts implements Work {
    private final int part;
    private final ProbeFiles.@Nullable Reader files;
    private final byte[] buffer;
    private final ProbeLength length;

    SendParts(int part, ProbeFiles.@Nullable Reader files, long windowMillis) {
      this.part = part;
      this.files = files;
      int most = length(sizes.partBytes());
      this.buffer = files == null ? random : new byte[most];
      this.length = new ProbeLength(most, TimeUnit.MILLISECONDS.toNanos(windowMillis));
    }

    @Override
    public long next() throws IOException {
      int count = files == null ? length.bytes() : files.readOn(buffer, length.bytes());
      if (count >= 0) {
        long begin = System.nanoTime();
        sendPart(part, buffer, count);
        length.took(System.nanoTime() - begin);
      }
      return count;
    }

    @Override
    public boolean settled() {
      return length.settled();
    }

    @Override
    public void close() throws IOException {
      if (files != null) {
        files.close();
      }
    }
  }
}
