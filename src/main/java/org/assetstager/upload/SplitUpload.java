package org.assetstager.upload;

import java.io.Serializable;
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
}
