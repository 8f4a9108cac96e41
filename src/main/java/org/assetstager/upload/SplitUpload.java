package org.assetstager.upload;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.assetstager.digest.PartPlan;
import org.assetstager.run.StepFile;

/**
 * An open multipart upload whose parts several tasks send, while another reads the whole file.
 *
 * @param work the work file that has the content's rows and no others; the first row's file is sent
 * @param size bytes of the content
 * @param partSize bytes of each part but the last
 * @param digested whether the MD5s of the whole and of these parts are known from an earlier step,
 *     so that nobody reads the whole again
 */
record SplitUpload(StepFile work, String uploadId, long size, long partSize, boolean digested)
    implements Serializable {
  PartPlan plan() {
    return new PartPlan(size, partSize);
  }

  /**
   * Returns what there is to be done before the upload can end: the whole, if it must be read, then
   * all parts.
   *
   * @param pieceBytes that one task sends, at least one part
   * @param read whether the whole was read by an earlier driver
   */
  List<TransferItem> pieces(long pieceBytes, boolean read) {
    List<TransferItem> pieces = new ArrayList<>();
    if (!digested && !read) {
      pieces.add(new Whole(this));
    }
    int parts = plan().count();
    int partsOfPiece = (int) Math.min(parts, Math.max(1, pieceBytes / partSize));
    for (int first = 0; first < parts; first += partsOfPiece) {
      pieces.add(new Parts(this, first, Math.min(partsOfPiece, parts - first)));
    }
    return pieces;
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
    /** Takes what there is. */
    End {
      pieces = List.copyOf(pieces);
    }

    @Override
    public StepFile carryOut(TransferWork transfer) {
      return transfer.end(upload, pieces);
    }
  }
}
