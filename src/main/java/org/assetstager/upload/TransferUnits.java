package org.assetstager.upload;

import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.assetstager.ledger.ContentOutcome;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.plan.WorkRow;
import org.assetstager.verify.RowGroups;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a work file as units of work for a thread each: the row that represents a content to
 * be sent, alone and at once; all others in groups of small files, or alone. However many rows a
 * content has, few are held at a time.
 */
final class TransferUnits implements Iterator<List<TransferUnits.Share>> {
  /**
   * The rows of one content in a unit.
   *
   * @param turn of the unit among those of the content, from 0, in the order of the units
   * @param last whether no other unit has rows of the content after this one
   * @param stands whether it is the row that represents the content
   */
  record Share(ContentFate fate, int turn, boolean last, boolean stands, List<WorkRow> rows) {}

  /** A content whose rows are being read; for the reading thread alone. */
  private static final class Reading {
    private final ContentFate fate;
    private long read;
    private long given;
    private int turns;
    private boolean complete;

    Reading(ContentFate fate) {
      this.fate = fate;
    }

    Share share(List<ReadRow> rows) {
      given += rows.size();
      return new Share(
          fate,
          turns++,
          complete && given == read,
          rows.get(0).stands(),
          rows.stream().map(ReadRow::row).toList());
    }
  }

  private record ReadRow(Reading content, WorkRow row, boolean stands) {
    ManifestRow manifestRow() {
      return row.candidate().found().row();
    }
  }

  private final RowGroups<ReadRow> groups;

  /**
   * Takes the rows of a work file.
   *
   * @param isRead whether a row's file is read although it isn't sent
   * @param found the outcome of the one content that the rows have, in another work file; else null
   */
  TransferUnits(Iterator<WorkRow> rows, Predicate<WorkRow> isRead, @Nullable ContentOutcome found) {
    this.groups =
        new RowGroups<>(
            new Reader(rows, found), ReadRow::manifestRow, read -> bytesToRead(read, isRead));
  }

  private static long bytesToRead(ReadRow read, Predicate<WorkRow> isRead) {
    if (read.stands()) {
      return Long.MAX_VALUE;
    }
    return isRead.test(read.row()) ? RowGroups.bytesToRead(read.manifestRow()) : 0;
  }

  @Override
  public boolean hasNext() {
    return groups.hasNext();
  }

  @Override
  public List<Share> next() {
    Map<Reading, List<ReadRow>> contents = new LinkedHashMap<>();
    for (ReadRow read : groups.next()) {
      contents.computeIfAbsent(read.content(), content -> new ArrayList<>()).add(read);
    }
    List<Share> shares = new ArrayList<>(contents.size());
    contents.forEach((content, rows) -> shares.add(content.share(rows)));
    return shares;
  }

  /** Reads one row ahead: so it is known of each row whether it is the last of its content. */
  private static final class Reader implements Iterator<ReadRow> {
    private final PeekingIterator<WorkRow> rows;
    private final @Nullable ContentOutcome found;
    private @Nullable Reading content;

    Reader(Iterator<WorkRow> rows, @Nullable ContentOutcome found) {
      this.rows = Iterators.peekingIterator(rows);
      this.found = found;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public ReadRow next() {
      WorkRow row = rows.next();
      Reading of = content == null ? new Reading(new ContentFate(row.decision(), found)) : content;
      boolean stands = of.read == 0 && !of.fate.isDecided();
      of.read++;
      of.complete = !rows.hasNext() || !sameContent(row, rows.peek());
      content = of.complete ? null : of;
      return new ReadRow(of, row, stands);
    }

    private static boolean sameContent(WorkRow row, WorkRow other) {
      return Objects.equals(row.candidate().found().md5(), other.candidate().found().md5())
          && Objects.equals(
              row.candidate().found().row().topHash(), other.candidate().found().row().topHash());
    }
  }
}
