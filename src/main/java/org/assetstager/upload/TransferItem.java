package org.assetstager.upload;

import java.io.Serializable;
import org.assetstager.run.StepFile;

/** What one task of the transfer does. */
interface TransferItem extends Serializable {
  /** Does it, inside a task, and returns the file of what came of it, of the work file's number. */
  StepFile carryOut(TransferWork transfer);

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
}
