package org.assetstager.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.testing.SubmittedJob.submit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.assetstager.Commands.Ran;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.FaultyS3.Request;
import org.assetstager.testing.HeldRequests;
import org.assetstager.testing.SubmittedJob;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills a commit's driver with SIGKILL in each of its steps, and goes on with it: once by another
 * driver, else in this JVM, which takes less time.
 */
class CommitKillsIT {
  private static final int SMALL = 6;
  private static final int LARGE_PARTS = 3;

  @TempDir private Path folder;

  static Stream<Arguments> moments() {
    return Stream.of(
        // The preflight lists one key.
        Arguments.of("list", request("GET /.*list-type=2.*", "(?!.*max-keys=1(&|$)).*")),
        Arguments.of("copy", request("PUT /[^?]*", ".*")),
        Arguments.of("copy of parts", request("PUT /.*partNumber=.*", ".*")),
        Arguments.of("completion", request("POST /.*uploadId=.*", ".*")));
  }

  private static Predicate<Request> request(String line, String andLine) {
    return request -> request.line().matches(line) && request.line().matches(andLine);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("moments")
  void commit_driverKilled_resumeCopiesEachContentAndPartOnce(
      String moment, Predicate<Request> held) throws Exception {
    CommitFixture fixture =
        new CommitFixture(folder).add("large", CommitFixture.randomBytes((10 << 20) + 101, 1));
    for (int i = 0; i < SMALL; i++) {
      fixture.add("small " + i, "content " + i);
    }
    fixture.stage(CommitFixture.RUN_ID);
    HeldRequests requests = new HeldRequests();
    try (FaultyS3 store = new FaultyS3(fixture.server.serverEndpoint(), requests)) {
      String[] commit = {
        "commit",
        "--run",
        fixture.run(CommitFixture.RUN_ID).toString(),
        "--config",
        fixture.config(store.endpoint())
      };
      requests.holdFrom(held);
      try (SubmittedJob job = submit().start(commit)) {
        requests.awaitHeld();
        awaitRecordOfUploads(fixture);
        job.process().destroyForcibly();
        assertThat(job.exitCode()).as(moment).isEqualTo(128 + 9);
      }
      requests.open();
      assertThat(fixture.lastCommit().resolve("report.json")).doesNotExist();

      if (moment.equals("copy")) {
        String[] resume =
            Stream.concat(Stream.of(commit), Stream.of("--resume")).toArray(String[]::new);
        try (SubmittedJob job = submit().start(resume)) {
          assertThat(job.exitCode()).as("%s", job).isZero();
        }
      } else {
        Ran resumed = fixture.commitWith(fixture.config(store.endpoint()), "--resume");
        assertThat(resumed.exitCode()).as("%s", resumed).isZero();
      }
      requireEndedAsUndisturbed(fixture);
      assertThat(requests.taken()).doesNotHaveDuplicates().hasSize(SMALL + LARGE_PARTS);
    }
  }

  /** An upload that isn't on record when its driver dies is left to the bucket's rule. */
  private static void awaitRecordOfUploads(CommitFixture fixture) throws Exception {
    int open = fixture.server.openMultipartUploads(EmbeddedS3.REMOTE, fixture.prefix).size();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (open > 0 && recorded(fixture.lastCommit().resolve("uploads")) < open) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private static long recorded(Path uploads) throws IOException {
    if (!Files.exists(uploads)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(uploads)) {
      return files.filter(file -> file.endsWith("upload.json")).count();
    }
  }

  private static void requireEndedAsUndisturbed(CommitFixture fixture) {
    assertThat(fixture.server.md5s(EmbeddedS3.REMOTE, fixture.prefix))
        .isEqualTo(fixture.asset.staged(fixture.prefix));
    assertThat(fixture.server.openMultipartUploads(EmbeddedS3.REMOTE, fixture.prefix)).isEmpty();
    assertThat(fixture.etag(EmbeddedS3.REMOTE, fixture.key("large")))
        .isEqualTo(fixture.etag(EmbeddedS3.STAGING, fixture.key("large")));
    assertThat(fixture.commits()).hasSize(1);
    assertThat(fixture.ledger(fixture.lastCommit()))
        .hasSize(SMALL + 1)
        .extracting(CommittedContent::outcome)
        .containsOnly(CommitOutcome.COMMITTED);
    assertThat(fixture.report().get("exit_code").asInt()).isZero();
  }
}
