package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.asset.Outcome.DELETED;
import static org.assetstager.asset.Outcome.DUPLICATE;
import static org.assetstager.asset.Outcome.MODIFIED;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.run.RunFolder;
import org.assetstager.run.RunLock;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FullDisk;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that break off, and what {@code --resume} makes of them. */
@Tag("process")
@Tag("server")
@Tag("spark")
class StageResumeTest {
  @TempDir Path folder;
  private StageFixture fixture;
  private FaultyS3 store;

  /** How many PUTs the store still takes before it answers 403. */
  private final AtomicInteger putsLeft = new AtomicInteger();

  private final AtomicInteger putsTaken = new AtomicInteger();

  /** A report there and then is one of an attempt that broke off. */
  private final AtomicInteger reportsDuringUploads = new AtomicInteger();

  @BeforeEach
  void startStore() throws IOException {
    fixture = new StageFixture(folder);
    store =
        new FaultyS3(
            fixture.server,
            request -> {
              boolean puts =
                  request.line().startsWith("PUT ") && !request.line().contains(".preflight");
              boolean aborts =
                  request.line().startsWith("DELETE ") && !request.line().contains(".preflight");
              if ((puts && putsLeft.getAndDecrement() <= 0) || (aborts && putsLeft.get() <= 0)) {
                return FaultyS3.Answer.error(403, "AccessDenied");
              }
              if (puts) {
                reportsDuringUploads.addAndGet(reports());
                putsTaken.incrementAndGet();
              }
              return request.forward();
            });
    fixture.endpoint(store.endpoint());
  }

  @AfterEach
  void stopStore() {
    store.close();
  }

  private int reports() {
    try (Stream<Path> files = Files.walk(fixture.ledgers)) {
      return (int) files.filter(file -> file.endsWith("report.json")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ran start(Path manifest, String runId, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--manifest", manifest.toString(), "--run-id", runId));
    arguments.addAll(List.of(more));
    return fixture.command(arguments);
  }

  private void requireBrokenOff(Ran ran, String runId) {
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.err())
        .contains("403 AccessDenied")
        .contains("staging.credentials")
        .doesNotContain("\tat ");
    JsonNode report = StageFixture.readReport(fixture.ledgers.resolve("run_id=" + runId));
    assertThat(report.get("exit_code").asInt()).isEqualTo(1);
    assertThat(report.get("error").asText()).contains("403 AccessDenied");
  }

  private Map<String, Long> recordsOf(String runId, String stage) throws IOException {
    Map<String, Long> times = new TreeMap<>();
    try (Stream<Path> files =
        Files.list(fixture.ledgers.resolve("run_id=" + runId).resolve("steps").resolve(stage))) {
      for (Path file : files.toList()) {
        times.put(file.getFileName().toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return times;
  }

  @Test
  void resume_afterTheStoreRefused_sendsOnlyWhatIsMissingAndVerifiesNothingAgain()
      throws Exception {
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rows.add(fixture.add("file " + i, "content " + i));
    }
    Path manifest = fixture.manifest(rows.toArray(ObjectNode[]::new));
    putsLeft.set(4);
    requireBrokenOff(start(manifest, "r1"), "r1");
    assertThat(putsTaken.get()).isEqualTo(4);
    Map<String, Long> verified = recordsOf("r1", "scan");
    assertThat(verified).isNotEmpty();

    putsLeft.set(Integer.MAX_VALUE);
    Finished resumed = fixture.stage(null, "--resume", "r1", "--keep-steps");
    assertThat(resumed.counts()).isEqualTo(Map.of(STAGED, 8L));
    assertThat(resumed.ran.exitCode()).isZero();
    assertThat(recordsOf("r1", "scan")).isEqualTo(verified);
    assertThat(reportsDuringUploads).hasValue(0);
    // What was taken whole is not sent again.
    assertThat(putsTaken).hasValue(8);
    assertAllAttemptsAreReported(resumed);

    Ran again = fixture.command(List.of("--resume", "r1"));
    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains("The run r1 is done; nothing is left to do.");
    assertThat(again.out()).contains("STAGED");
  }

  private static void assertAllAttemptsAreReported(Finished resumed) throws Exception {
    JsonNode report = resumed.report();
    assertThat(report.get("attempts")).hasSize(2);
    assertThat(Instant.parse(report.get("attempts").get(0).get("ended_at").asText()))
        .isBeforeOrEqualTo(Instant.parse(report.get("attempts").get(1).get("started_at").asText()));
    // Half of them were sent by the first attempt, the others by the second.
    assertThat(report.get("phases").get("transfer").get("files").asLong())
        .isGreaterThanOrEqualTo(8);
    assertThat(resumed.requests("PUT")).isGreaterThan(8);
    JsonNode page = StagePageTest.page(resumed.run);
    assertThat(page.get("attempts").asInt()).isEqualTo(2);
    assertThat(page.get("drawn")).hasSize(2);
    for (JsonNode attempt : page.get("drawn")) {
      assertThat(attempt.get("timeline").get("tasks").asLong()).isPositive();
      assertThat(attempt.get("timeline").get("phases"))
          .extracting(span -> span.get(0).asText())
          .contains("transfer");
    }
    // Only the first of them had to find out what there is to do.
    assertThat(page.at("/drawn/0/timeline/phases"))
        .extracting(span -> span.get(0).asText())
        .contains("scan", "list", "plan");
  }

  @Test
  void resume_refusedAmidAMultipart_goesOnWithItsPartsAndLeavesNothingOpen() throws IOException {
    byte[] large = new byte[11 << 20];
    Arrays.fill(large, (byte) 7);
    Path manifest = fixture.manifest(fixture.add("large", large));
    putsLeft.set(1);
    requireBrokenOff(start(manifest, "r6"), "r6");
    assertThat(fixture.server.openMultipartUploads(EmbeddedS3.STAGING, fixture.stagingPrefix))
        .hasSize(1);

    putsLeft.set(Integer.MAX_VALUE);
    Finished resumed = fixture.stage(null, "--resume", "r6");
    assertThat(resumed.counts()).isEqualTo(Map.of(STAGED, 1L));
    assertThat(fixture.server.openMultipartUploads(EmbeddedS3.STAGING, fixture.stagingPrefix))
        .isEmpty();
    // Parts of 5, 5 and 1 MiB, none of them twice.
    assertThat(putsTaken).hasValue(3);
  }

  @Test
  void resume_filesChangedMeanwhile_areNotStaged() throws IOException {
    Path manifest =
        fixture.manifest(
            fixture.add("changed", "shared content"),
            fixture.add("gone", "gone later"),
            fixture.add("same", "shared content"),
            fixture.add("other", "shared content"));
    requireBrokenOff(start(manifest, "r2"), "r2");
    fixture.file("changed", "SHARED CONTENT");
    Files.delete(fixture.path("gone"));

    putsLeft.set(Integer.MAX_VALUE);
    Finished resumed = fixture.stage(null, "--resume", "r2");
    assertThat(resumed.outcomes())
        .isEqualTo(
            Map.of("changed", MODIFIED, "gone", DELETED, "same", STAGED, "other", DUPLICATE));
    assertThat(resumed.ran.exitCode()).isEqualTo(3);
    assertThat(fixture.stagingKeys()).containsExactly(fixture.stagingKey("shared content"));
  }

  @Test
  void resume_withOtherThings_isRefusedAndWithOtherLimitsAllowed() throws IOException {
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    requireBrokenOff(start(manifest, "r3", "--max-invalid", "5"), "r3");
    putsLeft.set(Integer.MAX_VALUE);

    Ran setting = fixture.command(List.of("--resume", "r3", "--set", "verify.policy=strict"));
    assertThat(setting.exitCode()).isEqualTo(2);
    assertThat(setting.err())
        .contains("The settings are not those that the run r3 was started with")
        .contains("Resume with the same settings");

    Ran dry = fixture.command(List.of("--resume", "r3", "--dry-run"));
    assertThat(dry.exitCode()).isEqualTo(2);
    assertThat(dry.err()).contains("was started without --dry-run");

    Ran invalid = fixture.command(List.of("--resume", "r3", "--max-invalid", "7"));
    assertThat(invalid.exitCode()).isEqualTo(2);
    assertThat(invalid.err())
        .contains("The run r3 was started with --max-invalid 5. Resume it without --max-invalid");

    Ran root = fixture.command(List.of("--resume", "r3", "--root", "/elsewhere"));
    assertThat(root.exitCode()).isEqualTo(2);
    assertThat(root.err()).contains("The run r3 was started without --root");

    Path other = fixture.manifest("other.jsonl", StageFixture.lines(fixture.row("a")));
    Ran manifests = fixture.command(List.of("--resume", "r3", "--manifest", other.toString()));
    assertThat(manifests.exitCode()).isEqualTo(2);
    assertThat(manifests.err())
        .contains("The manifest is not the one that the run r3 was started with")
        .contains("other.jsonl");

    byte[] before = Files.readAllBytes(manifest);
    var time = Files.getLastModifiedTime(manifest);
    fixture.manifest(fixture.row("a"), fixture.add("b", "b"));
    Ran rewritten = fixture.command(List.of("--resume", "r3"));
    assertThat(rewritten.exitCode()).isEqualTo(2);
    assertThat(rewritten.err()).contains("manifest.jsonl").contains("start a new run");
    Files.write(manifest, before);
    Files.setLastModifiedTime(manifest, time);

    Ran unknown = fixture.command(List.of("--resume", "r4"));
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("There is no run r4 in ").contains("ledger.path");

    Finished resumed =
        fixture.stage(null, "--resume", "r3", "--max-invalid", "5", "--set", "s3.max-attempts=4");
    assertThat(resumed.counts()).isEqualTo(Map.of(STAGED, 1L));
  }

  @Test
  void stage_runIdOfADoneRun_saysThatItIsDoneAndSendsNothing() {
    ObjectNode gone = fixture.add("gone", "gone");
    Path manifest = fixture.manifest(fixture.add("a", "a"), gone);
    assertThat(fixture.path("gone").toFile().delete()).isTrue();
    putsLeft.set(Integer.MAX_VALUE);
    Finished first = fixture.stage(manifest, "--run-id", "nightly");
    assertThat(first.ran.exitCode()).isEqualTo(3);
    int puts = putsTaken.get();

    Ran again = start(manifest, "nightly");
    assertThat(again.exitCode()).isEqualTo(3);
    assertThat(again.err()).isEmpty();
    assertThat(again.out())
        .contains("The run nightly is done; nothing is left to do.")
        .contains("DELETED");
    assertThat(putsTaken).hasValue(puts);
  }

  /**
   * The driver was killed when it had recorded the end: the records are as before its last work.
   */
  @Test
  void stage_runThatWasKilledRightAfterItsEnd_finishesItsLastWork() throws IOException {
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    putsLeft.set(Integer.MAX_VALUE);
    assertThat(start(manifest, "nightly", "--keep-steps").exitCode()).isZero();
    String report = Files.readString(run("nightly").resolve("report.json"));
    Files.delete(run("nightly").resolve("report.json"));

    assertThat(start(manifest, "nightly", "--keep-steps").exitCode()).isZero();
    assertThat(run("nightly").resolve("report.json")).hasContent(report);
    assertThat(run("nightly").resolve("steps/scan")).isDirectory();

    assertThat(start(manifest, "nightly").exitCode()).isZero();
    assertThat(run("nightly").resolve("steps/scan.json")).exists();
    try (Stream<Path> steps = Files.list(run("nightly").resolve("steps"))) {
      assertThat(steps).isNotEmpty().allMatch(Files::isRegularFile);
    }
  }

  @Test
  void stage_runIdWithTheDate_isOneRunADay() throws IOException {
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    putsLeft.set(Integer.MAX_VALUE);
    LocalDate before = LocalDate.now(ZoneOffset.UTC);

    Finished first = fixture.stage(manifest, "--run-id", "nightly-{date}");
    Ran again = start(manifest, "nightly-{date}");

    assertThat(first.runId()).isIn("nightly-" + before, "nightly-" + before.plusDays(1));
    assertThat(again.exitCode()).isZero();
  }

  @Test
  void stage_runIdOfARunThatBrokeOff_goesOn() throws IOException {
    Path manifest = fixture.manifest(fixture.add("a", "a"), fixture.add("b", "b"));
    putsLeft.set(1);
    requireBrokenOff(start(manifest, "nightly"), "nightly");
    Map<String, Long> verified = recordsOf("nightly", "scan");

    putsLeft.set(Integer.MAX_VALUE);
    Finished resumed = fixture.stage(manifest, "--run-id", "nightly", "--keep-steps");
    assertThat(resumed.counts()).isEqualTo(Map.of(STAGED, 2L));
    assertThat(resumed.runId()).isEqualTo("nightly");
    assertThat(recordsOf("nightly", "scan")).isEqualTo(verified);
    assertThat(putsTaken).hasValue(2);
  }

  @Test
  void stage_runIdOfARunWithOtherThings_isRefused() {
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    putsLeft.set(Integer.MAX_VALUE);
    assertThat(fixture.stage(manifest, "--run-id", "mine", "--max-invalid", "5").runId())
        .isEqualTo("mine");

    requireRefused(
        start(manifest, "mine", "--max-invalid", "5", "--set", "verify.policy=strict"),
        "The settings are not those that the run mine was started with");
    requireRefused(start(manifest, "mine"), "was started with --max-invalid 5");
    requireRefused(start(manifest, "mine", "--max-invalid", "4"), "with --max-invalid 5");
    requireRefused(start(manifest, "mine", "--max-invalid", "5", "--root", "/r"), "without --root");
    requireRefused(start(manifest, "mine", "--max-invalid", "5", "--dry-run"), "without --dry-run");
    Path other = fixture.manifest("other.jsonl", StageFixture.lines(fixture.row("a")));
    requireRefused(
        start(other, "mine", "--max-invalid", "5"),
        "The manifest is not the one that the run mine was started with");

    Ran changedLimits =
        start(manifest, "mine", "--max-invalid", "5", "--set", "on-finish.command=[\"true\"]");
    assertThat(changedLimits.exitCode()).isZero();
    assertThat(changedLimits.out()).contains("The run mine is done");

    Ran wrong = start(manifest, "../mine");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("'../mine' is not a valid run id");
  }

  private static void requireRefused(Ran ran, String why) {
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains(why);
    assertThat(ran.out()).doesNotContain("is done");
  }

  @Test
  void stage_runIdOfARunThatWasRefused_isFree() throws IOException {
    putsLeft.set(Integer.MAX_VALUE);
    Path manifest = fixture.manifest("m.jsonl", "no row\n");
    Ran refused = start(manifest, "nightly", "--max-invalid", "0");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("The manifest has 1 bad rows");
    assertThat(recordsOf("nightly", "scan")).isNotEmpty();

    fixture.manifest("m.jsonl", StageFixture.lines(fixture.add("a", "a"), fixture.add("b", "b")));
    Finished mended = fixture.stage(manifest, "--run-id", "nightly", "--max-invalid", "0");
    assertThat(mended.counts()).isEqualTo(Map.of(STAGED, 2L));
    assertThat(start(manifest, "nightly", "--max-invalid", "0").out())
        .contains("The run nightly is done");
  }

  /** A driver that died between making the folder and saying what the run is. */
  @Test
  void stage_runIdOfAFolderWithNothingInIt_isFree() throws IOException {
    putsLeft.set(Integer.MAX_VALUE);
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    Path run = Files.createDirectories(fixture.ledgers.resolve("run_id=early"));
    assertThat(fixture.stage(manifest, "--run-id", "early").counts()).isEqualTo(Map.of(STAGED, 1L));

    Files.delete(run.resolve("run.json"));
    assertThat(start(manifest, "early").err()).contains("There is already a run early in ");
  }

  @Test
  void resume_afterARefusalOfWhatItBegan_goesOnWithIt() throws IOException {
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    requireBrokenOff(start(manifest, "r7"), "r7");
    Path report = fixture.ledgers.resolve("run_id=r7/report.json");
    Files.writeString(
        report, Files.readString(report).replace("\"exit_code\" : 1", "\"exit_code\" : 2"));

    putsLeft.set(Integer.MAX_VALUE);
    Finished again = fixture.stage(manifest, "--run-id", "r7");
    assertThat(again.counts()).isEqualTo(Map.of(STAGED, 1L));
  }

  @ParameterizedTest
  @CsvSource({"transfer, Delete it and run again with --resume", "plan, start a new run"})
  void resume_damagedRecord_isNamedWithARemedy(String step, String remedy) throws IOException {
    Path manifest = fixture.manifest(fixture.add("a", "a"), fixture.add("b", "b"));
    putsLeft.set(Integer.MAX_VALUE);
    assertThat(start(manifest, "r8", "--keep-steps").exitCode()).isZero();
    breakOffBeforeTheCommitOfTheTransfer("r8");
    if (step.equals("plan")) {
      // Its work files are read again.
      FileUtils.deleteDirectory(run("r8").resolve("steps/transfer").toFile());
    }
    List<Path> records;
    try (Stream<Path> files = Files.list(run("r8").resolve("steps").resolve(step))) {
      records =
          files
              .filter(file -> file.getFileName().toString().matches("(ledger|work).*parquet"))
              .toList();
    }
    for (Path record : records) {
      byte[] bytes = Files.readAllBytes(record);
      Arrays.fill(bytes, 4, bytes.length / 3, (byte) 0x55);
      Files.write(record, bytes);
    }

    Ran resumed = fixture.command(List.of("--resume", "r8"));
    assertThat(resumed.exitCode()).isEqualTo(1);
    assertThat(resumed.err())
        .containsPattern(
            "run_id=r8/steps/" + step + "/(ledger|work)-[0-9a-f-]+\\.parquet (is damaged|can't be)")
        .contains(remedy);
    if (step.equals("transfer")) {
      for (Path record : records) {
        Files.delete(record);
      }
      assertThat(fixture.stage(null, "--resume", "r8").counts()).isEqualTo(Map.of(STAGED, 2L));
    }
  }

  @Test
  void resume_whileAnotherDriverWorksOnTheRun_isRefusedWithItsHost() {
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    requireBrokenOff(start(manifest, "r5"), "r5");
    putsLeft.set(Integer.MAX_VALUE);
    RunFolder run =
        new RunFolder(
            fixture.ledgers.toUri().toString(),
            "r5",
            TestSpark.session().sparkContext().hadoopConfiguration());

    try (RunLock held = RunLock.take(run)) {
      Ran second = fixture.command(List.of("--resume", "r5"));
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.err())
          .contains("Another driver, process " + ProcessHandle.current().pid() + " on host ")
          .contains("Wait for it or stop it");
      assertThat(held).isNotNull();
    }
    assertThat(fixture.stage(null, "--resume", "r5").counts()).isEqualTo(Map.of(STAGED, 1L));
  }

  /** Leaves a run, all whose rows were transferred, as one killed before it committed that. */
  private void breakOffBeforeTheCommitOfTheTransfer(String runId) throws IOException {
    Path run = run(runId);
    Path commit = run.resolve("steps/transfer.json");
    int published = 0;
    for (JsonNode file : new ObjectMapper().readTree(commit.toFile()).get("files")) {
      String name = "part-%05d.parquet".formatted(published++);
      Path written = run.resolve("steps/transfer").resolve(file.get("name").asText());
      Files.move(run.resolve("ledger").resolve(name), written);
    }
    Files.delete(commit);
    Files.delete(run.resolve("steps/report.json"));
    Files.delete(run.resolve("report.json"));
    FileUtils.deleteDirectory(run.resolve("ledger").toFile());
  }

  private Path run(String runId) {
    return fixture.ledgers.resolve("run_id=" + runId);
  }

  @Test
  void resume_recordOfAnotherRunPutInPlace_isRefusedAndFinishesOnceItIsDeleted()
      throws IOException {
    putsLeft.set(Integer.MAX_VALUE);
    assertThat(start(fixture.manifest(fixture.add("a", "a")), "mine", "--keep-steps").exitCode())
        .isZero();
    Path other = fixture.manifest("other.jsonl", StageFixture.lines(fixture.add("b", "b")));
    assertThat(start(other, "theirs", "--keep-steps").exitCode()).isZero();
    breakOffBeforeTheCommitOfTheTransfer("mine");
    breakOffBeforeTheCommitOfTheTransfer("theirs");
    Path mine = onlyRecord("mine", "transfer");
    Path theirs = onlyRecord("theirs", "transfer");
    Files.copy(theirs, mine, StandardCopyOption.REPLACE_EXISTING);

    Ran resumed = fixture.command(List.of("--resume", "mine"));
    assertThat(resumed.exitCode()).isEqualTo(1);
    assertThat(resumed.err())
        .contains(mine + " is not what the run wrote there")
        .contains("a copy of run_id=theirs/steps/transfer/" + theirs.getFileName())
        .contains("Delete it and run again with --resume")
        .doesNotContain("\tat ");

    Files.delete(mine);
    assertThat(fixture.stage(null, "--resume", "mine").outcomes()).isEqualTo(Map.of("a", STAGED));
  }

  private Path onlyRecord(String runId, String step) throws IOException {
    try (Stream<Path> files = Files.list(run(runId).resolve("steps").resolve(step))) {
      List<Path> records =
          files.filter(file -> file.getFileName().toString().startsWith("ledger-")).toList();
      assertThat(records).hasSize(1);
      return records.get(0);
    }
  }

  /** Something that is changed in a run's records, by a pattern, and what becomes of it. */
  private record Change(String file, String text, String by, int exitCode, String message) {}

  private static final List<Change> CHANGES =
      List.of(
          new Change(
              "run.json",
              "\"settingsFingerprint\" : \"",
              "\"settingsFingerprint\" : \"0",
              2,
              "The settings are not"),
          new Change(
              "run.json",
              "\"lengthBytes\" : ",
              "\"lengthBytes\" : 1",
              2,
              "The manifest is not the one"),
          new Change("run.json", "\\{", "", 1, "is damaged"),
          new Change(
              "run.json",
              "\"format\" : ",
              "\"format\" : 1",
              2,
              "started by another version of this job"),
          new Change("steps/scan.json", "candidates-00000-", "candidates-00000-0", 1, "is missing"),
          new Change("steps/plan.json", "work-00000-", "work-00000-0", 1, "is missing"),
          new Change(
              "steps/scan.json",
              "\"nonce\" : \"",
              "\"nonce\" : \"0",
              1,
              "for another run of its id"),
          new Change("steps/scan.json", "\\{", "", 1, "is damaged"));

  @Test
  void resume_descriptionChanged_stagesNothing() throws IOException {
    Path manifest = fixture.manifest(fixture.add("a", "a"));
    requireBrokenOff(start(manifest, "changed"), "changed");
    putsLeft.set(Integer.MAX_VALUE);
    File asItWas = fixture.folder.resolve("as it was").toFile();
    FileUtils.copyDirectory(run("changed").toFile(), asItWas);
    for (Change change : CHANGES) {
      FileUtils.deleteDirectory(run("changed").toFile());
      FileUtils.copyDirectory(asItWas, run("changed").toFile());
      Path changed = run("changed").resolve(change.file);
      String before = Files.readString(changed);
      Files.writeString(changed, before.replaceFirst(change.text, change.by));
      assertThat(Files.readString(changed)).isNotEqualTo(before);

      Ran resumed = fixture.command(List.of("--resume", "changed"));

      assertThat(resumed.err()).as("%s", change).contains(change.message).doesNotContain("\tat ");
      assertThat(resumed.exitCode()).as("%s", change).isEqualTo(change.exitCode);
      assertThat(fixture.stagingKeys()).as("%s", change).isEmpty();
    }
  }

  @Test
  void resume_ledgerThatLacksAFile_isRefusedRatherThanRowsLost() throws IOException {
    putsLeft.set(Integer.MAX_VALUE);
    Finished done = fixture.stage(fixture.manifest(fixture.add("a", "a")), "--run-id", "lacks");
    try (Stream<Path> files = Files.list(done.run.resolve("ledger"))) {
      Files.delete(
          files.filter(file -> file.getFileName().toString().startsWith("part-")).findAny().get());
    }

    for (List<String> command :
        List.of(
            List.of("stage", "--config", fixture.settingsPath().toString(), "--resume", "lacks"),
            List.of("report", "--run", done.run.toString(), "--rows", "jsonl"),
            List.of("report", "--run", done.run.toString()))) {
      Ran ran = StageFixture.command(command.toArray(String[]::new));
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.out()).isEmpty();
      assertThat(ran.err())
          .contains("The run's ledger has ")
          .contains(" partition files instead of ")
          .contains("Put back what the run wrote");
    }
  }

  @Test
  void resume_manifestMendedAfterARefusal_namesTheIdThatIsFree() {
    Path manifest =
        fixture.manifest("m.jsonl", StageFixture.lines(fixture.add("a", "a")) + "no json\n");
    putsLeft.set(Integer.MAX_VALUE);
    assertThat(start(manifest, "refused", "--max-invalid", "0").exitCode()).isEqualTo(2);
    fixture.manifest("m.jsonl", StageFixture.lines(fixture.row("a")));

    Ran resumed = fixture.command(List.of("--resume", "refused"));

    assertThat(resumed.exitCode()).isEqualTo(2);
    assertThat(resumed.err())
        .contains("Put it back as it was, or start a new run by --run-id refused, which is free");
    assertThat(fixture.stage(manifest, "--run-id", "refused").outcomes())
        .isEqualTo(Map.of("a", STAGED));
  }

  @Test
  void resume_diskFullUnderTheRecords_exits1AndFinishesOnceThereIsSpace() throws Exception {
    requireBrokenOff(start(fixture.manifest(fixture.add("a", "a")), "full"), "full");
    putsLeft.set(Integer.MAX_VALUE);
    Path records = run("full").resolve("steps/transfer");
    try (FullDisk disk = FullDisk.under(records)) {
      Ran resumed = fixture.command(List.of("--resume", "full"));
      assertThat(disk).isNotNull();
      assertThat(resumed.err())
          .contains("Can't write ", "run_id=full/steps/transfer")
          .contains("No space left on device")
          .contains(
              "Check the free space and the rights of its folder, then run again with --resume")
          .doesNotContain("\tat ");
      assertThat(resumed.exitCode()).isEqualTo(1);
      assertThat(StageFixture.readReport(run("full")).get("error").asText())
          .contains("No space left on device");
    }

    int sent = putsTaken.get();
    assertThat(fixture.stage(null, "--resume", "full").outcomes()).isEqualTo(Map.of("a", STAGED));
    assertThat(sent).isEqualTo(1);
    assertThat(putsTaken).as("not sent again").hasValue(1);
  }
}
