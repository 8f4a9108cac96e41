package org.assetstager.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;

/** Makes folders of runs that have been described. */
public final class RunFolders {
  private RunFolders() {}

  public static RunFolder begun(Path ledger, String runId, String nonce) {
    RunFolder run = new RunFolder("file://" + ledger, runId, new Configuration());
    run.create();
    run.writeJson(
        RunDescription.FILE,
        new RunDescription(
            RunDescription.FORMAT,
            runId,
            List.of(),
            null,
            null,
            false,
            1,
            "fingerprint",
            Map.of(),
            0,
            nonce,
            null,
            null,
            null));
    return run;
  }
}
