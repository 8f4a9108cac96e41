package org.assetstager.pipeline;

import com.google.common.collect.Iterators;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.assetstager.catalog.ContentName;
import org.assetstager.catalog.ListStep;
import org.assetstager.catalog.Namespaces;
import org.assetstager.pipeline.ReadForPlan.Source;
import org.assetstager.run.StepCommit;
import org.assetstager.run.StepOutput;
import org.assetstager.run.StepRun.Done;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.Verdict;

/** Finds out what both sides hold of the candidates' contents. */
record Listing(PipelineRun run) {
  StepCommit execute(Namespaces namespaces, StepCommit scan, StepCommit digest) {
    return run.once(
        Steps.LIST,
        "list what staging and remote hold",
        "keys",
        progress ->
            new Done(
                new ListStep(
                        run.spark(),
                        run.settings(),
                        run.requests(),
                        run.description().cores(),
                        run.output(),
                        progress)
                    .run(namespaces, () -> candidates(scan, digest))));
  }

  private JavaRDD<ContentName> candidates(StepCommit scan, StepCommit digest) {
    List<Source> sources =
        new ArrayList<>(ReadForPlan.sources(Steps.SCAN, scan.files(Steps.CANDIDATES)));
    sources.addAll(ReadForPlan.sources(Steps.DIGEST, digest.files(Steps.DIGESTED)));
    return run.spark()
        .parallelize(sources, Math.max(1, sources.size()))
        .flatMap(new Names(run.output()));
  }

  /** Names the contents of the candidates of a file. */
  record Names(StepOutput output) implements FlatMapFunction<Source, ContentName> {
    @Override
    public Iterator<ContentName> call(Source source) {
      return Iterators.transform(
          Iterators.filter(
              output.read(source.step(), source.file(), Candidate.CODEC),
              candidate -> candidate.found().verdict() == Verdict.UNCHANGED),
          candidate ->
              new ContentName(
                  Objects.requireNonNull(candidate.found().row().topHash()),
                  Objects.requireNonNull(candidate.found().md5())));
    }
  }
}
