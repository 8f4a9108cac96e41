package org.assetstager.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {
  private static Progress of(long files, long bytes) {
    return new Progress(Progress.FILES, files, 100_000, bytes, 3_400_000_000L, 0, "");
  }

  @Test
  void line_underWay_showsFilesBytesRateAndTimeLeft() {
    assertThat(of(50_000, 1_200_000_000L).line("verify", 10))
        .isEqualTo("verify  50,000 of 100,000 files  1.2 GB of 3.4 GB  120.0 MB/s  ETA 00:18");
  }

  @Test
  void line_retriesAndLimits_areNamed() {
    Progress one = new Progress(Progress.FILES, 1, 2, 0, 0, 1, "limit 200 requests/s");
    Progress many = new Progress(Progress.FILES, 1, 2, 0, 0, 1_234, "");

    assertThat(one.line("list", 1)).endsWith("ETA 00:01  1 retry  limit 200 requests/s");
    assertThat(many.line("list", 1)).endsWith("  1,234 retries");
  }

  @Test
  void line_smallFilesLag_estimatesByTheirNumber() {
    assertThat(of(25_000, 3_400_000_000L).line("verify", 10)).endsWith("ETA 00:30");
  }

  @Test
  void line_nothingDoneYet_hasNoEstimate() {
    assertThat(of(0, 0).line("verify", 10))
        .isEqualTo("verify  0 of 100,000 files  0 B of 3.4 GB  0 B/s");
  }

  @Test
  void line_moreThanTheTotal_namesNoTotalAndIsNeverNegative() {
    assertThat(of(200_000, 6_800_000_000L).line("verify", 10))
        .isEqualTo("verify  200,000 files  6.8 GB  680.0 MB/s  ETA 00:00");
  }

  @Test
  void line_tasks_haveNeitherRateNorEstimateButTheTimeSoFar() {
    assertThat(new Progress("tasks", 3, 12, 0, 0, 0, "").line("read", 1))
        .isEqualTo("read  3 of 12 tasks  for 00:01");
  }

  @Test
  void line_filesWithoutBytes_showsFilesASecond() {
    assertThat(new Progress(Progress.FILES, 40, 100, 0, 0, 0, "").line("audit", 10))
        .isEqualTo("audit  40 of 100 files  4 files/s  ETA 00:15");
  }

  @Test
  void lastLine_files_showsTheTimeTaken() {
    assertThat(of(100_000, 3_400_000_000L).lastLine("verify", 3700))
        .startsWith("verify  100,000 of 100,000 files  3.4 GB of 3.4 GB  ")
        .endsWith("took 1:01:40");
  }

  @Test
  void lastLine_tasks_areNotNamed() {
    assertThat(new Progress("tasks", 0, 0, 0, 0, 0, "").lastLine("read", 12))
        .isEqualTo("read  took 00:12");
  }
}
