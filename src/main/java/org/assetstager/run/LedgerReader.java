package org.assetstager.run;

import com.google.common.collect.AbstractIterator;
import java.io.Closeable;
import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.spark.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * The rows of files of a ledger. Each file is opened when its first row is needed.
 *
 * <p>The methods of the iterator throw a {@link JobFailure} where a file can't be read.
 */
public final class LedgerReader<R extends Record> extends AbstractIterator<R> implements Closeable {
  private final RunFolder run;
  private final Iterator<String> paths;
  private final RecordCodec<R> codec;
  private final Set<Outcome> wanted;
  private @Nullable RecordReader<R> open;

  LedgerReader(RunFolder run, Iterator<String> paths, RecordCodec<R> codec, Set<Outcome> wanted) {
    this.run = run;
    this.paths = paths;
    this.codec = codec;
    this.wanted = wanted;
  }

  @Override
  protected @Nullable R computeNext() {
    while (open == null || !open.hasNext()) {
      close();
      if (!paths.hasNext()) {
        return endOfData();
      }
      open = RecordReader.ofLedger(run, new Path(paths.next()), codec, this::isWanted);
    }
    return open.next();
  }

  /** Whether a file may have wanted rows. */
  private boolean isWanted(@Nullable Set<Outcome> outcomes) {
    return outcomes == null || !Collections.disjoint(outcomes, wanted);
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
