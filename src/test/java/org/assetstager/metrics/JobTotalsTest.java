package org.assetstager.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.assetstager.asset.Total;
import org.junit.jupiter.api.Test;

class JobTotalsTest {
  private final JobTotals totals = new JobTotals();

  private static long[][] counted(String name, long more) {
    long[][] counts = JobCounts.none();
    counts[0][JobCounts.index(name)] = more;
    return counts;
  }

  @Test
  void openUploads_endToldBeforeItsBeginning_isNeverBelowNone() {
    totals.begin();
    totals.add(counted(JobCounts.CLOSED_UPLOADS, 2));
    assertThat(totals.openUploads()).isZero();

    totals.add(counted(JobCounts.OPENED_UPLOADS, 3));
    assertThat(totals.openUploads()).isEqualTo(1);
  }

  @Test
  void begin_uploadsOfAnEarlierRun_areForgotten() {
    totals.add(counted(JobCounts.OPENED_UPLOADS, 3));
    totals.add(counted(JobCounts.CLOSED_UPLOADS, 1));
    totals.begin();

    assertThat(totals.openUploads()).isZero();
    totals.add(counted(JobCounts.OPENED_UPLOADS, 1));
    assertThat(totals.openUploads()).isEqualTo(1);
  }

  @Test
  void add_countsOfAnotherJvm_areSummedAndSurviveTheRunsBegin() {
    totals.add(counted("retries", 2));
    totals.begin();
    totals.add(counted("retries", 3));

    assertThat(totals.value(JobCounts.index("retries"))).isGreaterThanOrEqualTo(5);
  }

  @Test
  void begin_planOfAnEarlierRun_isForgotten() {
    totals.takeManifest(7);
    totals.takePlan(new Total(5, 100));
    assertThat(totals.manifestRows()).isEqualTo(7);
    assertThat(totals.planned()).isEqualTo(new Total(5, 100));

    totals.begin();

    assertThat(totals.manifestRows()).isZero();
    assertThat(totals.planned()).isEqualTo(Total.NONE);
  }
}
