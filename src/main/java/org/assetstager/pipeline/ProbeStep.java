package org.assetstager.pipeline;

import com.google.common.collect.Iterators;
import com.google.common.math.LongMath;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.Function;
import org.assetstager.pipeline.ReadForPlan.Source;
import org.assetstager.report.KnownFiles;
import org.assetstager.report.Uploads;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepCommits;
import org.assetstager.run.StepOutput;
import org.assetstager.run.StepRun.Done;
import org.assetstager.run.Weights;
import org.assetstager.settings.UploadSettings;
import org.assetstager.spark.TaskProgress;
import org.assetstager.upload.Probe;
import org.assetstager.upload.ProbeSizes;
import org.assetstager.upload.ProbeWork;
import org.assetstager.upload.TaskLimits;
import org.assetstager.upload.UploadLog;
import org.assetstager.upload.UploadTasks;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Measures what the executors read and send a second, after the steps of a dry run. Nothing stays
 * in staging.
 */
record ProbeStep(PipelineRun run, UploadLog uploads) {
  /** The name of the step, and of its phase. */
  static final String STEP = "probe";

  /** The commit of what was sent before. */
  private static final String BEFORE = "before-probe";

  /** In which all tasks have started and chosen their files. */
  private static final long TO_START_MILLIS = 2_000;

  /**
   * Returns the requests of the dry run without those of a probe that an earlier attempt began.
   *
   * @param sent by all attempts so far
   * @param probes whether this attempt measures
   */
  Map<String, Long> sentBefore(Map<String, Long> sent, boolean probes) {
    StepCommit before = run.commits().find(BEFORE);
    if (before == null && probes) {
      before = run.steps().once(BEFORE, () -> new Done(List.of(), sent));
    }
    return before == null ? sent : before.notes();
  }

  /**
   * Measures, unless an earlier attempt has done so.
   *
   * @param planned what a run would send
   * @param known what it would read besides
   * @return null if a run would neither send nor read anything
   */
  @Nullable Probe measure(Uploads planned, KnownFiles known, int seconds) {
    ProbeSizes sizes = sizes(planned, known);
    if (!sizes.readsSmall() && !sizes.readsLarge()) {
      return null;
    }
    StepCommit commit =
        run.steps()
            .once(
                STEP,
                () ->
                    run.phases()
                        .run(
                            STEP,
                            "measure what this cluster reads and sends",
                            () -> new Done(List.of(), measure(sizes, seconds).toNotes())));
    return Probe.ofNotes(commit.notes());
  }

  /** Aborts what a probe has left open, of this attempt or an earlier one. */
  void abortLeftovers() {
    uploads.abortAll(run.settings());
  }

  private Probe measure(ProbeSizes sizes, int seconds) {
    List<Source> unread = sources(Steps.SCAN, Steps.CANDIDATES);
    boolean readBefore = unread.isEmpty();
    List<Share> shares =
        shares(
            readBefore ? sources(Steps.DIGEST, Steps.DIGESTED) : unread,
            readBefore,
            sizes.largeTasks());
    UploadTasks tasks =
        run.uploadTasks(run.roots(), new TaskProgress(run.spark().sc(), STEP), uploads);
    Measuring measuring =
        new Measuring(
            run.output(),
            new ProbeWork(tasks, sizes, System.currentTimeMillis() + TO_START_MILLIS, seconds));
    return run.spark().parallelize(shares, shares.size()).map(measuring).collect().stream()
        .reduce(Probe::plus)
        .orElseThrow();
  }

  private List<Source> sources(String step, String kind) {
    StepCommits commits = run.commits();
    StepCommit commit = commits.find(step);
    List<Source> sources =
        new ArrayList<>(commit == null ? List.of() : ReadForPlan.sources(step, commit.files(kind)));
    Collections.shuffle(sources, ThreadLocalRandom.current());
    return sources;
  }

  /**
   * Gives each core its share of the files of candidates. Where there are fewer files than cores,
   * several cores have one, and every so-and-so-many-th row of it.
   */
  private List<Share> shares(List<Source> sources, boolean readBefore, int largeTasks) {
    int cores = run.description().cores();
    return IntStream.range(0, cores)
        .mapToObj(
            core -> {
              List<Source> own =
                  IntStream.range(0, sources.size())
                      .filter(i -> i % cores == core % sources.size())
                      .mapToObj(sources::get)
                      .toList();
              int first = core / Math.max(1, sources.size());
              int sharing =
                  sources.size() >= cores
                      ? 1
                      : (cores - core % sources.size() + sources.size() - 1) / sources.size();
              return new Share(own, first, sharing, readBefore, core < largeTasks);
            })
        .toList();
  }

  private ProbeSizes sizes(Uploads planned, KnownFiles known) {
    long small = planned.bytes() - planned.partBytes();
    long bytes = LongMath.saturatedAdd(planned.bytes(), known.bytes());
    boolean giants = isOfOneTask(planned, bytes);
    return new ProbeSizes(
        planned.puts() == 0 ? 0 : Math.max(1, small / planned.puts()),
        planned.parts() == 0 ? 0 : planned.partBytes() / planned.parts(),
        giants ? TaskLimits.BUFFERS : streams(planned, bytes),
        giants ? (int) Math.min(Integer.MAX_VALUE, planned.multiparts()) : Integer.MAX_VALUE,
        planned.puts() > 0 || known.small().rows() > 0,
        planned.parts() > 0 || known.large().rows() > 0);
  }

  /** Whether the large contents are giants on average, each sent by one task without others. */
  private boolean isOfOneTask(Uploads planned, long bytes) {
    long mean = meanOfLarge(planned);
    boolean isSplit = run.splitsContents() && mean > bytes / run.description().cores();
    return mean > run.settings().upload().splitThresholdBytes() && !isSplit;
  }

  /**
   * Returns how many parts a task of the transfer has under way: it has as many large contents at a
   * time as its work file has, up to its limit.
   */
  private int streams(Uploads planned, long bytes) {
    long target = Weights.target(bytes, run.description().cores());
    long mean = meanOfLarge(planned);
    return TaskLimits.partsOfContents(mean == 0 ? 1 : (target + mean - 1) / mean);
  }

  private static long meanOfLarge(Uploads planned) {
    return planned.partBytes() / Math.max(1, planned.multiparts());
  }

  /**
   * The candidates of one task.
   *
   * @param first the first row that it takes of each file, from 0
   * @param every which rows it takes after that; 1 for all
   * @param readBefore whether this dry run has read their files
   * @param large whether large contents are measured too
   */
  record Share(List<Source> sources, int first, int every, boolean readBefore, boolean large)
      implements Serializable {}

  /** Measures in a task. */
  record Measuring(StepOutput output, ProbeWork work) implements Function<Share, Probe> {
    @Override
    public Probe call(Share share) {
      Iterator<Candidate> all =
          Iterators.concat(
              Iterators.transform(
                  share.sources().iterator(),
                  source -> output.read(source.step(), source.file(), Candidate.CODEC)));
      long[] row = {0};
      return work.measure(
          Iterators.filter(all, candidate -> isOwn(candidate, row[0]++, share)),
          share.readBefore(),
          share.large());
    }

    /** Of a giant, each task reads another place. */
    private boolean isOwn(Candidate candidate, long row, Share share) {
      Long size = candidate.found().size();
      UploadSettings upload = work.tasks().settings().upload();
      return candidate.found().verdict() == Verdict.UNCHANGED
          && size != null
          && (row % share.every() == share.first() || size > upload.splitThresholdBytes());
    }
  }
}
