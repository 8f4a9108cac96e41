package org.assetstager.catalog;

import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.s3.Etags;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.Side;
import org.assetstager.settings.Settings;

/**
 * Asks the remote again for contents of which its listing or inventory doesn't say enough: those
 * whose ETag says that they have another MD5, until a hundred of a task have turned out to be
 * encrypted, where an ETag says nothing. Safe for many threads.
 */
public final class RemoteConfirmation implements Serializable {
  /** In a bucket under a key of KMS, every content's ETag would be doubted. */
  private static final int MOST_ENCRYPTED = 100;

  private final Settings settings;
  private final RequestTotals requests;
  private final boolean all;
  private final AtomicInteger encrypted = new AtomicInteger();

  /**
   * Makes what asks the remote.
   *
   * @param requests counts the requests that tasks send
   * @param all whether to ask for all contents, because an inventory is old
   */
  public RemoteConfirmation(Settings settings, RequestTotals requests, boolean all) {
    this.settings = settings;
    this.requests = requests;
    this.all = all;
  }

  /** Prepares the running task. */
  public void beginTask() {
    requests.addWhenTaskEnds();
  }

  /** Whether the job has to ask the remote for each content before it decides about it. */
  public boolean all() {
    return all;
  }

  /**
   * Returns what the remote holds of a content as far as it is certain; asks where it isn't. Empty
   * where it holds nothing of it.
   *
   * @param named by a listing, an inventory, or the remote itself
   * @throws JobFailure if the remote doesn't answer
   */
  public Optional<KnownContent> confirmed(KnownContent named) {
    if (named.etagIsNoMd5() || !Etags.isOtherMd5(named.md5(), named.etag())) {
      return Optional.of(named);
    }
    if (encrypted.get() >= MOST_ENCRYPTED) {
      return Optional.of(
          new KnownContent(named.topHash(), named.md5(), named.size(), named.etag(), true));
    }
    Optional<KnownContent> asked = ask(named);
    if (asked.filter(KnownContent::etagIsNoMd5).isPresent()) {
      encrypted.incrementAndGet();
    }
    return asked;
  }

  /**
   * Returns what the remote holds of a content now; empty where it holds nothing of it.
   *
   * @throws JobFailure if the remote doesn't answer
   */
  public Optional<KnownContent> ask(KnownContent named) {
    return new ContentName(named.topHash(), named.md5())
        .ask(
            BucketReader.of(Side.REMOTE, settings),
            ContentKey.contents(settings.remote().prefix()));
  }
}
