package org.assetstager.catalog;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.assetstager.asset.ContentKey;
import org.assetstager.run.RecordWriter;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepOutput;
import org.assetstager.s3.BucketConnection.Side;
import org.assetstager.s3.RequestTotals;
import org.assetstager.settings.BucketSettings;
import org.assetstager.settings.Settings;
import org.assetstager.spark.TaskProgress;

/**
 * What the tasks of the listing share: both sides, staging always first, so that content which the
 * server moves to the remote meanwhile is seen in one of them.
 */
record Sides(Settings settings, RequestTotals requests, StepOutput output, TaskProgress progress)
    implements Serializable {
  /** Requests wait for the store, not for a core. */
  static final int REQUESTS_AT_ONCE = 16;

  /** In the order in which they are asked. */
  static final List<Side> IN_ORDER = List.of(Side.STAGING, Side.REMOTE);

  BucketSettings bucket(Side side) {
    return side == Side.REMOTE ? settings.remote() : settings.staging().bucket();
  }

  BucketReader reader(Side side) {
    return BucketReader.of(side, settings);
  }

  /** Returns what all contents' keys of a side begin with. */
  String contents(Side side) {
    return ContentKey.contents(bucket(side).prefix());
  }

  /** The files of a task, one for each side that holds something. */
  final class Files implements AutoCloseable {
    private final int number;
    private final java.util.EnumMap<Side, RecordWriter> writers =
        new java.util.EnumMap<>(Side.class);

    Files(int number) {
      this.number = number;
    }

    void add(Held held) {
      writers
          .computeIfAbsent(
              held.side(),
              side ->
                  output.create(
                      ListStep.STEP, side.settingsName(), number, KnownContent.CODEC, Map.of()))
          .add(KnownContent.CODEC.toRow(held.content()), 0);
    }

    List<StepFile> finish() {
      return writers.values().stream().map(writer -> writer.finish(Map.of())).toList();
    }

    @Override
    public void close() {
      writers.values().forEach(RecordWriter::close);
    }
  }

  /** A content that a side holds. */
  record Held(Side side, KnownContent content) {}
}
