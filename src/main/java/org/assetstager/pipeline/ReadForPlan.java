package org.assetstager.pipeline;

import com.google.common.collect.Iterators;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.catalog.ContentOrder;
import org.assetstager.catalog.ReadListing;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.verify.Candidate;
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
      default -> {
        Function<byte[], ContentOrder.Row> row =
            ContentOrder.Row.CODEC.fromBytesOf(Candidate.CODEC);
        yield Iterators.transform(
            output.readBytes(source.step(), source.file(), Candidate.CODEC),
            bytes -> new Tuple2<>(ContentOrder.keyOf(row.apply(bytes)), bytes));
      }
    };
  }

  static List<Source> sources(String step, List<StepFile> files) {
    return files.stream().map(file -> new Source(step, file)).toList();
  }
}
