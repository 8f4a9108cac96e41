package org.assetstager.upload;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.Outcome;
import org.assetstager.ledger.ContentOutcome;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.WorkRow;
import org.assetstager.upload.ContentFate.FailedTry;
import org.assetstager.upload.TransferUnits.Share;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.FileVerifier;
import org.assetstager.verify.Verdict;
import org.assetstager.verify.VerifiedRow;
import org.jspecify.annotations.Nullable;

/**
 * Sends and reads the files of one task's rows and says how each row ends. Safe for many threads,
 * each with units that {@link TransferUnits} gave in this order.
 */
final class TransferTask {
  private final UploadTasks tasks;
  private final LedgerRows ledgerRows;
  private final ContentUploader uploader;
  private final FileVerifier verifier;
  private final BodyBudget budget;
  private final boolean lookFirst;
  private final @Nullable SentSplit split;

  /**
   * A content that others have sent.
   *
   * @param whole the verdict on the row that represents it, by its whole file
   */
  record SentSplit(SplitUpload upload, VerifiedRow whole, List<SentPart> parts) {
    boolean isOf(WorkRow row) {
      ManifestRow other = row.candidate().found().row();
      return whole.row().manifestFile().equals(other.manifestFile())
          && whole.row().manifestPosition() == other.manifestPosition();
    }
  }

  /**
   * Opens what the task needs, in the task's own thread.
   *
   * @param split the first content of the rows, where others have sent it; else null
   */
  TransferTask(UploadTasks tasks, LedgerRows ledgerRows, @Nullable SentSplit split) {
    this.tasks = tasks;
    this.ledgerRows = ledgerRows;
    this.uploader = tasks.uploader();
    this.verifier = tasks.verifier(tasks.progress()::countBytes);
    this.budget = tasks.budget();
    this.lookFirst = tasks.lookFirst();
    this.split = split;
  }

  /** Whether the file of a row that isn't sent is read. */
  boolean isRead(WorkRow row) {
    return row.isRead(tasks.settings().verify().digest());
  }

  /**
   * Does one unit.
   *
   * @return the rows that are final now: those of the unit, except rows that failed and wait for
   *     others of their content, and rows of other units that have waited
   */
  List<LedgerRow> end(List<Share> unit) {
    List<LedgerRow> ended = new ArrayList<>();
    List<WorkRow> rows =
        unit.stream()
            .filter(share -> !share.stands())
            .flatMap(share -> share.rows().stream())
            .toList();
    IdentityHashMap<WorkRow, VerifiedRow> verified = verify(rows);
    for (Share share : unit) {
      end(share, verified, ended);
    }
    return ended;
  }

  /** Returns the verdicts on rows that aren't sent, reading those that have to be. */
  private IdentityHashMap<WorkRow, VerifiedRow> verify(List<WorkRow> rows) {
    IdentityHashMap<WorkRow, VerifiedRow> verified = new IdentityHashMap<>();
    IdentityHashMap<ManifestRow, WorkRow> toRead = new IdentityHashMap<>();
    List<ManifestRow> files = new ArrayList<>();
    Map<String, AssetRoot> roots = new HashMap<>();
    for (WorkRow row : rows) {
      ManifestRow file = row.candidate().found().row();
      if (isRead(row)) {
        files.add(file);
        toRead.put(file, row);
        roots.computeIfAbsent(
            requireNonNull(file.root()), root -> tasks.roots().of(row.candidate()));
      } else {
        verified.put(row, row.candidate().found());
        passOver(row);
      }
    }
    if (!files.isEmpty()) {
      for (VerifiedRow found : verifier.verify(files, roots)) {
        WorkRow row = requireNonNull(toRead.get(found.row()));
        verified.put(row, found);
        if (!found.digested()) {
          passOver(row);
        }
      }
    }
    return verified;
  }

  private VerifiedRow verify(WorkRow row) {
    return requireNonNull(verify(List.of(row)).get(row));
  }

  private void passOver(WorkRow row) {
    tasks.progress().passOver(requireNonNull(row.candidate().found().row().storedSize()));
  }

  private void end(
      Share share, IdentityHashMap<WorkRow, VerifiedRow> verified, List<LedgerRow> ended) {
    ContentFate fate = share.fate();
    List<WorkRow> open = new ArrayList<>();
    for (WorkRow row : share.rows()) {
      VerifiedRow found = verified.get(row);
      if (found != null && found.verdict() != Verdict.UNCHANGED) {
        ended.add(ledgerRows.of(found, null));
      } else {
        open.add(row);
      }
    }
    Iterator<WorkRow> rows = open.iterator();
    boolean decided = fate.awaitTurn(share.turn());
    while (!decided && rows.hasNext() && fate.mayTry()) {
      WorkRow row = rows.next();
      decided = tryRow(fate, row, verified.get(row), ended);
    }
    if (!decided && (share.last() || rows.hasNext())) {
      fate.giveUp();
      fate.takeFailedTries().forEach(failed -> ended.add(failedRow(failed)));
    } else if (!decided) {
      fate.pass();
    }
    while (rows.hasNext()) {
      WorkRow row = rows.next();
      ended.add(ledgerRows.of(requireNonNull(verified.get(row)), fate.outcomeFor(row)));
    }
  }

  /** Its file isn't read for that: the next run does it. */
  private LedgerRow failedRow(FailedTry failed) {
    VerifiedRow verified =
        isUntouched(failed.row(), failed.result()) && failed.known() != null
            ? failed.known()
            : failed.result().verified();
    return ledgerRows.of(verified, failed.result().content());
  }

  /**
   * Tries to upload a content from a row's file.
   *
   * @param known the verdict on the row where it was found before, else null
   * @return whether it is decided now what becomes of the content
   */
  private boolean tryRow(
      ContentFate fate, WorkRow row, @Nullable VerifiedRow known, List<LedgerRow> ended) {
    UploadResult result = upload(row, fate.wasTried());
    passOverUnread(row, result, known);
    if (!result.verified().row().equals(row.candidate().found().row())) {
      throw new IllegalStateException(
          "The outcome of " + row.candidate().found().row() + " belongs to another row");
    }
    ContentOutcome outcome = result.content();
    if (outcome.outcome() == Outcome.FAILED) {
      fate.tried(outcome);
      fate.failed(new FailedTry(row, result, known));
      return false;
    }
    VerifiedRow verified = verified(row, result, known);
    ended.add(ledgerRows.of(verified, verified.verdict() == Verdict.UNCHANGED ? outcome : null));
    if (verified.verdict() != Verdict.UNCHANGED) {
      fate.tried(outcome);
      return false;
    }
    fate.decide(outcome);
    for (FailedTry failed : fate.takeFailedTries()) {
      VerifiedRow other = verified(failed.row(), failed.result(), failed.known());
      ended.add(ledgerRows.of(other, other.verdict() == Verdict.UNCHANGED ? outcome : null));
    }
    return true;
  }

  private UploadResult upload(WorkRow row, boolean triedBefore) {
    PlannedUpload planned = planned(row, lookFirst || triedBefore);
    return split == null || !split.isOf(row) || triedBefore
        ? budget.within(planned.size(), () -> uploader.upload(planned))
        : uploader.split().finish(split.upload(), planned, split.whole(), split.parts());
  }

  /** Returns what is to be sent for a row. */
  static PlannedUpload planned(WorkRow row, boolean lookFirst) {
    Long size = row.decision() == Exclusion.PROVE ? row.objectSize() : null;
    return new PlannedUpload(row.candidate(), size, lookFirst);
  }

  /** A row that was tried and is verified afterwards is counted then. */
  private void passOverUnread(WorkRow row, UploadResult result, @Nullable VerifiedRow known) {
    boolean untouched = isUntouched(row, result);
    boolean read = !untouched && result.verified().digested();
    boolean readLater = untouched && result.content().outcome() != Outcome.FAILED;
    if (known == null && !read && !readLater) {
      passOver(row);
    }
  }

  /**
   * Returns the verdict on a row that was tried. Where its content was found without its file
   * having been read, the file is read now, as those of other rows are.
   */
  private VerifiedRow verified(WorkRow row, UploadResult result, @Nullable VerifiedRow known) {
    if (!isUntouched(row, result)) {
      return result.verified();
    }
    return known == null ? verify(row) : known;
  }

  private static boolean isUntouched(WorkRow row, UploadResult result) {
    return result.verified().equals(row.candidate().found());
  }
}
