package org.assetstager;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assetstager.asset.Outcome.DELETED;
import static org.assetstager.asset.Outcome.DUPLICATE;
import static org.assetstager.asset.Outcome.INVALID;
import static org.assetstager.asset.Outcome.MODIFIED;
import static org.assetstager.asset.Outcome.STAGED;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.assetstager.StageFixture.Finished;
import org.assetstager.StageFixture.Ran;
import org.assetstager.testing.EmbeddedS3;
import org.assetstager.testing.FaultyS3;
import org.assetstager.testing.TestSpark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a user gets wrong, or what is broken around the job: exit code and message within a minute.
 */
@Tag("server")
@Tag("spark")
class StageBadInputTest {
  @TempDir Path folder;
  private StageFixture fixture;
  private Path manifest;

  @BeforeAll
  static void startWhatTheMinuteDoesNotCover() {
    EmbeddedS3.shared();
    TestSpark.session();
  }

  @BeforeEach
  void makeOneGoodRow() {
    fixture = new StageFixture(folder);
    manifest = fixture.manifest(fixture.add("good", "good"));
  }

  @AfterEach
  void leavesBucketsClean() {
    assertThat(fixture.server.openMultipartUploads(EmbeddedS3.STAGING, fixture.stagingPrefix))
        .isEmpty();
  }

  /** The command has to fail so, before anything is uploaded. */
  private Ran expect(int exitCode, Ran ran, String... words) {
    assertThat(ran.err())
        .startsWith("asset-stager: ")
        .contains(words)
        .doesNotContain("\tat ")
        .doesNotContain(fixture.server.userSecret());
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(exitCode);
    assertThat(fixture.stagingKeys()).isEmpty();
    return ran;
  }

  private Ran stage(Path path, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--manifest", path.toString()));
    arguments.addAll(List.of(more));
    return fixture.command(arguments);
  }

  private byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  // Manifests.

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void manifest_thatCannotBeFound_saysWhich() throws IOException {
    expect(2, stage(folder.resolve("none.jsonl")), "none.jsonl does not exist. Check the path");
    expect(2, stage(folder.resolve("*.nothing")), "*.nothing does not exist");
    expect(2, stage(fixture.manifest("empty.jsonl", "")), "empty.jsonl is empty (0 bytes)");
    Path parts = Files.createDirectory(folder.resolve("parts"));
    Files.copy(manifest, parts.resolve("part-0.jsonl"));
    expect(2, stage(parts), "has no _SUCCESS", "Wait for its writer to finish");
    expect(2, stage(fixture.manifest("rows.csv", "a,b\n")), "rows.csv is in a format");
    expect(2, stage(Path.of("nowhere:/x")), "nowhere:/x", "scheme");
  }

  @Test
  void manifest_compressedFileThatBreaksOff_uploadsNothing() throws IOException {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      many.append(fixture.row("good").put("asset", "a" + i)).append('\n');
    }
    byte[] whole = gzip(many.toString());
    Path cut = fixture.manifest("cut.jsonl.gz", Arrays.copyOf(whole, whole.length / 2));
    expect(2, stage(cut), "cut.jsonl.gz");
    byte[] damaged = whole.clone();
    damaged[damaged.length - 6] ^= 1;
    expect(2, stage(fixture.manifest("damaged.jsonl.gz", damaged)), "damaged.jsonl.gz");
    expect(2, stage(fixture.manifest("no.jsonl.zst", "no zstd at all")), "no.jsonl.zst");
    expect(2, stage(fixture.manifest("no.parquet", "no parquet at all")), "no.parquet");
  }

  /** Also one byte that makes another path of a path: only the page's checksum tells. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void manifest_parquetDamagedBeforeItsFooter_uploadsNothing(boolean oneByte) throws IOException {
    Path tables = folder.resolve("tables");
    TestSpark.session()
        .read()
        .json(manifest.toString())
        .coalesce(1)
        .write()
        .option("compression", oneByte ? "none" : "zstd")
        .parquet(tables.toString());
    byte[] bytes;
    try (Stream<Path> files = Files.list(tables)) {
      Path table = files.filter(file -> file.toString().endsWith(".parquet")).findFirst().get();
      bytes = Files.readAllBytes(table);
    }
    if (oneByte) {
      int path = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("good");
      bytes[path] = 'f';
    } else {
      int footer = ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN).getInt(bytes.length - 8);
      Arrays.fill(bytes, 4, bytes.length - 8 - footer, (byte) 0x55);
    }
    Path damaged = fixture.manifest("damaged.parquet", bytes);

    expect(2, stage(damaged), "The manifest ", "damaged.parquet is damaged: ", ". Write it again");
  }

  @Test
  void manifest_linesThatAreNoRows_areInvalidRows() {
    String good = fixture.row("good") + "\n";
    byte[] latin1 = good.replace("good", "caf\u00e9").getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(good.getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(latin1);
    bytes.writeBytes(
        ("{\"path\": \"" + "x".repeat(50_000_000) + "\"}\n").getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(good.getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(good.substring(0, 40).getBytes(StandardCharsets.UTF_8));

    Finished run = fixture.stage(fixture.manifest("odd.jsonl", bytes.toByteArray()));
    assertThat(run.counts()).isEqualTo(Map.of(STAGED, 1L, DUPLICATE, 1L, INVALID, 3L));
    assertThat(run.ledger().stream().filter(row -> row.outcome() == INVALID))
        .extracting(row -> row.detail())
        .anySatisfy(detail -> assertThat(detail).contains("UTF-8"))
        .anySatisfy(detail -> assertThat(detail).contains("50000012 bytes"))
        .anySatisfy(detail -> assertThat(detail).contains("cut off"));
    assertThat(run.ledger().stream().map(row -> row.manifestPosition()))
        .contains(0L, (long) good.length(), good.length() + latin1.length + 50_000_013L);
  }

  @Test
  void manifest_withoutRows_isDoneWithNothing() throws IOException {
    Path parts = Files.createDirectory(folder.resolve("no rows"));
    Files.createFile(parts.resolve("_SUCCESS"));
    Finished run = fixture.stage(parts);
    assertThat(run.ledger()).isEmpty();
    assertThat(run.ran.exitCode()).isZero();
  }

  @Test
  void manifest_hostileNumbers_neitherOverflowNorStarveTheJob() {
    ObjectNode huge = fixture.row("good").put("path", "good").put("st_size", 1L << 62);
    List<ObjectNode> rows = new ArrayList<>(List.of(huge));
    for (int i = 0; i < 3; i++) {
      rows.add(
          fixture
              .row("good")
              .put("path", "gone " + i)
              .put("st_size", Long.MAX_VALUE)
              .put("st_nlink", 0)
              .put("st_mtime_ns", Long.MIN_VALUE));
    }
    rows.add(fixture.add("fine", "fine").put("top_hash", "t".repeat(128)));

    Finished run =
        fixture.stage(
            fixture.manifest("huge.jsonl", StageFixture.lines(rows.toArray(ObjectNode[]::new))));
    assertThat(run.counts()).isEqualTo(Map.of(MODIFIED, 1L, DELETED, 3L, STAGED, 1L));
    // Commands have options.
    assertThat(run.ran.out().lines().filter(line -> !line.startsWith("  list: ")))
        .noneMatch(line -> line.contains(" -"));
    // The report is read again.
    Ran report = StageFixture.command("report", "--run", run.run.toString());
    assertThat(report.err()).isEmpty();
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void root_thatIsNotMounted_stopsTheJobAndDeletesNothing() {
    ObjectNode missing = fixture.row("good").put("root", folder.resolve("not mounted").toString());
    Path rows = fixture.manifest("m.jsonl", StageFixture.lines(fixture.row("good"), missing));
    expect(1, stage(rows), "not mounted", "mount");
    ObjectNode file = fixture.row("good").put("root", fixture.path("good").toString());
    expect(1, stage(fixture.manifest("f.jsonl", StageFixture.lines(file))), "not a directory");
  }

  @Test
  void root_outsideAllowedRoots_isInvalid() {
    Finished run =
        fixture
            .settings("manifest.allowed-roots = [\"" + folder.resolve("elsewhere") + "\"]")
            .stage(manifest);
    assertThat(run.counts()).isEqualTo(Map.of(INVALID, 1L));
    assertThat(run.row("good").detail()).contains("allowed-roots");
  }

  // Buckets.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "remote.bucket=no-such-bucket        | no-such-bucket  | remote.bucket",
        "staging.bucket=no-such-bucket       | no-such-bucket  | staging.bucket",
        "remote.credentials.access-key=nobody | nobody         | remote.credentials",
        "staging.bucket=remote               | refuses writes  | staging.bucket"
      })
  void bucket_wrongSetting_isAnInputFault(String setting, String value, String name) {
    // Secrets can't be set on the command line, so this one has it in the file too.
    fixture.settings(setting.replaceFirst("=(.*)", " = \"$1\""));
    Ran ran = expect(2, stage(manifest), name);
    assertThat(ran.err()).containsAnyOf(value, "InvalidAccessKeyId");
    assertThat(fixture.ledgers).doesNotExist();
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void bucket_wrongSecretOrRegion_isAnInputFault() throws IOException {
    fixture.settings("staging.credentials.secret-key = not-the-secret");
    Ran ran = expect(2, stage(manifest), "SignatureDoesNotMatch", "staging.credentials");
    assertThat(ran.err()).doesNotContain("not-the-secret");

    try (FaultyS3 elsewhere =
        new FaultyS3(
            fixture.server,
            request ->
                new FaultyS3.Answer(
                    301,
                    Map.of("x-amz-bucket-region", List.of("eu-west-1")),
                    FaultyS3.Answer.error(301, "PermanentRedirect").body()))) {
      fixture.endpoint(elsewhere.endpoint());
      expect(2, stage(manifest), "region eu-west-1", "remote.region");
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void bucket_endpointThatRefusesOrHangs_isASystemFault() throws IOException {
    fixture.endpoint("http://127.0.0.1:" + EmbeddedS3.freePort());
    expect(1, stage(manifest), "could not be reached", "remote.endpoint");
    try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      fixture.endpoint("http://127.0.0.1:" + hangs.getLocalPort());
      expect(1, stage(manifest), "remote.endpoint", "s3.attempt-timeout");
    }
  }

  @Test
  void bucket_sidesThatOverlap_isAnInputFault() {
    fixture.settings(
        "remote { bucket = staging, prefix = \"" + fixture.stagingPrefix + "deeper/\" }");
    expect(
        2,
        stage(manifest),
        "staging.prefix",
        "in the same bucket",
        "write another bucket or prefixes");
  }

  // Settings and usage.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "staging.buckets=x                  | staging.buckets       | did you mean asset-stager.staging.bucket?",
        "upload.part-size=16 bananas        | upload.part-size      | expected",
        "upload.part-size=1MiB              | upload.part-size      | 5MiB",
        "verify.policy=lax                  | verify.policy         | strict",
        "staging.credentials.secret-key=abc | credentials           | would show a secret in the list of processes",
        "nonsense                           | --set                 | name=value",
        "ledger.path=                       | ledger.path           | "
      })
  void setting_thatIsWrong_isNamedWithARemedy(String setting, String name, String remedy) {
    expect(2, stage(manifest, "--set", setting), name, remedy == null ? name : remedy);
  }

  @Test
  void settingsFile_thatIsWrong_isNamedWithTheLine() {
    fixture.settings("stagging.bucket = x");
    expect(2, stage(manifest), "stagging (", "stage.conf:13", "did you mean asset-stager.staging?");
    fixture.settings("{{{");
    expect(2, stage(manifest), "is not valid HOCON", "stage.conf");
    Ran missing =
        StageFixture.command(
            "stage", "--manifest", manifest.toString(), "--config", folder + "/none.conf");
    expect(2, missing, "none.conf", "can't be read");
  }

  @Test
  void usage_thatIsWrong_isExplained() {
    expect(2, StageFixture.command(), "A command is missing", "--help");
    expect(2, StageFixture.command("stge"), "stge", "Did you mean: ");
    expect(
        2, StageFixture.command("stage"), "Missing --manifest", "Try 'asset-stager stage --help'");
    expect(2, fixture.command(List.of()), "Missing --manifest");
    expect(2, stage(manifest, "--max-invalid", "many"), "--max-invalid", "many");
    expect(2, stage(manifest, "--max-invalid", "-1"), "--max-invalid -1 is negative");
    expect(2, stage(manifest, "--drry-run"), "--drry-run");
    expect(2, stage(manifest, "--run-id", "a", "--resume", "b"), "give one of them");
    expect(2, stage(manifest, "--root", "relative"), "--root", "absolute");
    expect(2, stage(manifest, "--manifest-format", "xml"), "--manifest-format", "xml");
    expect(2, StageFixture.command("report", "--run", folder.toString()), "There is no report in");
    expect(
        2,
        StageFixture.command("report", "--run", folder.toString(), "--outcome", "GONE"),
        "GONE",
        "--outcome");
    Ran help = StageFixture.command("stage", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("--resume", "Example:");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void ledger_thatCannotBeWritten_isASystemFault() throws IOException {
    Path file = Files.writeString(folder.resolve("a file"), "x");
    expect(
        1,
        stage(manifest, "--set", "ledger.path=" + file.resolve("below")),
        "Can't create the run's folder",
        "Check ledger.path");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).doesNotContain("ledgers");
    }
  }
}
