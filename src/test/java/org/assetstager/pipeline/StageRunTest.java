package org.assetstager.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.io.FileUtils;
import org.assetstager.asset.JobFailure;
import org.assetstager.report.ExitCode;
import org.assetstager.report.OutcomeTotals;
import org.assetstager.report.ReportJson;
import org.assetstager.report.RunReport;
import org.assetstager.run.PublishedLedger;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepFile;
import org.assetstager.testing.FilesInTurns;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageRunTest {
  private static final String ID = "r";
  private static final String COMMAND = "command";
  private static final String PART = "part";

  @TempDir private Path ledgers;

  private static RunFolder folder(Path ledgers) {
    return new RunFolder(FilesInTurns.path(ledgers), ID, FilesInTurns.configuration());
  }

  private static RunDescription description(int command) {
    return new RunDescription(
        RunDescription.FORMAT,
        ID,
        List.of(),
        null,
        null,
        false,
        2,
        "f",
        Map.of(COMMAND, String.valueOf(command)),
        0,
        UUID.randomUUID().toString(),
        null,
        null,
        null);
  }

  private static String report(ExitCode code, @Nullable String error) {
    return ReportJson.write(
        new RunReport(
            ID,
            "stage",
            false,
            "1",
            "4",
            Instant.EPOCH,
            Instant.EPOCH,
            code,
            error,
            ID,
            0,
            new OutcomeTotals(Map.of()),
            0,
            List.of(),
            List.of(),
            Map.of(),
            null,
            null,
            Map.of(),
            null));
  }

  /** Leaves a run whose manifest was refused. */
  private static void refuse(RunFolder folder, int command) {
    new StageRun(folder, description(command), false).record();
    folder.writeText(EndedRun.REPORT, report(ExitCode.USAGE, "The manifest is wrong"));
    folder.writeText("attempts/1.json", "{}");
  }

  /** A driver that starts or resumes the run as its command says; rows are the command's number. */
  private static final class Driver implements Runnable {
    private final RunFolder folder;
    private final int command;

    /** Whether it has told that the run is done. */
    private boolean told;

    private @Nullable JobFailure failure;

    Driver(RunFolder folder, int command) {
      this.folder = folder;
      this.command = command;
    }

    @Override
    public void run() {
      try {
        StageRun run = prepare();
        if (run.ended() != null) {
          told = true;
          return;
        }
        run.record();
        execute(run.description());
        told = true;
      } catch (JobFailure e) {
        failure = e;
      }
    }

    private StageRun prepare() {
      if (!folder.exists(RunDescription.FILE) || EndedRun.ofRefused(folder) != null) {
        return new StageRun(folder, description(command), false);
      }
      RunDescription there = RunDescription.find(folder).orElseThrow();
      if (!there.settings().equals(description(command).settings())) {
        throw JobFailure.input("The run was started otherwise", "Choose another id");
      }
      return new StageRun(folder, there, true);
    }

    private void execute(RunDescription run) {
      if (StepCommits.end(folder).isEmpty()) {
        folder.delete(EndedRun.REPORT);
      }
      StepCommits commits = new StepCommits(folder, run.nonce());
      StepCommit scan = commits.find(Steps.SCAN);
      if (scan == null) {
        String name = UUID.randomUUID().toString();
        folder.writeText("steps/scan/" + name, String.valueOf(command));
        scan =
            commits.commit(
                Steps.SCAN, List.of(new StepFile(PART, 0, name, 1, 0, Map.of())), Map.of());
      }
      new PublishedLedger(folder).publish(List.of(scan), PART);
      String report = report(ExitCode.DONE, null);
      commits.end(report);
      folder.writeText(EndedRun.REPORT, report);
    }
  }

  /** Returns the ledger's rows; an empty text where there is none. */
  private String published() throws IOException {
    return published(ledgers);
  }

  private static String published(Path ledgers) throws IOException {
    Path file = ledgers.resolve("run_id=r/ledger/part-00000.parquet");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  @Test
  void record_afterARefusedRun_isTheRunOfTheId() throws IOException {
    RunFolder folder = folder(ledgers);
    refuse(folder, 1);

    Driver driver = new Driver(folder, 2);
    driver.run();

    assertThat(driver.told).isTrue();
    assertThat(published()).isEqualTo("2");
    assertThat(RunDescription.find(folder).map(RunDescription::settings))
        .contains(Map.of(COMMAND, "2"));
    assertThat(folder.exists("attempts")).isFalse();
  }

  /** Killed after each number of operations. */
  @Test
  void record_killedWhileARefusedRunGivesWay_leavesAnIdThatCanBeStarted() throws IOException {
    boolean over = false;
    for (int operations = 0; !over; operations++) {
      Path place = Files.createDirectories(ledgers.resolve("after-" + operations));
      RunFolder folder = folder(place);
      refuse(folder, 1);
      Driver killed = new Driver(folder, 2);
      FilesInTurns.Work work = new FilesInTurns.Work(killed);
      for (int i = 0; i < operations; i++) {
        work.turn();
      }

      Driver next = new Driver(folder, 2);
      next.run();

      assertThat(next.failure).as("after %s operations", operations).isNull();
      assertThat(next.told).isTrue();
      assertThat(published(place)).isEqualTo("2");
      over = killed.told;
    }
  }

  /**
   * Drivers of several commands start or resume the run in the place of a refused one; they are
   * suspended and killed anywhere.
   */
  @Property(tries = 150)
  void drivers_interleavedOverARefusedRun_tellOnlyOfALedgerOfTheirCommand(
      @ForAll @Size(max = 20) List<@IntRange(min = 0, max = 199) Integer> turns)
      throws IOException {
    Path place = Files.createTempDirectory("starts");
    try {
      RunFolder folder = folder(place);
      refuse(folder, 1);
      List<Driver> drivers = new ArrayList<>();
      List<FilesInTurns.Work> works = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        drivers.add(new Driver(folder, 1 + i % 2));
        works.add(new FilesInTurns.Work(drivers.get(i)));
      }
      for (int turn : turns) {
        for (int i = 0; i <= turn / 4; i++) {
          works.get(turn % 4).turn();
        }
      }
      // The others may be killed: those who start now find a run, or an id that is free.
      for (int command = 1; command <= 3; command++) {
        drivers.add(new Driver(folder, command));
        drivers.get(drivers.size() - 1).run();
      }
      assertThat(drivers.subList(4, 7)).filteredOn(driver -> driver.told).hasSize(1);
      // Those that were suspended all the time wake up.
      works.forEach(FilesInTurns.Work::finish);

      String rows = published(place);
      assertThat(drivers)
          .filteredOn(driver -> driver.told)
          .allSatisfy(driver -> assertThat(rows).isEqualTo(String.valueOf(driver.command)));
      assertThat(drivers)
          .filteredOn(driver -> !driver.told)
          .allSatisfy(driver -> assertThat(driver.failure).isNotNull());
    } finally {
      FileUtils.deleteDirectory(place.toFile());
    }
  }
}
