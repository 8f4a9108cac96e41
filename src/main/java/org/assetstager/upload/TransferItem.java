package org.assetstager.upload;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.assetstager.run.StepFile;

/** What one task of the transfer does. */
interface TransferItem extends Serializable {
  /** Does it, inside a task, and returns the file of what came of it, of the work file's number. */
  StepFile carryOut(TransferWork transfer);

  /**
   * Returns what there is to be done before a split upload can end: the whole, if it must be read,
   * then all parts.
   *
   * @param pieceBytes that one task sends, at least one part
   * @param read whether the whole was read by an earlier driver
   */
  static List<TransferItem> pieces(SplitUpload upload, long pieceBytes, boolean read) {
    List<TransferItem> pieces = new ArrayList<>();
    if (!upload.digested() && !read) {
      pieces.add(new Whole(upload));
    }
    int parts = upload.plan().count();
    int partsOfPiece = (int) Math.min(parts, Math.max(1, pieceBytes / upload.partSize()));
    for (int first = 0; first < parts; first += partsOfPiece) {
      pieces.add(new Parts(upload, first, Math.min(partsOfPiece, parts - first)));
    }
    return pieces;
  }

  /** A whole work file. */
  record WorkFile(StepFile work) implements TransferItem {
    @Override
    public StepFile carryOut(TransferWork transfer) {
      return transfer.call(work);
    }
  }

  /**
   * A work file of more rows of a content.
   *
   * @param first what came of the work file that has the content's first rows
   */
  record Later(StepFile work, StepFile first) implements TransferItem {
    @Override
    public StepFile carryOut(TransferWork transfer) {
      return transfer.callLater(work, first);
    }
  }

  /** Reads the whole file, for its MD5 and those of the parts. */
  record Whole(SplitUpload upload) implements TransferItem {
    @Override
    public StepFile carryOut(TransferWork transfer) {
      return transfer.digestWhole(upload);
    }
  }

  /**
   * Sends some of the parts.
   *
   * @param first index of the first of them, from 0
   */
  record Parts(SplitUpload upload, int first, int count) implements TransferItem {
    @Override
    public StepFile carryOut(TransferWork transfer) {
      return transfer.sendParts(upload, first, count);
    }
  }

  /**
   * Ends the upload, and with it the work file.
   *
   * @param pieces what came of the others
   */
  record End(SplitUpload upload, List<StepFile> pieces) implements TransferItem {
    public End {
      pieces = List.copyOf(pieces);
    }

    @Override
    public StepFile carryOut(TransferWork transfer) {
      return transfer.end(upload, pieces);
    }
  }
}
