package org.assetstager.run;

import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;

/**
 * Tries what runs need of the folder that holds their own: to write, to read and to delete there.
 */
public final class LedgerTrial {
  private static final String FILE = "probe";

  private LedgerTrial() {}

  /**
   * Makes a folder with a file beside the runs' folders, and removes them.
   *
   * @param ledgerPath a Hadoop path, with its scheme; made if it isn't there, as by a run
   * @throws JobFailure if that doesn't work, or the file can be made twice
   */
  public static void run(String ledgerPath, Configuration configuration) {
    Path place = new Path(new Path(ledgerPath), ".check-" + UUID.randomUUID());
    RunFolder folder = new RunFolder(place.toString(), configuration);
    folder.create();
    try {
      write(folder);
    } catch (JobFailure e) {
      deleteAfter(e, folder);
      throw e;
    }
    delete(folder);
  }

  private static void write(RunFolder folder) {
    if (!folder.createText(FILE, "first") || folder.createText(FILE, "second")) {
      throw folder.withoutConditions();
    }
    if (folder.readText(FILE).filter("first"::equals).isEmpty()) {
      throw JobFailure.system(
          "What was written to " + folder.location() + " can't be read back",
          "Check the file system that ledger.path names");
    }
  }

  private static void deleteAfter(JobFailure failure, RunFolder folder) {
    try {
      delete(folder);
    } catch (JobFailure notDeleted) {
      failure.addSuppressed(notDeleted);
    }
  }

  private static void delete(RunFolder folder) {
    if (!folder.delete(".") || folder.exists()) {
      throw JobFailure.system(
          "What was written to " + folder.location() + " can't be deleted",
          "Let the job delete files below ledger.path, and remove that folder");
    }
  }
}
