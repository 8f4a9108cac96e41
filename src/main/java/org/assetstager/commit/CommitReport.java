package org.assetstager.commit;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.Maps;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.assetstager.asset.Total;
import org.assetstager.asset.VisibleJson;
import org.assetstager.report.JsonLines;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommits;

/**
 * What a commit did: {@code report.json} beside its ledger, whose fields are the components in
 * snake case.
 *
 * @param format the number of this form
 * @param runId of the run whose content was committed
 * @param command always {@code commit}
 * @param startedAt ISO 8601 in UTC
 * @param endedAt ISO 8601 in UTC
 * @param exitCode that the command ended with
 * @param folder location of the commit's folder
 * @param outcomes contents of each outcome and their bytes, all outcomes named
 * @param stagedRemoved contents whose objects in staging were deleted
 * @param seconds that the last attempt took
 * @param requests to S3 of the last attempt by kind, each attempt at one counted
 * @param settings in the given order; without secrets
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CommitReport(
    int format,
    String runId,
    String command,
    String commitId,
    String appVersion,
    String sparkVersion,
    String startedAt,
    String endedAt,
    int exitCode,
    String folder,
    Map<CommitOutcome, Total> outcomes,
    long stagedRemoved,
    double seconds,
    Map<String, Long> requests,
    Map<String, String> settings) {
  /** Its file in the commit's folder. */
  public static final String FILE = "report.json";

  /** The name of the command. */
  public static final String COMMAND = "commit";

  /** The number of this form. */
  public static final int FORMAT = 1;

  /** Copies the maps, order kept. */
  public CommitReport {
    outcomes = Maps.immutableEnumMap(outcomes);
    requests = Collections.unmodifiableMap(new LinkedHashMap<>(requests));
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * Ends a commit.
   *
   * @param commits of its steps
   * @throws org.assetstager.run.OvertakenException if another driver has ended it
   */
  public void end(RunFolder of, StepCommits commits) {
    String text = VisibleJson.pretty(this) + "\n";
    commits.end(text);
    of.writeText(FILE, text);
  }

  /** Returns the last event of {@code --json}. */
  public ObjectNode event() {
    ObjectNode event = JsonLines.event("result");
    event.setAll(new ObjectMapper().<ObjectNode>valueToTree(this));
    return event;
  }

  /** Returns the report of a commit that has ended; empty of anything else. */
  public static Optional<CommitReport> read(RunFolder folder) {
    return StepCommits.end(folder).isPresent() && CommitRun.isOne(folder)
        ? folder.readJson(StepCommits.END, CommitReport.class)
        : Optional.empty();
  }
}
