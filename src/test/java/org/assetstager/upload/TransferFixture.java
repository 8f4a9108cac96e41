package org.assetstager.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.LedgerRows;
import org.assetstager.plan.Exclusion;
import org.assetstager.plan.WorkRow;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.testing.InTask;
import org.assetstager.testing.TestSpark;
import org.assetstager.verify.AssetRoot;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.DigestLog;

/** A work file, and a task that carries it out. */
final class TransferFixture {
  private static final String PLAN = "plan";

  final UploadFixture files;
  final RunFolder folder;
  final StepOutput output;
  final TaskProgress progress;
  final RequestTotals requests = new RequestTotals(context());
  final List<WorkRow> work = new ArrayList<>();
  CandidateRoots roots =
      candidate -> {
        AssetRoot root = AssetRoot.open(candidate.found().row().root());
        root.requireSame(candidate.rootSeen(), List.of());
        return root;
      };
  boolean resumed;
  StepFile workFile;
  StepFile ledgerFile;

  TransferFixture(Path root, Path run) {
    files = new UploadFixture(root);
    folder = new RunFolder(run.toUri().toString(), UploadFixture.RUN, new Configuration());
    folder.create();
    output = new StepOutput(folder, "nonce");
    progress = new TaskProgress(context(), "transfer " + UUID.randomUUID());
  }

  private static SparkContext context() {
    return TestSpark.session().sparkContext();
  }

  /** Adds a row to the work file, of a file as it is now; its position is its number. */
  WorkRow add(Exclusion decision, String path) throws IOException {
    return add(decision, files.candidate(path, work.size()), null, null);
  }

  WorkRow add(Exclusion decision, Candidate candidate, Long objectSize, String objectEtag) {
    WorkRow row = new WorkRow(candidate, decision, objectSize, objectEtag);
    work.add(row);
    return row;
  }

  /** Carries the work file out and returns the ledger's rows in the order of the work file's. */
  List<LedgerRow> run() throws Exception {
    TransferWork function = function();
    ledgerFile = InTask.call(() -> function.call(workFile));
    return InTask.call(this::ledger);
  }

  /** As {@link #run}, by a Spark job, which tries a task again. */
  List<LedgerRow> runAsJob() throws Exception {
    TransferWork function = function();
    ledgerFile =
        JavaSparkContext.fromSparkContext(context())
            .parallelize(List.of(workFile), 1)
            .map(function)
            .first();
    return InTask.call(this::ledger);
  }

  private TransferWork function() {
    workFile = write(3, work);
    return transfer();
  }

  /** Writes a work file. */
  StepFile write(int number, List<WorkRow> rows) {
    try (RecordWriter writer =
        output.create(PLAN, "work", number, WorkRow.CODEC, false, Map.of())) {
      for (WorkRow row : rows) {
        writer.add(WorkRow.CODEC, row, row.candidate().found().size());
      }
      return writer.finish(Map.of());
    }
  }

  UploadTasks tasks() {
    return new UploadTasks(
        files.settings(),
        UploadFixture.RUN,
        resumed,
        roots,
        requests,
        progress,
        files.log,
        new DigestLog(folder));
  }

  TransferWork transfer() {
    Settings settings = files.settings();
    LedgerRows ledgerRows =
        new LedgerRows(UploadFixture.RUN, false, settings.remote(), settings.staging().bucket());
    return new TransferWork(tasks(), ledgerRows, output, PLAN);
  }

  private List<LedgerRow> ledger() {
    return ledger(List.of(ledgerFile));
  }

  List<LedgerRow> ledger(List<StepFile> ledgerFiles) {
    List<LedgerRow> rows = new ArrayList<>();
    for (StepFile file : ledgerFiles) {
      Iterator<LedgerRow> read = output.read(TransferWork.STEP, file, LedgerRow.CODEC);
      read.forEachRemaining(rows::add);
    }
    rows.sort(Comparator.comparingLong(LedgerRow::manifestPosition));
    return rows;
  }

  /**
   * Each object in staging has the MD5 of its key, and no upload is open, in the store or on
   * record.
   */
  void requireNothingWrongAndNothingOpen() {
    files
        .staged()
        .forEach((key, md5) -> assertThat(key).endsWith("/" + new FileId(Md5.parse(md5))));
    assertThat(files.openUploads()).isEmpty();
    assertThat(files.log.open()).isEmpty();
  }

  Path ledgerPath() {
    return Path.of(
        java.net.URI.create(folder.location()).getPath(),
        "steps",
        TransferWork.STEP,
        ledgerFile.name());
  }
}
