package org.assetstager.catalog;

import java.io.Serializable;
import java.util.Optional;
import org.assetstager.asset.ContentKey;
import org.assetstager.asset.JobFailure;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;

/** Asks the remote whether it still holds what its inventory names. Safe for many threads. */
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

  /**
   * Returns what the remote holds now of a content; empty where it holds nothing of it.
   *
   * @throws JobFailure if the remote doesn't answer
   */
  public Optional<KnownContent> ask(ContentName content) {
    return content.ask(
        BucketReader.of(Side.REMOTE, settings), ContentKey.contents(settings.remote().prefix()));
  }

  /** As {@link #ask(ContentName)}, of what the inventory names. */
  public Optional<KnownContent> ask(KnownContent named) {
    return ask(new ContentName(named.topHash(), named.md5()));
  }
}
