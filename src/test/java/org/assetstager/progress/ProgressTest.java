package org.assetstager.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.assetstager.asset.Total;
import org.assetstager.spark.TaskProgress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
  private static final Total NONE = Total.NONE;

  private static Progress of(long files, long bytes) {
    return new Progress(TaskProgress.FILES, files, 100_000, bytes, 3_400_000_000L, 0, NONE, 0, "");
  }

  @Test
  void line_underWay_showsFilesBytesRateAndTimeLeft() {
    assertThat(of(50_000, 1_200_000_000L).line("digest", 10))
        .isEqualTo("digest  50,000 of 100,000 files  1.2 GB of 3.4 GB  120.0 MB/s  ETA 11s");
  }

  @Test
  void line_retriesAndLimits_areNamed() {
    Progress one = new Progress(TaskProgress.FILES, 1, 2, 0, 0, 0, NONE, 1, "limit 200 requests/s");
    Progress many = new Progress(TaskProgress.FILES, 1, 2, 0, 0, 0, NONE, 1_234, "");

    assertThat(one.line("list", 1)).endsWith("ETA 1s  1 retry  limit 200 requests/s");
    assertThat(many.line("list", 1)).endsWith("  1,234 retries");
  }

  @Test
  void line_smallFilesLag_estimatesByWhatTheyWeigh() {
    assertThat(of(25_000, 3_400_000_000L).line("digest", 10)).endsWith("ETA 15s");
  }

  @Test
  void line_largeFileBeforeManySmallOnes_estimatesByWhatBothWeigh() {
    Progress half =
        new Progress(
            TaskProgress.FILES, 3, 10_001, 5_000_000_000L, 10_000_000_000L, 0, NONE, 0, "");

    assertThat(half.line("transfer", 60)).endsWith("ETA 1m16s");
  }

  @Test
  void line_contentThatIsKnownAlready_countsAsDone() {
    Progress known = new Progress(TaskProgress.FILES, 5, 10, 0, 8_000_000, 4_000_000, NONE, 0, "");

    assertThat(known.line("transfer", 10)).contains("0 B of 8.0 MB").endsWith("ETA 10s");
  }

  @Test
  void line_bytesSentAgain_areNotTakenForThoseOfOtherFiles() {
    Progress again =
        new Progress(TaskProgress.FILES, 0, 1_000, 9_000_000, 1_000_000, 0, NONE, 0, "");

    assertThat(again.line("transfer", 1)).endsWith("ETA 2m11s");
  }

  @Test
  void line_nothingDoneYet_hasTheTimeSoFarInsteadOfAnEstimate() {
    assertThat(of(0, 0).line("digest", 10))
        .isEqualTo("digest  0 of 100,000 files  0 B of 3.4 GB  0 B/s  for 10s");
  }

  @Test
  void line_rowsOfManifestsOfKnownBytes_estimatesByBytes() {
    assertThat(
            new Progress("rows", 5_000, 0, 1_000_000, 4_000_000, 0, NONE, 0, "").line("scan", 10))
        .isEqualTo("scan  5,000 rows  1.0 MB of 4.0 MB  100.0 kB/s  ETA 30s");
  }

  @Test
  void line_keysOfUnknownNumber_hasTheirRateAndTheTimeSoFar() {
    assertThat(new Progress("keys", 5_000, 0, 0, 0, 0, NONE, 0, "").line("list remote", 10))
        .isEqualTo("list remote  5,000 keys  500 keys/s  for 10s");
  }

  @Test
  void line_moreThanTheTotal_namesNoTotalAndIsNeverNegative() {
    assertThat(of(200_000, 6_800_000_000L).line("digest", 10))
        .isEqualTo("digest  200,000 files  6.8 GB  680.0 MB/s  ETA 0s");
  }

  @Test
  void line_nothingIsCounted_hasTheTimeSoFar() {
    assertThat(Progress.uncounted(0, "").line("scan", 1)).isEqualTo("scan  for 1s");
  }

  @Test
  void line_filesWithoutBytes_showsFilesASecond() {
    assertThat(new Progress(TaskProgress.FILES, 40, 100, 0, 0, 0, NONE, 0, "").line("audit", 10))
        .isEqualTo("audit  40 of 100 files  4 files/s  ETA 15s");
  }

  @Test
  void lastLine_files_showsTheTimeTaken() {
    assertThat(of(100_000, 3_400_000_000L).lastLine("digest", 3700))
        .startsWith("digest  100,000 of 100,000 files  3.4 GB of 3.4 GB  ")
        .endsWith("took 1h01m");
  }

  @Test
  void lastLine_rows_areNamed() {
    assertThat(new Progress("rows", 300, 300, 0, 0, 0, NONE, 0, "").lastLine("ledger", 3))
        .isEqualTo("ledger  300 of 300 rows  100 rows/s  took 3s");
  }

  @Test
  void lastLine_nothingWasCounted_hasTheTimeTaken() {
    assertThat(Progress.uncounted(0, "").lastLine("scan", 12)).isEqualTo("scan  took 12s");
  }

  @Test
  void line_earlierAttemptDidMost_countsItAndEstimatesByThisOne() {
    Progress resumed =
        new Progress(TaskProgress.FILES, 90, 100, 900, 1_000, 0, new Total(80, 800), 0, "");

    assertThat(resumed.line("transfer", 10))
        .isEqualTo("transfer  90 of 100 files  900 B of 1.0 kB  10 B/s  ETA 10s");
  }

  @Test
  void line_earlierAttemptOnly_hasNoEstimateYet() {
    Progress resumed = new Progress(TaskProgress.FILES, 80, 100, 0, 0, 0, new Total(80, 0), 0, "");

    assertThat(resumed.line("transfer", 5))
        .isEqualTo("transfer  80 of 100 files  0 files/s  for 5s");
  }

  /** What is shown in which width: the numbers of a run of two hours. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "200;transfer  50%  ▕██████████          ▏  11,792 of 23,584 files  1.2 GB of 2.4 GB  20.0 MB/s"
            + "  1m00s  ETA 1m00s  3 retries  limit 200 requests/s",
        "122;transfer  50%  11,792 of 23,584 files  1.2 GB of 2.4 GB  20.0 MB/s  1m00s  ETA 1m00s"
            + "  3 retries  limit 200 requests/s",
        "116;transfer  50%  11,792 of 23,584 files  1.2 GB of 2.4 GB  20.0 MB/s  ETA 1m00s"
            + "  3 retries  limit 200 requests/s",
        "100;transfer  50%  11,792 of 23,584 files  20.0 MB/s  ETA 1m00s  3 retries"
            + "  limit 200 requests/s",
        "79;transfer  50%  11,792 of 23,584 files  20.0 MB/s  ETA 1m00s  3 retries",
        "65;transfer  50%  11,792 of 23,584 files  ETA 1m00s  3 retries",
        "57;transfer  11,792 of 23,584 files  ETA 1m00s  3 retries",
        "52;transfer  50%  11,792 of 23,584 files  ETA 1m00s",
        "47;transfer  11,792 of 23,584 files  ETA 1m00s",
        "39;transfer  50%  11,792 of 23,584 files",
        "36;transfer  11,792 of 23,584 files",
        "31;transfer  50%",
        "12;transfer",
        "7;50%",
        "2;"
      })
  void fit_narrowerTerminals_leaveOutWholePartsOneAfterTheOther(int columns, String line) {
    Progress half =
        new Progress(
            TaskProgress.FILES,
            11_792,
            23_584,
            1_200_000_000L,
            2_400_000_000L,
            0,
            NONE,
            3,
            "limit 200 requests/s");

    assertThat(half.fit("transfer", 60, columns)).isEqualTo(line == null ? "" : line);
  }

  @Property
  void fit_anyWidth_isNeverLongerAndCutsNoPart(
      @ForAll @IntRange(min = 0, max = 200) int columns,
      @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long done,
      @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long bytes) {
    Progress any =
        new Progress(TaskProgress.FILES, done, 2 * done, bytes, 2 * bytes, 0, NONE, 1, "limit 7");

    List<String> whole = List.of(any.fit("scan", 5, 1_000).split("  +"));
    String line = any.fit("scan", 5, columns);

    assertThat(line.length()).isLessThanOrEqualTo(columns);
    if (!line.isEmpty()) {
      assertThat(whole).containsAll(List.of(line.split("  +")));
    }
  }
}
