package org.assetstager.report.html;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assetstager.asset.Outcome;
import org.assetstager.asset.Total;
import org.assetstager.ledger.LedgerRow;
import org.assetstager.ledger.Remedy;
import org.assetstager.report.Estimate;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.Problem;
import org.assetstager.report.ProblemGroups;
import org.assetstager.report.RunReport;
import org.assetstager.report.ShownProblems;
import org.assetstager.testing.SampleRows;
import org.assetstager.upload.Probe;
import org.jspecify.annotations.Nullable;

/** Pages to test with. */
public final class Pages {
  private static final String RESUME =
      "asset-stager stage --resume run1 --config \"${CONFIG:?set it to your settings file}\"";

  /** The driver's start in all of them, milliseconds since the epoch. */
  public static final long START = 1_767_323_000_000L;

  /** Names that would do harm if they were taken for anything but text. */
  public static final List<String> HOSTILE =
      List.of(
          "<script>window.pwned=1</script>",
          "</script><script>window.pwned=2</script>",
          "<img src=x onerror=\"window.pwned=3\">",
          "<!--<script>",
          "\"><svg onload=window.pwned=4>",
          "' ; touch pwned5; '",
          "$(touch pwned6)`touch pwned7`",
          "a\nrm -rf pwned8\n",
          "-rf",
          "invoice\u202egpj.exe",
          "bell\u0007\u001b[31mred",
          "line\u2028separator\u2029",
          "{{scripts}}{{data}}",
          "__proto__",
          "\uFFFDnot-utf-8",
          "back\\slash!",
          "&lt;b&gt;");

  private Pages() {}

  /** Returns a ledger row. */
  public static LedgerRow row(Outcome outcome, String path, String detail, String remedy) {
    return row(outcome, path, detail, remedy, "anna", 42);
  }

  private static LedgerRow row(
      Outcome outcome,
      String path,
      @Nullable String detail,
      String remedy,
      @Nullable String createdBy,
      long position) {
    return SampleRows.ledgerRow(
        outcome,
        "file:/data/manifest.jsonl",
        position,
        "scans 2024",
        "/data/scans",
        path,
        12_345L,
        detail,
        remedy,
        createdBy);
  }

  /** Returns a report of a run, finished where there is no error. */
  public static RunReport report(
      ExitCode code, String error, OutcomeTotals totals, Estimate estimate) {
    Map<String, Long> requests = new LinkedHashMap<>();
    requests.put("LIST", 1234L);
    requests.put("PUT", 70_000L);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("remote.bucket", "indexed");
    settings.put("remote.endpoint", "http://127.0.0.1:9000");
    settings.put("staging.tags", "{\"a\" = \"<b>\"}");
    return new RunReport(
        "run1",
        "stage",
        estimate != null,
        "0.1.0",
        "4.2.0",
        Instant.ofEpochMilli(START),
        Instant.ofEpochMilli(START + 400_000),
        code,
        error,
        "file:///ledger/run_id=run1",
        totals.rows(),
        totals,
        5_000_000_000L,
        List.of(
            new RunReport.Attempt(
                Instant.ofEpochMilli(START), Instant.ofEpochMilli(START + 400_000))),
        List.of(
            new RunReport.Phase("scan", 12, 0, 0),
            new RunReport.Phase("digest", 180, 120_000, 90_000_000_000L),
            new RunReport.Phase("list staging", 8, 0, 0),
            new RunReport.Phase("transfer", 150, 70_000, 5_000_000_000L)),
        requests,
        estimate == null ? null : new RunReport.Plan(70_005, 1234, 5, 70_000, 40, 5_000_000_000L),
        estimate,
        settings,
        null);
  }

  /** What a dry run measured. */
  public static final Probe PROBE =
      new Probe(
          20,
          4,
          8,
          false,
          Map.of(
              Probe.Kind.HEAD, new Probe.Figure(100, 0, 5.25, 0),
              Probe.Kind.READ_SMALL, new Probe.Figure(2_000, 20_000, 1_234.4, 12_345),
              Probe.Kind.SEND_PARTS, new Probe.Figure(10, 10_000_000, 104.9, 104_900_000)));

  /** Returns an estimate. */
  public static Estimate estimate() {
    Map<String, Long> requests = new LinkedHashMap<>();
    requests.put("LIST", 1234L);
    requests.put("PUT", 70_000L);
    return new Estimate(
        200,
        480,
        requests,
        5_000_000_000L,
        "USD",
        new BigDecimal("0.356170"),
        BigDecimal.ZERO,
        new BigDecimal("0.107102"),
        List.of("Transfer: not measured, but assumed to send 104.9 MB/s"),
        new Estimate.Probed(PROBE, "large_contents", "bytes of large contents, 104.9 MB/s"));
  }

  /** Returns a page with much on it: hostile names, many rows, many tasks. */
  public static Page full(int people) {
    List<LedgerRow> rows = new ArrayList<>();
    Outcome[] outcomes = {Outcome.MODIFIED, Outcome.DELETED, Outcome.UNREADABLE, Outcome.FAILED};
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    for (int i = 0; i < people; i++) {
      Outcome outcome = outcomes[i % outcomes.length];
      String path =
          i < HOSTILE.size() ? HOSTILE.get(i) : "visit-%05d/image %d.dcm".formatted(i, i % 7);
      rows.add(row(outcome, path, "size differs: " + i, remedy(outcome, path)));
      totals.merge(outcome, new Total(1, 12_345), Total::plus);
    }
    totals.replaceAll((outcome, total) -> total.plus(new Total(5000, 0)));
    totals.put(Outcome.STAGED, new Total(70_000, 5_000_000_000L));
    totals.put(Outcome.DUPLICATE, new Total(12_000, 1_500_000_000L));
    totals.put(Outcome.KNOWN_REMOTE, new Total(41_000, 80_000_000_000L));
    return page(
        report(ExitCode.UPLOADS_FAILED, null, new OutcomeTotals(totals), null),
        problems(rows),
        List.of(attempt(timeline())),
        null);
  }

  private static Page page(
      RunReport report,
      ShownProblems problems,
      List<Attempt> attempts,
      @Nullable RunReport earlier) {
    return new Page(
        report,
        assets(),
        problems,
        attempts,
        earlier,
        RESUME,
        "asset-stager stage --manifest file:/data/manifest.jsonl --config \"${CONFIG:?set it}\"");
  }

  /** Returns a page of a run whose first driver died early on. */
  public static Page resumed() {
    TaskTimeline first = new TaskTimeline(START - 3_600_000);
    first.phaseBegan("scan", START - 3_599_000);
    first.ended(
        new EndedTask(
            1,
            0,
            0,
            "0",
            "node0.example",
            START - 3_598_000,
            START - 3_590_000,
            false,
            false,
            8_000_000L));
    Page page = full(20);
    return page(
        withAttempts(
            page.report(),
            List.of(
                new RunReport.Attempt(
                    Instant.ofEpochMilli(START - 3_600_000),
                    Instant.ofEpochMilli(START - 3_580_000)),
                new RunReport.Attempt(
                    Instant.ofEpochMilli(START), Instant.ofEpochMilli(START + 400_000)))),
        page.problems(),
        List.of(attempt(first.timeline(START - 3_580_000)), attempt(timeline())),
        null);
  }

  private static RunReport withAttempts(RunReport report, List<RunReport.Attempt> attempts) {
    return new RunReport(
        report.runId(),
        report.command(),
        report.dryRun(),
        report.appVersion(),
        report.sparkVersion(),
        attempts.get(0).startedAt(),
        report.endedAt(),
        report.exitCode(),
        report.error(),
        report.ledger(),
        report.manifestRows(),
        report.outcomes(),
        report.bytesUploaded(),
        attempts,
        report.phases(),
        report.requests(),
        report.plan(),
        report.estimate(),
        report.settings(),
        report.problems());
  }

  /** Returns a page of a run that broke off, or that had no problems. */
  public static Page bare(RunReport report, int attempts) {
    return new Page(
        report, AssetTotals.none(), ShownProblems.NONE, attempts(attempts), null, RESUME, "");
  }

  /** Groups rows, and shows them one by one. */
  private static ShownProblems problems(List<LedgerRow> rows) {
    List<Problem> all = rows.stream().map(Problem::of).sorted().toList();
    ProblemGroups groups = new ProblemGroups();
    all.forEach(groups::add);
    return new ShownProblems(groups.groups(), all);
  }

  /** Returns the run that a head of a lab reads of: 20,006 files, 414 of which need somebody. */
  public static Page lab() {
    List<LedgerRow> rows = new ArrayList<>();
    add(rows, Outcome.MODIFIED, 201, "size 1,048,576 is now 1,048,580", "anna", "ben");
    add(rows, Outcome.DELETED, 150, null, "chris");
    add(rows, Outcome.RENAMED, 50, null, "anna");
    add(rows, Outcome.OUTSIDE_ROOT, 10, "a link to /scratch/tmp", "dora");
    add(rows, Outcome.INVALID, 3, "'st_size' is missing", (String) null);
    Map<Outcome, Total> totals = new EnumMap<>(Outcome.class);
    rows.forEach(row -> totals.merge(row.outcome(), new Total(1, 12_345), Total::plus));
    totals.put(Outcome.KNOWN_REMOTE, new Total(12_000, 1_200_000_000_000L));
    totals.put(Outcome.KNOWN_STAGING, new Total(92, 3_000_000_000L));
    totals.put(Outcome.STAGED, new Total(6_500, 812_000_000_000L));
    totals.put(Outcome.DUPLICATE, new Total(1_000, 9_000_000_000L));
    OutcomeTotals before =
        new OutcomeTotals(
            Map.of(
                Outcome.STAGED, new Total(19_000, 1_900_000_000_000L),
                Outcome.MODIFIED, new Total(189, 1),
                Outcome.DELETED, new Total(153, 1)));
    return page(
        report(ExitCode.NEEDS_PERSON, null, new OutcomeTotals(totals), null),
        problems(rows).withEach(row -> row.place().isEmpty() ? row : row.at("line 17")),
        List.of(attempt(timeline())),
        report(ExitCode.NEEDS_PERSON, null, before, null));
  }

  private static void add(
      List<LedgerRow> rows,
      Outcome outcome,
      int count,
      @Nullable String detail,
      @Nullable String... people) {
    for (int i = 0; i < count; i++) {
      String path = "cohort-7/visit-%03d/scan-%d.dcm".formatted(i / 3 % 40, i);
      rows.add(row(outcome, path, detail, remedy(outcome, path), people[i % people.length], i));
    }
  }

  private static String remedy(Outcome outcome, String path) {
    return switch (outcome) {
      case MODIFIED -> Remedy.ADD_AGAIN.words();
      case DELETED -> Remedy.REMOVE_OR_RESTORE.words();
      case RENAMED -> Remedy.REPLACE_PATH.words() + ": archive/" + path;
      case OUTSIDE_ROOT -> Remedy.COPY_BELOW_ROOT.words();
      case INVALID -> Remedy.FIX_MANIFEST_ROW.words();
      case UNREADABLE -> Remedy.MAKE_READABLE.words();
      default -> Remedy.RUN_AGAIN.words();
    };
  }

  /** Returns attempts that ended before they began a task. */
  public static List<Attempt> attempts(int count) {
    return Collections.nCopies(count, attempt(new TaskTimeline(START).timeline(START)));
  }

  private static Attempt attempt(Timeline timeline) {
    return new Attempt(timeline.startedAt() + 400_000, List.of(), Map.of(), timeline);
  }

  private static AssetTotals assets() {
    List<AssetTotals.Asset> largest = new ArrayList<>();
    for (int i = 0; i < AssetTotals.MOST; i++) {
      largest.add(
          new AssetTotals.Asset(
              i == 0 ? "<b>scans</b> 2024" : "asset " + i,
              new OutcomeTotals(
                  Map.of(
                      Outcome.STAGED,
                      new Total(1000 - i, 60_000_000L - i),
                      Outcome.MODIFIED,
                      new Total(i, 1000L * i)))));
    }
    return new AssetTotals(
        largest, 950, new OutcomeTotals(Map.of(Outcome.STAGED, new Total(20_000, 2_000_000L))));
  }

  private static Timeline timeline() {
    TaskTimeline timeline = new TaskTimeline(START);
    Random random = new Random(1);
    timeline.phaseBegan("scan", START + 1000);
    timeline.phaseEnded("scan", START + 13_000);
    timeline.phaseBegan("digest", START + 13_000);
    for (int executor = 0; executor < 6; executor++) {
      long at = START + 13_100;
      for (int i = 0; i < 40; i++) {
        long took = i == 20 && executor == 3 ? 30_000 : 3000 + random.nextInt(1500);
        timeline.ended(
            new EndedTask(
                2,
                executor * 40 + i,
                0,
                "" + executor,
                "node" + executor + ".example",
                at,
                at + took,
                i == 7,
                false,
                took * 100_000));
        at += took;
      }
    }
    timeline.phaseEnded("digest", START + 193_000);
    timeline.phaseBegan("transfer", START + 201_000);
    for (int i = 0; i < 240; i++) {
      long at = START + 201_000 + i / 6 * 3600L;
      timeline.ended(
          new EndedTask(
              5,
              i,
              0,
              "" + i % 6,
              "node" + i % 6 + ".example",
              at,
              at + 3500,
              false,
              false,
              20_000_000L));
    }
    timeline.phaseEnded("transfer", START + 351_000);
    return timeline.timeline(START + 400_000);
  }
}
