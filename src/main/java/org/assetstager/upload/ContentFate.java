package org.assetstager.upload;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.ContentOutcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.WorkRow;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one content of a work file. Several threads have its rows. They take turns to
 * upload it until one succeeds, or until the limit of rows has been tried.
 */
final class ContentFate {
  /**
   * More rows are not tried: a content whose files vanish one after another is left to the next
   * run, as FAILED rows.
   */
  static final int MOST_TRIES = 8;

  /**
   * A row whose upload alone has failed.
   *
   * @param known the verdict on the row where it was found before, else null
   */
  record FailedTry(WorkRow row, UploadResult result, @Nullable VerifiedRow known) {}

  private final Exclusion decision;
  private final List<FailedTry> failedTries = new ArrayList<>();
  private int tries;
  private int turn;
  private boolean decided;
  private @Nullable ContentOutcome outcome;

  /**
   * Takes what is known.
   *
   * @param decision of the plan
   * @param found what another work file has found; null where there is none, or none has
   */
  ContentFate(Exclusion decision, @Nullable ContentOutcome found) {
    this.decision = decision;
    this.outcome = found;
    this.decided = found != null || isPlanned();
  }

  /**
   * Returns what has become of a content, by the ledger's row of another of its rows; null where
   * that one doesn't tell.
   *
   * @param row one of the content's rows
   */
  static @Nullable ContentOutcome foundBy(LedgerRow other, WorkRow row) {
    VerifiedRow found = row.candidate().found();
    boolean same =
        requireNonNull(found.row().topHash()).equals(other.topHash())
            && requireNonNull(found.md5()).equals(other.md5());
    return switch (other.outcome()) {
      case STAGED, KNOWN_STAGING, KNOWN_REMOTE, CONFLICT ->
          same
              ? new ContentOutcome(
                  other.outcome(),
                  other.outcome() == Outcome.CONFLICT ? other.detail() : null,
                  other.etag(),
                  other.bytesUploaded(),
                  other.manifestFile(),
                  other.manifestPosition(),
                  null,
                  null,
                  other.stagedAt())
              : null;
      default -> null;
    };
  }

  /** Whether the plan says what becomes of the content. */
  private boolean isPlanned() {
    return !decision.isSent();
  }

  /** Whether it is decided what becomes of the content. */
  synchronized boolean isDecided() {
    return decided;
  }

  /**
   * Waits until it is decided what becomes of the content, or until it is a thread's turn to try.
   *
   * @param number of the turn; all lower ones must have begun, in threads of their own
   * @return whether it is decided
   * @throws CancellationException if the thread is interrupted; it stays so
   */
  synchronized boolean awaitTurn(int number) {
    try {
      while (!decided && turn != number) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Waiting for another row of the content was interrupted");
    }
    return decided;
  }

  /** Ends a turn that decided nothing. */
  synchronized void pass() {
    turn++;
    notifyAll();
  }

  /** Whether one more row may be tried; in the turn. */
  synchronized boolean mayTry() {
    return tries < MOST_TRIES;
  }

  /** Whether a row was tried before; in the turn. */
  synchronized boolean wasTried() {
    return tries > 0;
  }

  /** Counts a row whose content could not be uploaded; called in the turn. */
  synchronized void tried(ContentOutcome vain) {
    tries++;
    outcome = vain;
  }

  /** Keeps a row that becomes what the content will become; in the turn. */
  synchronized void failed(FailedTry failed) {
    failedTries.add(failed);
  }

  /** Decides, at the end of the last turn or of the last try, that nothing has come of it. */
  synchronized void giveUp() {
    decided = true;
    notifyAll();
  }

  /** Decides what becomes of the content; in the turn. */
  synchronized void decide(ContentOutcome found) {
    outcome = found;
    giveUp();
  }

  /** Returns the rows that were tried and failed, of which it is decided now what they become. */
  synchronized List<FailedTry> takeFailedTries() {
    List<FailedTry> taken = List.copyOf(failedTries);
    failedTries.clear();
    return taken;
  }

  /**
   * Returns the outcome of the content for one of its rows: the decision, or the failure of the
   * last row that was tried.
   */
  synchronized ContentOutcome outcomeFor(WorkRow row) {
    return isPlanned() ? row.known() : requireNonNull(outcome);
  }
}
