package org.assetstager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.asset.Outcome;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code report.html} and the estimate of runs as users make them. */
@Tag("server")
@Tag("spark")
class StagePageTest {
  @TempDir Path folder;
  private StageFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new StageFixture(folder);
  }

  static JsonNode page(Path run) throws Exception {
    String html = Files.readString(run.resolve("report.html"));
    Matcher data = Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL).matcher(html);
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }

  @Test
  void stage_rowsThatNeedAPerson_areInThePage() throws Exception {
    ObjectNode good = fixture.add("good", "good").put("asset", "one");
    ObjectNode twin = fixture.add("twin", "good").put("asset", "two");
    ObjectNode gone = fixture.add("go ne", "gone").put("asset", "two");
    Files.delete(fixture.path("go ne"));
    ObjectNode altered = fixture.add("altered<b>", "altered").put("asset", "two");
    fixture.file("altered<b>", "altered since");

    Finished run = fixture.stage(fixture.manifest(good, twin, gone, altered));

    assertThat(run.ran.out())
        .contains("page    file://" + run.run + "/report.html (beside report.json and ledger/)\n");
    JsonNode page = page(run.run);
    assertThat(page.at("/run/runId").asText()).isEqualTo(run.runId());
    assertThat(page.at("/headline/safe").asText()).isEqualTo("2 of 4 files are safe in S3 (50 %).");
    assertThat(page.at("/headline/needed").asText()).isEqualTo("2 need you: 1 missing, 1 changed.");
    assertThat(page.get("again").asText())
        .startsWith("asset-stager stage --manifest file:" + folder + "/manifest.jsonl --config ");
    for (JsonNode outcome : page.get("outcomes")) {
      assertThat(outcome.get("rows"))
          .isEqualTo(run.report().at("/outcomes/" + outcome.get("name").asText() + "/rows"));
      assertThat(outcome.get("bytes"))
          .isEqualTo(run.report().at("/outcomes/" + outcome.get("name").asText() + "/bytes"));
    }
    List<String> people = new ArrayList<>();
    page.get("problems")
        .forEach(row -> people.add(row.get(0).asText() + " " + row.get(1).asText()));
    assertThat(people)
        .containsExactly(
            "MODIFIED " + fixture.root + "/altered<b>", "DELETED " + fixture.root + "/go ne");
    assertThat(page.at("/groups/0/places/0/folder").asText()).isEqualTo(fixture.root.toString());
    assertThat(page.at("/assets/largest")).hasSize(2);
    assertThat(page.at("/assets/largest/0/name").asText()).isEqualTo("two");
    assertThat(page.at("/drawn/0/timeline/tasks").asLong()).isPositive();
    assertThat(page.at("/drawn/0/timeline/phases/0/0").asText()).isEqualTo("scan");
    assertThat(page.at("/drawn/0/timeline/executors/0/id").asText()).isEqualTo("driver");
    long read = 0;
    for (JsonNode bytes : page.at("/drawn/0/timeline/throughput/transfer")) {
      read += bytes.asLong();
    }
    // Each bucket is rounded.
    assertThat(read).isCloseTo(run.report().at("/phases/transfer/bytes").asLong(), within(5L));
  }

  /** A file system that has no room for the page. */
  public static final class Pageless extends RawLocalFileSystem {
    @Override
    public String getScheme() {
      return "pageless";
    }

    @Override
    public URI getUri() {
      return URI.create("pageless:///");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path file,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      if (file.getName().startsWith("report.html")) {
        throw new IOException("No space left on device");
      }
      return super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    }
  }

  @Test
  void stage_pageCannotBeWritten_isAWarningAlone() {
    TestSpark.session()
        .sparkContext()
        .hadoopConfiguration()
        .set("fs.pageless.impl", Pageless.class.getName());
    fixture.settings("ledger.path = \"pageless://" + fixture.ledgers + "\"");

    Finished finished = fixture.stage(fixture.manifest(fixture.add("a", "a")));

    assertThat(finished.ran.exitCode()).isZero();
    assertThat(finished.outcomes()).containsEntry("a", Outcome.STAGED);
    assertThat(finished.ran.out())
        .containsPattern("warning  report.html could not be written.*No space left on device")
        .contains("report  pageless:")
        .doesNotContain("page    ");
  }

  @Test
  void stage_manifestThatBreaksOff_hasAPageThatSaysWhy() throws Exception {
    Path manifest =
        fixture.manifest("m.jsonl.gz", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0});

    Ran ran = fixture.command(List.of("--manifest", manifest.toString(), "--run-id", "r"));

    assertThat(ran.exitCode()).isEqualTo(2);
    JsonNode page = page(fixture.ledgers.resolve("run_id=r"));
    assertThat(page.at("/run/exitCode").asInt()).isEqualTo(2);
    assertThat(page.at("/run/error").asText())
        .isEqualTo(
            StageFixture.readReport(fixture.ledgers.resolve("run_id=r")).get("error").asText());
  }

  /** What the page tells somebody to run is run, by a shell. */
  @Test
  void report_pathsOfARemedy_areThoseOfItsFiles() throws Exception {
    ObjectNode gone = fixture.add("go\nne", "gone");
    ObjectNode altered = fixture.add("altered", "altered");
    Files.delete(fixture.path("go\nne"));
    fixture.file("altered", "altered since");
    Finished run = fixture.stage(fixture.manifest(gone, altered));

    Ran paths =
        StageFixture.command(
            "report",
            "--run",
            "file://" + run.run,
            "--rows",
            "paths",
            "--outcome",
            "DELETED,MODIFIED",
            "--remedy",
            "remove-or-restore");

    assertThat(paths.out()).isEqualTo(fixture.root + "/go\nne\0");
    assertThat(paths.err()).isEmpty();
  }

  @Test
  void stage_badRows_areOnTheirLinesAndOfNoAsset() throws Exception {
    String good = fixture.add("good", "good").put("asset", "one").toString();
    Path manifest =
        fixture.manifest("m.jsonl", (good + "\n\nno JSON\n").getBytes(StandardCharsets.UTF_8));

    Finished run = fixture.stage(manifest);

    JsonNode page = page(run.run);
    assertThat(page.at("/groups/0/outcome").asText()).isEqualTo("INVALID");
    assertThat(page.at("/groups/0/places/0/folder").asText()).endsWith("/m.jsonl");
    assertThat(page.at("/groups/0/places/0/first/0/2").asText()).isEqualTo("line 3");
    assertThat(page.at("/assets/largest")).hasSize(1);
    assertThat(run.ran.out()).contains("/m.jsonl, line 3  ");
    Ran paths = StageFixture.command("report", "--run", "file://" + run.run, "--rows", "paths");
    assertThat(paths.out()).isEqualTo(fixture.root + "/good\0");
    assertThat(paths.err()).contains("Left out 1 row: ");
  }

  @Test
  void stage_secondRunOfAManifest_linksTheFirst() throws Exception {
    ObjectNode one = fixture.add("one", "one");
    ObjectNode two = fixture.add("two", "two");
    Path manifest = fixture.manifest(one, two);
    Finished first = fixture.stage(manifest);
    fixture.stage(fixture.manifest("other.jsonl", one + "\n"));
    Files.delete(fixture.path("two"));
    // One that can't be read.
    Path another = Files.createDirectories(fixture.ledgers.resolve("run_id=another"));
    Files.createSymbolicLink(another.resolve("run.json"), Path.of("run.json"));

    Finished second = fixture.stage(manifest);

    assertThat(page(first.run).get("earlier").isNull()).isTrue();
    JsonNode earlier = page(second.run).get("earlier");
    assertThat(earlier.get("runId").asText()).isEqualTo(first.runId());
    assertThat(second.run.resolve(earlier.get("page").asText()).normalize())
        .isEqualTo(first.run.resolve("report.html"))
        .exists();
    assertThat(earlier.get("changes"))
        .extracting(JsonNode::asText)
        .containsExactly("1 fewer safe in S3", "1 more missing");
  }

  @Test
  void report_finishedRun_namesItsPage() {
    Finished run = fixture.stage(fixture.manifest(fixture.add("a", "a")));

    Ran report = StageFixture.command("report", "--run", "file://" + run.run);

    assertThat(report.out())
        .contains("page    file://" + run.run + "/report.html (beside report.json and ledger/)\n");
  }

  /** What a dry run estimates is what the run in earnest then sends. */
  @Test
  void dryRun_estimate_isWhatARunSends() throws Exception {
    List<ObjectNode> rows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      rows.add(fixture.add("small" + i, "small" + i % 4));
    }
    rows.add(fixture.add("large", StageFixture.randomBytes(17 * StageFixture.MIB, 1)));
    rows.add(fixture.add("even", StageFixture.randomBytes(10 * StageFixture.MIB, 2)));
    ObjectNode proved = fixture.add("proved", "proved");
    ObjectNode wrong = fixture.add("wrong", "wrong");
    fixture.server.put(
        "staging", fixture.stagingKey("proved"), "proved".getBytes(StandardCharsets.UTF_8));
    fixture.server.put(
        "staging", fixture.stagingKey("wrong"), "WRONG".getBytes(StandardCharsets.UTF_8));
    rows.add(proved);
    rows.add(wrong);
    Path manifest = fixture.manifest(rows.toArray(ObjectNode[]::new));

    Finished dry = fixture.stage(manifest, "--dry-run");
    JsonNode estimate = dry.report().get("estimate");
    assertThat(page(dry.run).at("/run/estimate/bytes")).isEqualTo(estimate.get("bytes"));
    assertThat(dry.ran.out()).contains("estimate  ").contains(" a month to keep it");
    assertThat(estimate.get("seconds").asDouble())
        .isGreaterThan(estimate.get("measured_seconds").asDouble());

    Finished run = fixture.stage(manifest);
    assertThat(run.report().get("estimate").isNull()).isTrue();
    ObjectNode sent = run.report().get("requests").deepCopy();
    // What it takes to prove an object of staging isn't known before it is looked at.
    assertThat(sent.remove(List.of("HEAD", "GET"))).isNotNull();
    assertThat(estimate.get("requests")).isEqualTo(sent);
    assertThat(estimate.get("bytes")).isEqualTo(run.report().get("bytes_uploaded"));
    assertThat(estimate.at("/requests/PUT").asLong()).isEqualTo(5);
    assertThat(estimate.at("/requests/PART").asLong()).isEqualTo(4 + 2);
    double putsAndParts = 5 + 2 + 6 + 2;
    double lists = estimate.at("/requests/LIST").asLong();
    double reads = estimate.at("/requests/HEAD").asLong() + estimate.at("/requests/GET").asLong();
    assertThat(estimate.get("requests_cost").asDouble())
        .isEqualTo(
            (putsAndParts * 0.005 + lists * 0.005 + reads * 0.0004) / 1000, within(0.000001));
  }
}
