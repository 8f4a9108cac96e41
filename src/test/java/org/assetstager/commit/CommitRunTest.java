package org.assetstager.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assetstager.asset.JobFailure;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitRunTest {
  private @TempDir Path folder;
  private RunFolder run;

  @BeforeEach
  void makeRun() {
    run = new RunFolder(folder.toUri().toString(), new Configuration(false));
  }

  private void begin(String id, long startedAtMillis) {
    run.writeJson(
        "commits/" + id + "/" + RunDescription.FILE,
        new RunDescription(
            RunDescription.FORMAT,
            id,
            List.of(),
            null,
            null,
            false,
            2,
            "",
            Map.of("--remove-staged", "false", "remote.endpoint", "http://a"),
            startedAtMillis,
            "nonce",
            null,
            null,
            null));
  }

  @Test
  void last_otherServerOrWayToProve_isRefused() {
    begin("20260101T000000Z-zzzzzz", 1_000);

    assertThat(CommitRun.last(run, "r", false, Map.of("remote.endpoint", "http://a")).resumed())
        .isTrue();
    assertThatThrownBy(() -> CommitRun.last(run, "r", false, Map.of("remote.endpoint", "http://b")))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.kind()).isEqualTo(JobFailure.Kind.INPUT))
        .hasMessageContaining("remote.endpoint = http://a, and the settings have http://b");
  }

  @Test
  void last_commitsOfOneSecond_isTheOneThatBeganLast() {
    begin("20260101T000000Z-zzzzzz", 1_000);
    begin("20260101T000001Z-000000", 2_002);
    begin("20260101T000001Z-555555", 2_003);
    begin("20260101T000001Z-ffffff", 2_001);

    assertThat(CommitRun.last(run, "r", false, Map.of()).id()).isEqualTo("20260101T000001Z-555555");
  }
}
