package org.assetstager.catalog;

import com.google.common.collect.Iterators;
import java.util.Iterator;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.Side;
import scala.Tuple2;

/** Reads a file that {@link ListStep} wrote, with the keys of {@link ContentOrder}. */
public record ReadListing(StepOutput output)
    implements PairFlatMapFunction<StepFile, byte[], byte[]> {
  @Override
  public Iterator<Tuple2<byte[], byte[]>> call(StepFile file) {
    byte side =
        file.kind().equals(Side.REMOTE.settingsName()) ? ContentOrder.REMOTE : ContentOrder.STAGING;
    return Iterators.transform(
        output.readBytes(ListStep.STEP, file, KnownContent.CODEC),
        known ->
            new Tuple2<>(ContentOrder.keyOf(side, KnownContent.CODEC.fromBytes(known)), known));
  }
}
