package org.assetstager.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.FileId;
import org.assetstager.asset.Md5;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerFacts;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.report.Estimate;
import org.assetstager.report.Estimator;
import org.assetstager.report.Measured;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.report.RunReport.Phase;
import org.assetstager.report.Uploads;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.CostSettings;
import org.assetstager.settings.UploadSettings;
import org.assetstager.testing.WrittenLedger;
import org.jspecify.annotations.Nullable;

/**
 * Ledgers for the notebooks, written as the job writes them: a migration of three assets, planned,
 * run on a Friday evening, and run again after the weekend. They are the same whenever they are
 * made, so that the notebooks' results can be compared.
 */
public final class SampleLedgers {
  private static final int FILES = 1_500;
  private static final int NEW_FILES = 120;
  private static final String[] ASSETS = {"microscopy", "sequencing", "archive"};
  private static final String[] PEOPLE = {"ana", "ben", "chen", "import-job"};
  private static final String[] ENDINGS = {".tif", ".fastq.gz", ".pdf"};

  private final Random random = new Random(42);
  private final List<SampleFile> files = new ArrayList<>();

  /**
   * A file of the sample.
   *
   * @param fate its outcome in the first run, but for duplicates
   */
  private record SampleFile(
      int number, String asset, String path, long size, String md5, String by, Outcome fate) {}

  private SampleLedgers() {
    while (files.size() < FILES) {
      files.add(file(files.size(), fate()));
    }
  }

  /**
   * Writes the ledgers.
   *
   * @param arguments the folder for them, a path with its scheme
   */
  public static void main(String[] arguments) throws IOException {
    new SampleLedgers().write(arguments[0]);
  }

  private void write(String ledgerPath) {
    write(ledgerPath, "plan", Instant.parse("2026-01-08T15:00:00Z"));
    write(ledgerPath, "friday", Instant.parse("2026-01-09T18:00:00Z"));
    for (int i = 0; i < NEW_FILES; i++) {
      files.add(file(files.size(), Outcome.STAGED));
    }
    write(ledgerPath, "monday", Instant.parse("2026-01-12T08:00:00Z"));
  }

  private void write(String ledgerPath, String runId, Instant start) {
    List<LedgerRow> rows = rows(runId, start);
    RunFolder folder = new RunFolder(ledgerPath, runId, new Configuration());
    WrittenLedger.write(folder, rows, rows.size());
    folder.writeText("report.json", ReportJson.write(report(runId, start, rows)));
  }

  private SampleFile file(int number, Outcome fate) {
    String asset = ASSETS[random.nextInt(20) < 12 ? 0 : random.nextInt(2) + 1];
    int kind = List.of(ASSETS).indexOf(asset);
    String path = "%s/%04d%s".formatted((char) ('a' + number % 8), number, ENDINGS[kind]);
    long size = (long) Math.exp(9.5 + 2.5 * kind % 5 + 2.4 * random.nextGaussian());
    SampleFile equal = number > 50 && random.nextInt(7) == 0 ? files.get(number / 3) : null;
    if (equal != null && fate == Outcome.STAGED) {
      // A copy of an earlier one.
      return new SampleFile(number, asset, path, equal.size(), equal.md5(), person(), equal.fate());
    }
    return new SampleFile(number, asset, path, size, md5("content " + number), person(), fate);
  }

  private String person() {
    return PEOPLE[Math.min(random.nextInt(6), PEOPLE.length - 1)];
  }

  private Outcome fate() {
    int of1000 = random.nextInt(1000);
    Outcome[] rare = {
      Outcome.FAILED, Outcome.MODIFIED, Outcome.DELETED, Outcome.RENAMED, Outcome.UNREADABLE
    };
    if (of1000 < 40) {
      return rare[of1000 % rare.length];
    }
    return of1000 < 340
        ? Outcome.KNOWN_REMOTE
        : of1000 < 400 ? Outcome.KNOWN_STAGING : Outcome.STAGED;
  }

  private List<LedgerRow> rows(String runId, Instant start) {
    Random times = new Random(runId.length());
    Map<String, Integer> firstOf = new HashMap<>();
    List<LedgerRow> rows = new ArrayList<>();
    long now = start.toEpochMilli() + 30_000;
    for (SampleFile file : files) {
      Outcome fate = fate(runId, file);
      Integer first =
          fate == Outcome.STAGED ? firstOf.putIfAbsent(file.md5(), file.number()) : null;
      Outcome outcome =
          fate != Outcome.STAGED
              ? fate
              : runId.equals("plan")
                  ? Outcome.PLANNED
                  : first == null ? Outcome.STAGED : Outcome.DUPLICATE;
      now += 20 + times.nextInt(200);
      long took =
          300 + file.size() / 20_000 + (times.nextInt(40) == 0 ? 20_000 : times.nextInt(900));
      rows.add(row(runId, file, outcome, first, now, took));
    }
    return rows;
  }

  /**
   * What becomes of a file's content in a run: on Monday half of what was wrong has been mended.
   */
  private static Outcome fate(String runId, SampleFile file) {
    boolean monday = runId.equals("monday");
    boolean mended = file.number() % 2 == 0;
    return switch (file.fate()) {
      case STAGED ->
          monday && file.number() < FILES
              ? file.number() % 3 == 0 ? Outcome.KNOWN_REMOTE : Outcome.KNOWN_STAGING
              : Outcome.STAGED;
      case KNOWN_STAGING -> monday ? Outcome.KNOWN_REMOTE : Outcome.KNOWN_STAGING;
      case FAILED -> runId.equals("friday") ? Outcome.FAILED : Outcome.STAGED;
      case KNOWN_REMOTE -> Outcome.KNOWN_REMOTE;
      default -> monday && mended ? Outcome.STAGED : file.fate();
    };
  }

  private static LedgerRow row(
      String runId,
      SampleFile file,
      Outcome outcome,
      @Nullable Integer duplicateOf,
      long verifiedAt,
      long took) {
    String manifest = "hdfs:///manifests/" + file.asset() + ".jsonl";
    boolean staged = outcome == Outcome.STAGED;
    boolean inRemote = outcome == Outcome.KNOWN_REMOTE;
    boolean stored =
        staged || inRemote || outcome == Outcome.KNOWN_STAGING || outcome == Outcome.DUPLICATE;
    String fileId = new FileId(Md5.parse(file.md5())).toString();
    return new LedgerRow(
        runId,
        manifest,
        file.number() * 300L,
        file.asset(),
        file.asset(),
        file.asset(),
        "/data/" + file.asset(),
        file.path(),
        file.size(),
        file.md5(),
        null,
        fileId,
        outcome.needsPerson() ? outcome.name() : "UNCHANGED",
        null,
        outcome,
        inRemote ? "committed" : stored ? "staged" : "pending",
        stored ? (inRemote ? "indexed" : "incoming") : null,
        stored ? "contents/" + file.asset() + "/" + fileId : null,
        stored ? file.md5() : null,
        staged ? file.size() : 0,
        duplicateOf == null ? null : manifest + "#" + duplicateOf * 300L,
        remedy(outcome),
        outcome == Outcome.FAILED ? "SlowDown" : null,
        outcome == Outcome.FAILED ? "Please reduce your request rate" : null,
        verifiedAt,
        staged || outcome == Outcome.DUPLICATE ? verifiedAt + took : null,
        null,
        file.by(),
        null,
        runId.equals("plan"),
        LedgerFacts.NONE,
        null);
  }

  private static @Nullable String remedy(Outcome outcome) {
    return switch (outcome) {
      case MODIFIED -> "Add it again";
      case DELETED -> "Remove it from the asset, or put the file back and add it again";
      case RENAMED -> "Remove the old path from the asset and add the new one";
      case UNREADABLE -> "Let the job's user read the file, or repair its storage, then run again";
      case FAILED -> "Run again; if it fails again, act on the error";
      default -> null;
    };
  }

  private static RunReport report(String runId, Instant start, List<LedgerRow> rows) {
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    long files = 0;
    long bytes = 0;
    long uploaded = 0;
    long objects = 0;
    for (LedgerRow row : rows) {
      long size = row.size();
      totals.merge(
          row.outcome(),
          new Total(1, size),
          (a, b) -> new Total(a.rows() + b.rows(), a.bytes() + b.bytes()));
      if (row.verdict().equals("UNCHANGED") || row.outcome() == Outcome.MODIFIED) {
        files++;
        bytes += size;
      }
      boolean sent =
          row.outcome() == Outcome.STAGED
              || (row.outcome() == Outcome.PLANNED && row.duplicateOf() == null);
      uploaded += sent ? size : 0;
      objects += sent ? 1 : 0;
    }
    boolean dry = runId.equals("plan");
    List<Phase> phases = new ArrayList<>();
    phases.add(new Phase("scan", 4.2 + rows.size() / 500.0, rows.size(), 300L * rows.size()));
    phases.add(new Phase("list", 14.6, 0, 0));
    phases.add(new Phase("plan", 2.3, files, 0));
    if (!dry) {
      double reading = bytes / 4e8 + files / 50.0;
      double sending = uploaded / 1e8 + objects / 20.0;
      phases.add(new Phase("transfer", Math.max(reading, sending), files, bytes));
    }
    double seconds = phases.stream().mapToDouble(Phase::seconds).sum();
    OutcomeTotals counted = new OutcomeTotals(totals);
    Map<String, Long> requests = new LinkedHashMap<>();
    requests.put("LIST", 14L);
    requests.put("HEAD", 37L);
    requests.put("PUT", dry ? 0L : objects);
    return new RunReport(
        runId,
        "stage",
        dry,
        "sample",
        "4.2.0",
        start,
        start.plusMillis((long) (seconds * 1000)),
        counted.exitCode(),
        null,
        "hdfs:///ledger/run_id=" + runId,
        rows.size(),
        counted,
        dry ? 0 : uploaded,
        List.of(),
        phases,
        requests,
        dry ? new RunReport.Plan(objects, 14, 37, objects, 0, uploaded) : null,
        dry ? estimate(requests, seconds, objects, uploaded) : null,
        Map.of(),
        null);
  }

  private static Estimate estimate(
      Map<String, Long> requests, double seconds, long objects, long bytes) {
    CostSettings prices =
        new CostSettings(
            "USD",
            new BigDecimal("0.005"),
            new BigDecimal("0.005"),
            new BigDecimal("0.0004"),
            new BigDecimal("0.023"),
            BigDecimal.ZERO,
            100 << 20,
            Duration.ofMillis(50));
    UploadSettings upload = new UploadSettings(16 << 20, 16 << 20, 1L << 30, null, null);
    return new Estimator(prices, upload)
        .of(
            new Uploads(objects, 0, 0, 0, bytes, 0),
            new Measured(requests, seconds, false, 32, 0, 0, null));
  }

  private static String md5(String content) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(content.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
