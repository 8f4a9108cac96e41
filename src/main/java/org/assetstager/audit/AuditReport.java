package org.assetstager.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assetstager.asset.VisibleJson;
import org.assetstager.catalog.ContentName;
import org.assetstager.report.ExitCode;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found, for people and programs.
 *
 * @param scope what was looked at, and how
 * @param since the audit that this one went on from: its id if it is of the same run, else its
 *     folder's location; or null
 * @param ledger location of the run's folder
 * @param folder location of the audit's folder
 * @param ledgerRows rows of the ledger, of every outcome
 * @param ledgerProblem how the ledger's rows differ from the run's report, or null where they agree
 * @param extent what of the ledger was looked at, and what is left
 * @param deletion what of the ledger's files is safe to delete; null where nobody asked
 * @param bytesRead of the objects that were read back
 * @param requests to S3 by kind, each attempt counted, in the given order
 * @param settings in the given order; without secrets
 */
public record AuditReport(
    String runId,
    AuditScope scope,
    @Nullable String since,
    String appVersion,
    String sparkVersion,
    Instant startedAt,
    Instant endedAt,
    String ledger,
    String folder,
    long ledgerRows,
    @Nullable String ledgerProblem,
    AuditTotals totals,
    AuditExtent extent,
    @Nullable DeletionTotals deletion,
    double seconds,
    long bytesRead,
    Map<String, Long> requests,
    Map<String, String> settings) {
  /** Its file in the audit's folder. */
  public static final String FILE = "audit.json";

  /** The number of the form of {@link #toJson}. */
  private static final int FORMAT = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the maps, order kept. Nothing is safe to delete by a ledger that isn't whole. */
  public AuditReport {
    if (deletion != null && ledgerProblem != null) {
      deletion = deletion.withoutSafe(Kept.LEDGER_CHANGED);
    }
    requests = Collections.unmodifiableMap(new LinkedHashMap<>(requests));
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** Whether every object was read back. */
  public boolean deep() {
    return scope.deep();
  }

  /**
   * Returns {@code DONE} where every claim that was looked at holds and the ledger is whole, else
   * code 4. Where files that are safe to delete were looked for, code 1 where it couldn't be found
   * out about each row, else {@code DONE}.
   */
  public ExitCode exitCode() {
    if (deletion != null) {
      boolean complete = deletion.isComplete() && ledgerProblem == null && !extent.isStopped();
      return complete ? ExitCode.DONE : ExitCode.FAILED;
    }
    boolean holds = totals.problems().isEmpty() && ledgerProblem == null;
    return holds ? ExitCode.DONE : ExitCode.UPLOADS_FAILED;
  }

  /**
   * Returns one JSON object, indented, ending in a newline: fields in a fixed order and in snake
   * case, every proof and problem named even where it has no contents, times as ISO 8601 in UTC.
   */
  public String toText() {
    return VisibleJson.pretty(toJson()) + "\n";
  }

  /** Returns the object of {@link #toText}. */
  public ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    json.put("run_id", runId);
    json.put("command", "audit");
    json.put("deep", scope.deep());
    json.put("share", scope.share().toString());
    json.put("since", since);
    json.put("app_version", appVersion);
    json.put("spark_version", sparkVersion);
    json.put("started_at", startedAt.toString());
    json.put("ended_at", endedAt.toString());
    json.put("exit_code", exitCode().value());
    json.put("ledger", ledger);
    json.put("ledger_rows", ledgerRows);
    json.put("ledger_problem", ledgerProblem);
    json.set("audited", JSON.valueToTree(totals.all()));
    putExtent(json);
    ObjectNode held = json.putObject("held");
    for (AuditProof proof : AuditProof.values()) {
      if (proof != AuditProof.CONTRADICTED) {
        held.set(proof.name(), JSON.valueToTree(totals.of(proof)));
      }
    }
    ObjectNode problems = json.putObject("problems");
    for (AuditProblem problem : AuditProblem.values()) {
      problems.set(problem.name(), JSON.valueToTree(totals.of(problem)));
    }
    putDeletion(json);
    json.put("seconds", seconds);
    json.put("bytes_read", bytesRead);
    json.set("requests", JSON.valueToTree(requests));
    json.set("settings", JSON.valueToTree(settings));
    return json;
  }

  private void putExtent(ObjectNode json) {
    json.put("seen_before_rows", extent.seenBefore());
    if (!extent.isStopped()) {
      json.putNull("stopped");
      return;
    }
    ObjectNode stopped = json.putObject("stopped").put("rows_left", extent.left());
    ContentName ahead = extent.ahead();
    ObjectNode before = ahead == null ? null : stopped.putObject("before");
    if (ahead != null && before != null) {
      before.put("top_hash", ahead.topHash()).put("md5", ahead.md5());
    }
  }

  private void putDeletion(ObjectNode json) {
    String wanted = scope.wantedName();
    if (deletion == null || wanted == null) {
      json.putNull("safe_to_delete");
      return;
    }
    ObjectNode safe = json.putObject("safe_to_delete");
    safe.put("in", wanted);
    safe.put("files", deletion.paths().rows());
    safe.put("rows", deletion.safe().rows());
    safe.put("bytes", deletion.paths().bytes());
    ObjectNode kept = safe.putObject("kept");
    for (Kept reason : Kept.values()) {
      kept.set(reason.name(), JSON.valueToTree(deletion.of(reason)));
    }
  }
}
