package org.assetstager.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.assetstager.Commands;
import org.assetstager.Commands.Ran;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.SubmittedAsset;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
@Tag("spark")
class RollingAuditTest {
  private static final int CONTENTS = 60;

  /** In which a time limit holds. */
  private static final Duration HOLDS = Duration.ofSeconds(10);

  private static final EmbeddedS3 SERVER = EmbeddedS3.shared();
  private static final String PREFIX = EmbeddedS3.uniquePrefix();
  private static @TempDir Path folder;
  private static SubmittedAsset asset;
  private static Path run;

  /** One for all tests: they change no object and no row, and each looks at its own last audit. */
  @BeforeAll
  static void stageAnAsset() {
    asset = new SubmittedAsset(folder);
    for (int i = 0; i < CONTENTS; i++) {
      asset.add("f" + i, ("content " + i).getBytes(UTF_8));
    }
    Ran staged =
        Commands.run(
            "stage",
            "--config",
            asset.config(SERVER, PREFIX),
            "--manifest",
            asset.manifestFile(),
            "--run-id",
            "r");
    assertThat(staged.exitCode()).as(staged.err()).isZero();
    run = folder.resolve("ledger").resolve("run_id=r");
  }

  private static Ran audit(String endpoint, String... more) {
    String config = asset.config(SERVER, PREFIX, endpoint, asset.ledgerPath(), "");
    return Commands.run(
        Stream.concat(
                Stream.of("audit", "--run", run.toString(), "--config", config), Stream.of(more))
            .toArray(String[]::new));
  }

  /** The last one's folder. */
  private static Path last() throws IOException {
    try (Stream<Path> audits = Files.list(run.resolve("audits"))) {
      return audits
          .filter(audit -> Files.exists(audit.resolve("audit.json")))
          .max(Comparator.comparing(audit -> audit.resolve("audit.json").toFile().lastModified()))
          .orElseThrow();
    }
  }

  private static JsonNode report(Path audit) throws IOException {
    return new ObjectMapper().readTree(Files.readString(audit.resolve("audit.json")));
  }

  private static List<String> seen(Path audit) throws IOException {
    try (Stream<Path> rows = Files.list(audit.resolve("rows"))) {
      if (rows.noneMatch(file -> file.toString().endsWith(".parquet"))) {
        return List.of();
      }
    }
    return TestSpark.session()
        .read()
        .parquet(audit.resolve("rows").toString())
        .select("md5")
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  private static FaultyS3.Fault delayed(String what, long millis) {
    Pattern pattern = Pattern.compile("GET .*" + what + ".*");
    return request -> {
      if (pattern.matcher(request.line()).matches()) {
        try {
          Thread.sleep(millis);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return request.forward();
    };
  }

  @Test
  void timeLimit_inTheMidst_holdsAndTheNextAuditsTakeTheRest() throws Exception {
    try (FaultyS3 slow = new FaultyS3(SERVER, delayed("contents/h1/", 1_500))) {
      Set<String> all = new HashSet<>();
      String since = null;
      int audits = 0;
      for (boolean stopped = true; stopped; audits++) {
        List<String> options = new ArrayList<>(List.of("--deep", "--time-limit", "8s"));
        if (since != null) {
          options.addAll(List.of("--since", since));
        }
        long begin = System.nanoTime();

        Ran ran = audit(slow.endpoint(), options.toArray(String[]::new));

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(HOLDS.plusSeconds(8));
        List<String> seen = seen(last());
        JsonNode report = report(last());
        stopped = !report.get("stopped").isNull();
        assertThat(seen).noneMatch(all::contains);
        all.addAll(seen);
        if (stopped) {
          assertThat(seen).isNotEmpty();
          assertThat(report.get("stopped").get("rows_left").asInt())
              .isLessThanOrEqualTo(CONTENTS - seen.size());
          assertThat(ran.out())
              .contains("The time is over: the contents of ")
              .contains("Continue with: ")
              .contains(" --since " + last().getFileName() + " --deep --time-limit 8s");
        }
        since = last().getFileName().toString();
        assertThat(audits).isLessThan(20);
      }
      assertThat(audits).isGreaterThan(1);
      assertThat(all).hasSize(CONTENTS);

      Ran nothing = audit(slow.endpoint(), "--deep", "--since", last().toString());
      assertThat(nothing.exitCode()).as(nothing.err()).isZero();
      assertThat(seen(last())).isEmpty();
      assertThat(report(last()).get("seen_before_rows").asInt()).isEqualTo(CONTENTS);
      assertThat(nothing.out())
          .contains("an earlier audit saw the contents of 60 rows")
          .contains("as far as it was looked at, is there");
    }
  }

  @Test
  void timeLimit_whileTheBucketsAreListed_holdsAndSaysSo() throws Exception {
    try (FaultyS3 slow = new FaultyS3(SERVER, delayed("list-type=2.*contents", 25_000))) {
      long begin = System.nanoTime();

      Ran ran = audit(slow.endpoint(), "--time-limit", "2s");

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(HOLDS.plusSeconds(2));
      assertThat(ran.exitCode()).isEqualTo(1);
      assertThat(ran.err())
          .contains("The time limit was reached while the buckets were listed")
          .contains("Give a longer --time-limit");
    }
  }

  @Test
  void timeLimit_longEnough_isAWholeAudit() throws IOException {
    Ran ran = audit(SERVER.endpoint(), "--time-limit", "10m");

    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(report(last()).get("stopped").isNull()).isTrue();
    assertThat(seen(last())).hasSize(CONTENTS);
  }

  @Test
  void shares_ofAnAudit_areDisjointTogetherEverythingAndTheSameAgain() throws IOException {
    Set<String> all = new HashSet<>();
    for (int k = 1; k <= 4; k++) {
      Ran ran = audit(SERVER.endpoint(), "--share", k + "/4");

      assertThat(ran.exitCode()).as(ran.err()).isZero();
      assertThat(ran.out()).contains("share   " + k + "/4 of the contents");
      List<String> seen = seen(last());
      assertThat(seen).noneMatch(all::contains);
      all.addAll(seen);
      audit(SERVER.endpoint(), "--share", k + "/4");
      assertThat(seen(last())).hasSameElementsAs(seen);
    }

    assertThat(all).hasSize(CONTENTS);
  }

  @Test
  void since_auditThatGotNoAnswer_asksAgain() throws Exception {
    AtomicBoolean isOwnersKey = new AtomicBoolean(true);
    FaultyS3.Fault ownersKey =
        request ->
            isOwnersKey.get() && request.line().contains("contents/h1/")
                ? FaultyS3.Answer.error(400, "InvalidRequest")
                : request.forward();
    try (FaultyS3 store = new FaultyS3(SERVER, ownersKey)) {
      assertThat(audit(store.endpoint(), "--deep", "--share", "1/2").exitCode()).isEqualTo(4);
      assertThat(report(last()).get("problems").get("NO_ANSWER").get("rows").asInt()).isPositive();
      String before = last().getFileName().toString();
      isOwnersKey.set(false);

      Ran ran = audit(store.endpoint(), "--deep", "--since", before);

      assertThat(ran.exitCode()).as(ran.err()).isZero();
      assertThat(seen(last())).hasSize(CONTENTS);
    }
  }

  @Test
  void since_ledgerThatWasMovedMeanwhile_findsTheWholeChain() throws IOException {
    assertThat(audit(SERVER.endpoint(), "--share", "1/2").exitCode()).isZero();
    String first = last().getFileName().toString();
    assertThat(audit(SERVER.endpoint(), "--share", "2/2", "--since", first).exitCode()).isZero();
    String second = last().getFileName().toString();
    Path before = run;
    run = Files.move(run, folder.resolve("run_id=moved"));
    try {
      Ran ran = audit(SERVER.endpoint(), "--since", second);

      assertThat(ran.exitCode()).as(ran.err()).isZero();
      assertThat(seen(last())).isEmpty();
      assertThat(report(last()).get("seen_before_rows").asInt()).isEqualTo(CONTENTS);
    } finally {
      run = Files.move(run, before);
    }
  }

  @Test
  void since_auditOfAnotherServer_isRefused() throws Exception {
    audit(SERVER.endpoint());
    String before = last().getFileName().toString();
    try (FaultyS3 other = new FaultyS3(SERVER, FaultyS3.Request::forward)) {
      Ran ran = audit(other.endpoint(), "--since", before);

      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.err()).contains("was made with ", "endpoint = " + SERVER.endpoint());
    }
  }

  @Test
  void since_deepAfterOneThatWasNot_isRefused() throws IOException {
    audit(SERVER.endpoint());
    String before = last().getFileName().toString();

    Ran ran = audit(SERVER.endpoint(), "--deep", "--since", before);

    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("didn't read the objects back").contains("leave --deep out");
  }
}
