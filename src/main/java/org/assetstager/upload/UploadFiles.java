package org.assetstager.upload;

import static java.util.Objects.requireNonNull;

import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.assetstager.plan.Content;
import org.assetstager.plan.PlannedContent;
import org.assetstager.plan.UploadPlanner;
import org.assetstager.s3.RequestTotals;
import org.assetstager.s3.S3Clients;
import org.assetstager.settings.Settings;
import org.assetstager.spark.ConcurrentMap;
import org.assetstager.spark.TaskProgress;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.ExecutorChecks;

/** Uploads the contents of a partition, several at a time; in a dry run only proves them. */
public final class UploadFiles implements MapPartitionsFunction<Row, Row> {
  /** With the parts below it bounds a task's memory: 8 buffers of {@code upload.part-size}. */
  private static final int FILES_AT_ONCE = 4;

  private static final int PARTS_IN_FLIGHT = 2;

  private final Settings settings;
  private final String runId;
  private final boolean dryRun;
  private final boolean resumed;
  private final ExecutorChecks checks;
  private final RequestTotals requests;
  private final TaskProgress progress;

  /** Takes what a task needs; nothing is opened before it runs. */
  public UploadFiles(
      Settings settings,
      String runId,
      boolean dryRun,
      boolean resumed,
      ExecutorChecks checks,
      RequestTotals requests,
      TaskProgress progress) {
    this.settings = settings;
    this.runId = runId;
    this.dryRun = dryRun;
    this.resumed = resumed;
    this.checks = checks;
    this.requests = requests;
    this.progress = progress;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> contents) {
    requests.addWhenTaskEnds();
    Map<String, AssetRoot> roots = checks.roots();
    ContentUploader uploader =
        new ContentUploader(
            settings,
            runId,
            S3Clients.staging(settings),
            root -> requireNonNull(roots.get(root), root),
            PARTS_IN_FLIGHT,
            bytes -> {},
            upload -> {});
    // What an earlier attempt sent is seen by looking: a refused request still sends its body.
    boolean lookFirst = resumed || TaskContext.get().attemptNumber() > 0;
    Function<Row, UploadResult> work =
        row -> {
          PlannedUpload planned = planned(UploadPlanner.PLAN.fromRow(row), lookFirst);
          return dryRun ? uploader.prove(planned) : uploader.upload(planned);
        };
    Iterator<UploadResult> results = ConcurrentMap.map(contents, FILES_AT_ONCE, "upload", work);
    return progress.counting(results, UploadResult::bytesUploaded, UploadRounds.RESULTS::toRow);
  }

  private static PlannedUpload planned(PlannedContent planned, boolean lookFirst) {
    Content content = planned.content();
    return new PlannedUpload(
        content.topHash(),
        content.md5(),
        content.size(),
        content.root(),
        content.path(),
        content.manifestFile(),
        content.manifestPosition(),
        content.modifiedAtNanos(),
        content.inode(),
        content.digested(),
        content.partSize(),
        content.partMd5s(),
        planned.stagingEtag(),
        planned.stagingSize(),
        lookFirst);
  }
}
