package org.assetstager.catalog;

import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.Etags;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;

/**
 * Asks the remote again for contents of which its listing or inventory doesn't say enough. Safe for
 * many threads.
 */
public final class RemoteConfirmation implements Serializable {
  /** In a bucket under a key of KMS, every content's ETag would be doubted. */
  private static final int MOST_ENCRYPTED = 100;

  private final Settings settings;
  private final RequestTotals requests;
  private final boolean all;
  private final AtomicInteger encrypted = new AtomicInteger();

  /**
   * Takes what asking needs.
   *
   * @param requests is told what tasks send
   * @param all whether all contents are asked for, as an inventory is old; else those whose ETag
   *     says that they have another MD5, until a hundred of a task have turned out to be encrypted,
   *     where an ETag says nothing
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

  /**
   * Returns what the remote holds of a content; empty where it holds nothing of it.
   *
   * @param named by a listing, an inventory, or the remote itself
   * @throws JobFailure if the remote doesn't answer
   */
  public Optional<KnownContent> confirmed(KnownContent named) {
    boolean doubted = !named.etagIsNoMd5() && Etags.isOtherMd5(named.md5(), named.etag());
    if (!all && !doubted) {
      return Optional.of(named);
    }
    if (!all && encrypted.get() >= MOST_ENCRYPTED) {
      return Optional.of(
          new KnownContent(named.topHash(), named.md5(), named.size(), named.etag(), true));
    }
    Optional<KnownContent> asked =
        new ContentName(named.topHash(), named.md5())
            .ask(
                BucketReader.of(Side.REMOTE, settings),
                ContentKey.contents(settings.remote().prefix()));
    if (asked.filter(KnownContent::etagIsNoMd5).isPresent()) {
      encrypted.incrementAndGet();
    }
    return asked;
  }
}
