package org.assetstager.audit;

import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.RecordCodec;
import org.assetstager.spark.TaskProgress;

/** Audits the contents of a partition, several at a time. */
final class AuditContents implements MapPartitionsFunction<Row, Row> {
  static final RecordCodec<ClaimedContent> CLAIMED = RecordCodec.of(ClaimedContent.class);
  static final RecordCodec<AuditedContent> AUDITED = RecordCodec.of(AuditedContent.class);

  /** Requests wait for the store, not for a core. */
  private static final int HEADS_AT_ONCE = 16;

  /** Reading back takes the core's time as well. */
  private static final int READS_AT_ONCE = 4;

  private final Settings settings;
  private final boolean deep;
  private final RequestTotals requests;
  private final TaskProgress progress;

  AuditContents(Settings settings, boolean deep, RequestTotals requests, TaskProgress progress) {
    this.settings = settings;
    this.deep = deep;
    this.requests = requests;
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> contents) {
    requests.addWhenTaskEnds();
    ContentAuditor auditor = new ContentAuditor(settings, deep);
    Iterator<AuditedContent> audited =
        ConcurrentMap.map(
            contents,
            deep ? READS_AT_ONCE : HEADS_AT_ONCE,
            "audit",
            row -> auditor.audit(CLAIMED.fromRow(row)));
    return progress.counting(audited, this::bytesRead, AUDITED::toRow);
  }

  private long bytesRead(AuditedContent content) {
    boolean read = deep && content.proof() != null && content.foundSize() != null;
    return read ? content.foundSize() : 0;
  }
}
