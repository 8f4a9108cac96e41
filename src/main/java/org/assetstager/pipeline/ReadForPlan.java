package org.assetstager.pipeline;

import com.google.common.collect.Iterators;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.catalog.ReadListing;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.verify.Candidate;
import org.assetstager.verify.Verdict;
import scala.Tuple2;

/** Reads the input of the plan, with the keys of its shuffle. */
record ReadForPlan(StepOutput output)
    implements PairFlatMapFunction<ReadForPlan.Source, byte[], byte[]> {
  /** A file of a step before. */
  record Source(String step, StepFile file) implements java.io.Serializable {}

  @Override
  public Iterator<Tuple2<byte[], byte[]>> call(Source source) {
    return switch (source.file().kind()) {
      case Steps.REMOTE, Steps.STAGING -> new ReadListing(output).call(source.file());
      default ->
          Iterators.transform(
              output.readBytes(source.step(), source.file(), Candidate.CODEC), ReadForPlan::row);
    };
  }

  private static Tuple2<byte[], byte[]> row(byte[] bytes) {
    Candidate candidate = Candidate.CODEC.fromBytes(bytes);
    boolean open = candidate.found().verdict() == Verdict.UNCHANGED;
    return new Tuple2<>(
        ContentOrder.keyOf(open ? ContentOrder.ROW : ContentOrder.ENDED, candidate.found()), bytes);
  }

  static List<Source> sources(String step, List<StepFile> files) {
    return files.stream().map(file -> new Source(step, file)).toList();
  }
}
