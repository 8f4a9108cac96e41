package org.assetstager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.JobFailure;
import org.assetstager.testing.EmbeddedS3;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@net.jqwik.api.Tag("server")
@Tag("server")
class StepCommitsTest {
  private static final String PART = "part";

  @TempDir private Path ledgers;
  private RunFolder folder;

  @BeforeEach
  void nameFolder() {
    folder = new RunFolder("file://" + ledgers, "r1", new Configuration());
  }

  private static StepFile file(int number, String name, long rows) {
    return new StepFile(PART, number, name, rows, 0, Map.of());
  }

  private static List<StepFile> files(int... numbers) {
    return IntStream.of(numbers).mapToObj(number -> file(number, "part-" + number, 10)).toList();
  }

  @Test
  void find_committed_isWhatWasCommittedInTheOrderOfItsNumbers() {
    StepCommits commits = new StepCommits(folder, "n");
    assertThat(commits.find("plan")).isNull();

    StepCommit commit = commits.commit("plan", files(2, 0, 1), Map.of());

    assertThat(commit.files()).isEqualTo(files(0, 1, 2));
    assertThat(commits.find("plan")).isEqualTo(commit);
    assertThat(new StepCommits(folder, "n").find("plan")).isEqualTo(commit);
  }

  @Test
  void commit_anotherDriverWasFirst_isOvertakenAndTheFirstOnesStands() {
    StepCommit first = new StepCommits(folder, "n").commit("plan", files(0), Map.of());
    StepCommits second = new StepCommits(folder, "n");

    assertThatThrownBy(() -> second.commit("plan", files(0, 1), Map.of()))
        .isInstanceOf(OvertakenException.class)
        .hasMessageContaining("has taken over the run in " + folder.location())
        .hasMessageContaining("done its step plan");
    assertThat(second.find("plan")).isEqualTo(first);
  }

  /** As after the lost answer of a file server. */
  @Test
  void commit_ownIsThere_isContent() {
    StepCommits commits = new StepCommits(folder, "n");
    commits.commit("plan", files(0), Map.of());

    assertThat(commits.commit("plan", files(0), Map.of()).files()).isEqualTo(files(0));
  }

  @Test
  void find_ofAnotherRunUnderTheSameId_isOvertaken() {
    new StepCommits(folder, "old").commit("manifest", files(0), Map.of());

    assertThatThrownBy(() -> new StepCommits(folder, "new").find("manifest"))
        .isInstanceOf(OvertakenException.class)
        .hasMessageContaining("for another run of its id");
  }

  @Test
  void end_twice_isTheFirstOnes() {
    assertThat(StepCommits.end(folder)).isEmpty();
    new StepCommits(folder, "n").end("{\"first\": 1}");

    new StepCommits(folder, "n").end("{\"first\": 1}");
    assertThatThrownBy(() -> new StepCommits(folder, "n").end("{\"second\": 2}"))
        .isInstanceOf(OvertakenException.class)
        .hasMessageContaining("done its end");
    assertThat(StepCommits.end(folder)).contains("{\"first\": 1}");
  }

  @Test
  void find_damagedCommit_isNamed() {
    folder.writeText("steps/plan.json", "{");

    assertThatThrownBy(() -> new StepCommits(folder, "n").find("plan"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("steps/plan.json of the run is damaged");
  }

  @Test
  void commit_byManyAtOnce_isOneDrivers() throws Exception {
    requireOneCommit(folder);
  }

  /** By S3's conditional write. */
  @Test
  void commit_byManyAtOnceInAStore_isOneDrivers() throws Exception {
    requireOneCommit(new RunFolder(storePath(), "r1", store(EmbeddedS3.shared())));
  }

  @Test
  void createText_inAStoreNameInUse_leavesWhatIsThere() {
    RunFolder run = new RunFolder(storePath(), "r1", store(EmbeddedS3.shared()));

    assertThat(run.createText("deep/a.json", "one")).isTrue();
    assertThat(run.createText("deep/a.json", "two")).isFalse();
    assertThat(run.readText("deep/a.json")).contains("one");
  }

  private static String storePath() {
    return "s3a://staging-server/" + EmbeddedS3.uniquePrefix() + "ledgers";
  }

  private static Configuration store(EmbeddedS3 server) {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.s3a.endpoint", server.endpoint());
    hadoop.set("fs.s3a.endpoint.region", "us-east-1");
    hadoop.set("fs.s3a.path.style.access", "true");
    hadoop.set("fs.s3a.connection.ssl.enabled", "false");
    hadoop.set("fs.s3a.access.key", server.serverKey());
    hadoop.set("fs.s3a.secret.key", server.serverSecret());
    return hadoop;
  }

  /** Lets many drivers commit one step at the same time. */
  static void requireOneCommit(RunFolder folder) throws Exception {
    int drivers = 12;
    CyclicBarrier start = new CyclicBarrier(drivers);
    ExecutorService threads = Executors.newFixedThreadPool(drivers);
    List<StepCommit> won = Collections.synchronizedList(new ArrayList<>());
    try {
      Callable<Void> commit =
          () -> {
            StepCommits commits = new StepCommits(folder, "n");
            start.await();
            try {
              won.add(commits.commit("plan", files(0), Map.of()));
            } catch (OvertakenException e) {
              assertThat(commits.find("plan")).isNotNull();
            }
            return null;
          };
      for (Future<Void> one : threads.invokeAll(Collections.nCopies(drivers, commit))) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(won).hasSize(1);
    assertThat(new StepCommits(folder, "n").find("plan")).isEqualTo(won.get(0));
  }

  /** A driver whose tasks write texts, one operation at a time. */
  private static final class Driver {
    private final RunFolder folder;
    private final StepCommits commits;
    private final int cores;
    private final List<StepFile> written = new ArrayList<>();
    private String step = "manifest";
    private boolean over;
    private boolean ended;

    Driver(RunFolder folder, int cores) {
      this.folder = folder;
      this.commits = new StepCommits(folder, "n");
      this.cores = cores;
    }

    /** Does the next operation: writes a file, commits a step, publishes, or ends the run. */
    void step(int rows) {
      try {
        advance(rows);
      } catch (OvertakenException e) {
        over = true;
      }
    }

    private void advance(int rows) {
      StepCommit done = step.equals("end") ? null : commits.find(step);
      if (step.equals("end")) {
        end();
      } else if (done != null && step.equals("ledger")) {
        new PublishedLedger(folder).publish(List.of(done), PART);
        step = "end";
      } else if (done != null) {
        written.clear();
        step = "ledger";
      } else if (written.size() < cores) {
        write(rows);
      } else {
        commits.commit(step, written, Map.of());
      }
    }

    /** Tasks of drivers with other cores have other rows. */
    private void write(int rows) {
      int number = written.size();
      StringBuilder text = new StringBuilder();
      for (String row : rowsOf(rows)) {
        if (Integer.parseInt(row) % cores == number) {
          text.append(row).append('\n');
        }
      }
      String name = "part-" + number + "-" + System.identityHashCode(this) + "-" + cores;
      folder.writeText("steps/" + step + "/" + name, text.toString());
      written.add(file(number, name, text.toString().lines().count()));
    }

    private List<String> rowsOf(int rows) {
      if (step.equals("manifest")) {
        return IntStream.range(0, rows).mapToObj(Integer::toString).toList();
      }
      return commits.find("manifest").files().stream()
          .flatMap(file -> folder.readText("steps/manifest/" + file.name()).orElseThrow().lines())
          .toList();
    }

    private void end() {
      commits.end("{\"driver\": " + System.identityHashCode(this) + "}");
      ended = true;
      over = true;
    }
  }

  /**
   * Drivers of one run, with other cores each, whose operations interleave in any way, and that may
   * stop for good at any of them; at last one goes on to the end.
   */
  @Property(tries = 200)
  void drivers_interleavedAndBrokenOff_neverLoseOrDoubleARow(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 3) Integer> turns,
      @ForAll @IntRange(min = 0, max = 25) int rows)
      throws IOException {
    Path place = Files.createTempDirectory("commits");
    try {
      RunFolder run = new RunFolder("file://" + place, "r", new Configuration());
      List<Driver> drivers =
          List.of(new Driver(run, 3), new Driver(run, 2), new Driver(run, 5), new Driver(run, 1));
      for (int turn : turns) {
        if (!drivers.get(turn).over) {
          drivers.get(turn).step(rows);
        }
      }
      Driver last = new Driver(run, 4);
      while (!last.over) {
        last.step(rows);
      }
      // Drivers that were suspended all the time wake up.
      drivers.forEach(driver -> IntStream.range(0, 20).forEach(i -> wake(driver, rows)));

      assertThat(published(place)).isEqualTo(IntStream.range(0, rows).boxed().toList());
      long ends = Stream.concat(drivers.stream(), Stream.of(last)).filter(d -> d.ended).count();
      assertThat(ends).isEqualTo(1);
    } finally {
      FileUtils.deleteDirectory(place.toFile());
    }
  }

  private static void wake(Driver driver, int rows) {
    if (!driver.over) {
      driver.step(rows);
    }
  }

  private static List<Integer> published(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place.resolve("run_id=r/ledger"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .flatMap(StepCommitsTest::lines)
          .map(Integer::valueOf)
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void publish_aFileInNeitherPlace_isRefusedRatherThanRowsLost() {
    StepCommit commit = new StepCommits(folder, "n").commit("ledger", files(0), Map.of());

    assertThatThrownBy(() -> new PublishedLedger(folder).publish(List.of(commit), PART))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("Can't publish the ledger")
        .hasMessageContaining("steps/ledger/part-0 is in neither place");
    assertThat(folder.readText("ledger/_SUCCESS")).isEqualTo(Optional.empty());
  }
}
