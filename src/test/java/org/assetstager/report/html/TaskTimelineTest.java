package org.assetstager.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.assetstager.asset.Reservoir;
import org.junit.jupiter.api.Test;

class TaskTimelineTest {
  private static final long START = 1_000_000;

  private static EndedTask task(int stage, int index, String executor, long from, long to) {
    return new EndedTask(
        stage, index, 0, executor, "h" + executor, START + from, START + to, false, false, 1000);
  }

  private static TaskTimeline inVerify() {
    TaskTimeline timeline = new TaskTimeline(START);
    timeline.phaseBegan("digest", START);
    return timeline;
  }

  @Test
  void ended_tasksOfTwoPhases_belongToThePhaseTheyBeganIn() {
    TaskTimeline timeline = inVerify();
    timeline.ended(task(1, 0, "1", 10, 2010));
    timeline.phaseEnded("digest", START + 3000);
    timeline.phaseBegan("transfer", START + 3500);
    timeline.ended(task(2, 0, "1", 3600, 4600));
    timeline.phaseEnded("transfer", START + 5000);

    Timeline seen = timeline.timeline(0);

    assertThat(seen.phases())
        .containsExactly(
            new Timeline.Span("digest", 0, 3000), new Timeline.Span("transfer", 3500, 5000));
    assertThat(seen.throughput().keySet()).containsExactly("digest", "transfer");
    assertThat(seen.throughput().get("digest").stream().mapToLong(Long::longValue).sum())
        .isEqualTo(1000);
    assertThat(seen.executors())
        .containsExactly(new Timeline.Executor("1", "h1", 2, 0, 3000, 2000));
  }

  @Test
  void timeline_phaseUnderWay_reachesToNowAndGoesOn() {
    TaskTimeline timeline = inVerify();

    assertThat(timeline.timeline(START + 700).phases())
        .containsExactly(new Timeline.Span("digest", 0, 700));
    timeline.phaseEnded("digest", START + 900);
    assertThat(timeline.timeline(START + 5000).phases())
        .containsExactly(new Timeline.Span("digest", 0, 900));
  }

  @Test
  void timeline_slowTask_isAStraggler() {
    TaskTimeline timeline = inVerify();
    for (int i = 0; i < 50; i++) {
      timeline.ended(task(1, i, "1", 1000, 3000));
    }
    timeline.ended(task(1, 50, "2", 1000, 4100));
    timeline.ended(task(1, 51, "2", 1000, 9000));
    timeline.ended(task(1, 52, "2", 1000, 3900)); // not a second more
    timeline.ended(task(2, 0, "2", 1000, 90_000)); // alone in its stage

    assertThat(timeline.timeline(0).stragglers())
        .extracting(straggler -> straggler.task().index())
        .containsExactly(51, 50);
    assertThat(timeline.timeline(0).stragglers().get(0).medianMillis()).isEqualTo(2000);
    assertThat(timeline.timeline(0).stragglers().get(0).phase()).isEqualTo("digest");
    assertThat(timeline.timeline(0).sample()).contains(task(1, 51, "2", 1000, 9000));
  }

  @Test
  void timeline_manyOfEverything_isBoundedAndItsSumsAreWhole() {
    TaskTimeline timeline = new TaskTimeline(START);
    int tasks = 200_000;
    for (int phase = 0; phase < 500; phase++) {
      timeline.phaseBegan("phase " + phase % 20, START + phase * 1000L);
      timeline.phaseEnded("phase " + phase % 20, START + phase * 1000L + 900);
    }
    for (int i = 0; i < tasks; i++) {
      timeline.ended(task(i % 2000, i, "" + i % 5000, i, i + 10L + (i % 997 == 0 ? 60_000 : 0)));
    }

    Timeline seen = timeline.timeline(0);

    assertThat(seen.tasks()).isEqualTo(tasks);
    assertThat(seen.phases()).hasSize(TaskTimeline.MOST_PHASES);
    assertThat(seen.executors()).hasSize(TaskTimeline.MOST_EXECUTORS + 1);
    assertThat(seen.executors().stream().mapToLong(Timeline.Executor::tasks).sum())
        .isEqualTo(tasks);
    assertThat(seen.executors()).anyMatch(one -> one.id().equals(TaskTimeline.OTHERS));
    assertThat(seen.stragglers()).hasSize(TaskTimeline.MOST_STRAGGLERS);
    assertThat(seen.sample().size())
        .isLessThanOrEqualTo(
            TaskTimeline.MOST_SAMPLED + TaskTimeline.MOST_GROUPS * 2 * TaskGroup.MOST_SLOWEST);
    assertThat(seen.throughput().values())
        .allSatisfy(
            buckets -> assertThat(buckets).hasSizeLessThanOrEqualTo(Throughput.MOST_BUCKETS));
    assertThat(
            seen.throughput().values().stream()
                .flatMap(Collection::stream)
                .mapToLong(Long::longValue)
                .sum())
        .isBetween(tasks * 1000L - 10_000, tasks * 1000L + 10_000);
  }

  @Test
  void throughput_aYear_foldsItsBuckets() {
    Throughput throughput = new Throughput(0);
    throughput.add("digest", 0, 1000, 500);
    throughput.add("digest", 0, 365L * 86_400_000, 1_000_000);

    assertThat(throughput.widthMillis() * Throughput.MOST_BUCKETS)
        .isBetween(365L * 86_400_000, 2 * 365L * 86_400_000);
    assertThat(throughput.byPhase().get("digest").stream().mapToLong(Long::longValue).sum())
        .isBetween(1_000_400L, 1_000_600L);
  }

  @Test
  void reservoir_longStream_isAFairSample() {
    Reservoir<Integer> sample = new Reservoir<>(1000);
    for (int i = 0; i < 100_000; i++) {
      sample.add(i);
    }

    assertThat(sample.kept()).hasSize(1000).doesNotHaveDuplicates();
    assertThat(sample.kept().stream().mapToInt(Integer::intValue).average().orElse(0))
        .isBetween(46_000.0, 54_000.0);
  }
}
