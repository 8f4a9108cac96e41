package org.assetstager.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.assetstager.spark.TaskProgress;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static Progress of(long files, long bytes) {
    return new Progress(TaskProgress.FILES, files, 100_000, bytes, 3_400_000_000L, 0, 0, "");
  }

  @Test
  void line_underWay_showsFilesBytesRateAndTimeLeft() {
    assertThat(of(50_000, 1_200_000_000L).line("digest", 10))
        .isEqualTo("digest  50,000 of 100,000 files  1.2 GB of 3.4 GB  120.0 MB/s  ETA 00:11");
  }

  @Test
  void line_retriesAndLimits_areNamed() {
    Progress one = new Progress(TaskProgress.FILES, 1, 2, 0, 0, 0, 1, "limit 200 requests/s");
    Progress many = new Progress(TaskProgress.FILES, 1, 2, 0, 0, 0, 1_234, "");

    assertThat(one.line("list", 1)).endsWith("ETA 00:01  1 retry  limit 200 requests/s");
    assertThat(many.line("list", 1)).endsWith("  1,234 retries");
  }

  @Test
  void line_smallFilesLag_estimatesByWhatTheyWeigh() {
    assertThat(of(25_000, 3_400_000_000L).line("digest", 10)).endsWith("ETA 00:15");
  }

  @Test
  void line_largeFileBeforeManySmallOnes_estimatesByWhatBothWeigh() {
    Progress half =
        new Progress(TaskProgress.FILES, 3, 10_001, 5_000_000_000L, 10_000_000_000L, 0, 0, "");

    assertThat(half.line("transfer", 60)).endsWith("ETA 01:16");
  }

  @Test
  void line_contentThatIsKnownAlready_countsAsDone() {
    Progress known = new Progress(TaskProgress.FILES, 5, 10, 0, 8_000_000, 4_000_000, 0, "");

    assertThat(known.line("transfer", 10)).contains("0 B of 8.0 MB").endsWith("ETA 00:10");
  }

  @Test
  void line_bytesSentAgain_areNotTakenForThoseOfOtherFiles() {
    Progress again = new Progress(TaskProgress.FILES, 0, 1_000, 9_000_000, 1_000_000, 0, 0, "");

    assertThat(again.line("transfer", 1)).endsWith("ETA 02:11");
  }

  @Test
  void line_nothingDoneYet_hasTheTimeSoFarInsteadOfAnEstimate() {
    assertThat(of(0, 0).line("digest", 10))
        .isEqualTo("digest  0 of 100,000 files  0 B of 3.4 GB  0 B/s  for 00:10");
  }

  @Test
  void line_rowsOfManifestsOfKnownBytes_estimatesByBytes() {
    assertThat(new Progress("rows", 5_000, 0, 1_000_000, 4_000_000, 0, 0, "").line("scan", 10))
        .isEqualTo("scan  5,000 rows  1.0 MB of 4.0 MB  100.0 kB/s  ETA 00:30");
  }

  @Test
  void line_keysOfUnknownNumber_hasTheirRateAndTheTimeSoFar() {
    assertThat(new Progress("keys", 5_000, 0, 0, 0, 0, 0, "").line("list remote", 10))
        .isEqualTo("list remote  5,000 keys  500 keys/s  for 00:10");
  }

  @Test
  void line_moreThanTheTotal_namesNoTotalAndIsNeverNegative() {
    assertThat(of(200_000, 6_800_000_000L).line("digest", 10))
        .isEqualTo("digest  200,000 files  6.8 GB  680.0 MB/s  ETA 00:00");
  }

  @Test
  void line_tasks_haveNeitherRateNorEstimateButTheTimeSoFar() {
    assertThat(new Progress(Progress.TASKS, 3, 12, 0, 0, 0, 0, "").line("scan", 1))
        .isEqualTo("scan  3 of 12 tasks  for 00:01");
  }

  @Test
  void line_filesWithoutBytes_showsFilesASecond() {
    assertThat(new Progress(TaskProgress.FILES, 40, 100, 0, 0, 0, 0, "").line("audit", 10))
        .isEqualTo("audit  40 of 100 files  4 files/s  ETA 00:15");
  }

  @Test
  void lastLine_files_showsTheTimeTaken() {
    assertThat(of(100_000, 3_400_000_000L).lastLine("digest", 3700))
        .startsWith("digest  100,000 of 100,000 files  3.4 GB of 3.4 GB  ")
        .endsWith("took 1:01:40");
  }

  @Test
  void lastLine_rows_areNamed() {
    assertThat(new Progress("rows", 300, 300, 0, 0, 0, 0, "").lastLine("ledger", 3))
        .isEqualTo("ledger  300 of 300 rows  100 rows/s  took 00:03");
  }

  @Test
  void lastLine_tasks_areNotNamed() {
    assertThat(new Progress(Progress.TASKS, 0, 0, 0, 0, 0, 0, "").lastLine("scan", 12))
        .isEqualTo("scan  took 00:12");
  }
}
