package org.assetstager.catalog;

import java.io.Serializable;
import java.util.Optional;
import org.assetstager.asset.ContentKey;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.S3Failure;
import org.assetstager.settings.Settings;

/** Asks the remote whether it still holds what its inventory names. */
public final class RemoteConfirmation implements Serializable {
  private final Settings settings;
  private final RequestTotals requests;

  /**
   * Takes what asking needs.
   *
   * @param requests is told what tasks send
   */
  public RemoteConfirmation(Settings settings, RequestTotals requests) {
    this.settings = settings;
    this.requests = requests;
  }

  /** Prepares the running task. */
  public void beginTask() {
    requests.addWhenTaskEnds();
  }

  /** Returns what the remote holds now of a content; empty where it holds nothing of it. */
  public Optional<KnownContent> ask(KnownContent named) {
    try {
      String contents = ContentKey.contents(settings.remote().prefix());
      return BucketReader.of(Side.REMOTE, settings)
          .head(new ContentName(named.topHash(), named.md5()).keyBelow(contents))
          .map(
              facts ->
                  new KnownContent(named.topHash(), named.md5(), facts.size(), facts.etag()));
    } catch (S3Failure failure) {
      // What the remote holds must be known before anything is uploaded.
      throw failure.toJobFailure();
    }
  }
}
