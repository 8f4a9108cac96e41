package org.assetstager.snapshot;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.assetstager.asset.JobFailure;
import org.assetstager.asset.Outcome;
import org.assetstager.manifest.ManifestFile;
import org.assetstager.manifest.ManifestFiles;
import org.assetstager.manifest.ManifestReader;
import org.assetstager.manifest.ManifestRow;
import org.assetstager.report.Amounts;
import org.assetstager.run.LedgerFiles;
import org.assetstager.run.RunDescription;
import org.assetstager.run.RunFolder;
import org.assetstager.settings.ManifestSettings;
import org.assetstager.spark.PlainFiles;
import org.assetstager.spark.TaskProgress;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The earlier manifests and ledgers that MD5s are taken over from.
 *
 * @param manifests files with rows
 * @param readAfter of each manifest, by its path, when the reading of the files began whose MD5s it
 *     has; milliseconds since the epoch
 * @param runs that have ended
 */
record EarlierFiles(List<ManifestFile> manifests, Map<String, Long> readAfter, List<Run> runs) {
  /** A longer row isn't one that a snapshot or an asset manager wrote; its file is read anew. */
  private static final int MOST_ROW_BYTES = 1 << 20;

  /** The folder of a run that has its ledger. */
  private static final String LEDGER = "ledger";

  /** A run that has ended. */
  private record Run(RunFolder folder, RunDescription description) {}

  /**
   * Finds them.
   *
   * @param since as {@link SnapshotRequest} has it
   * @throws JobFailure of kind INPUT if one isn't there, or isn't complete
   */
  static EarlierFiles find(List<String> since, Configuration configuration) {
    List<String> manifests = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    for (String place : since) {
      Path path = PlainFiles.named("--since", place, configuration);
      boolean isLedger = path.getName().equals(LEDGER) && path.getParent() != null;
      RunFolder folder =
          new RunFolder((isLedger ? path.getParent() : path).toString(), configuration);
      if (folder.exists(RunDescription.FILE)) {
        runs.add(run(folder));
      } else {
        manifests.add(place);
      }
    }
    List<ManifestFile> files =
        ManifestFiles.find(manifests, false, configuration).stream()
            .filter(file -> file.format().isManifest())
            .toList();
    return new EarlierFiles(files, readAfter(files, configuration), List.copyOf(runs));
  }

  /** Of a snapshot it is known when it began; of others only when they were written. */
  private static Map<String, Long> readAfter(
      List<ManifestFile> files, Configuration configuration) {
    Map<Path, Optional<RunDescription>> snapshots = new HashMap<>();
    Map<String, Long> readAfter = new HashMap<>();
    for (ManifestFile file : files) {
      Path path = new Path(file.path());
      Path steps = new Path(path.getParent(), SnapshotPlaces.STEPS);
      readAfter.put(
          file.path(),
          snapshots
              .computeIfAbsent(steps, folder -> snapshot(folder, configuration))
              .map(RunDescription::startedAtMillis)
              .orElseGet(() -> writtenAt(path, configuration)));
    }
    return readAfter;
  }

  private static Optional<RunDescription> snapshot(Path steps, Configuration configuration) {
    try {
      return new RunFolder(steps.toString(), configuration)
          .readJson(RunDescription.FILE, RunDescription.class);
    } catch (JobFailure e) {
      throw JobFailure.input(
          "The job can't find out when the snapshot of --since began: " + e.getMessage(),
          "Name another manifest or a run, or start without --since",
          e);
    }
  }

  private static long writtenAt(Path path, Configuration configuration) {
    try {
      return PlainFiles.of(path, configuration).getFileStatus(path).getModificationTime();
    } catch (IOException e) {
      throw JobFailure.input(
          "Can't look at the manifest " + path + ": " + e.getMessage(),
          "Check its rights, and that nobody removes it",
          e);
    }
  }

  private static Run run(RunFolder folder) {
    RunDescription description =
        RunDescription.find(folder).orElseThrow(() -> new IllegalStateException(folder.location()));
    if (!folder.exists(LEDGER + "/_SUCCESS")) {
      throw JobFailure.input(
          "--since names the run in " + folder.location() + ", which has not ended",
          "Finish it with stage --resume, or name the manifest that it staged");
    }
    return new Run(folder, description);
  }

  /** Whether there are none. */
  boolean isEmpty() {
    return manifests.isEmpty() && runs.isEmpty();
  }

  /** Returns a short text that is another one when something is written anew. */
  String fingerprint() {
    if (isEmpty()) {
      return "none";
    }
    Hasher hash = Hashing.sha256().newHasher();
    Stream.concat(
            manifests.stream().map(Object::toString),
            runs.stream().map(run -> run.folder().location() + " " + run.description().nonce()))
        .forEach(text -> hash.putString(text, StandardCharsets.UTF_8).putByte((byte) 0));
    return Amounts.count(manifests.size(), "manifest file")
        + " and "
        + Amounts.count(runs.size(), "run")
        + " with the fingerprint "
        + hash.hash().toString().substring(0, 16);
  }

  /**
   * Returns what they say of the files below a root, by the keys of {@link MatchTask}.
   *
   * @param roots the names of the root, absolute and normalised
   */
  JavaPairRDD<byte[], byte[]> below(
      List<String> roots, JavaSparkContext spark, TaskProgress progress) {
    Below below =
        new Below(roots.stream().map(root -> root.endsWith("/") ? root : root + "/").toList());
    JavaPairRDD<byte[], byte[]> all =
        new ManifestReader(spark, new ManifestSettings(List.of(), MOST_ROW_BYTES), null, progress)
            .read(manifests)
            .flatMapToPair(new OfManifest(below, readAfter));
    for (Run run : runs) {
      all =
          all.union(
              LedgerFiles.of(spark, run.folder(), Long.MAX_VALUE)
                  .rows(EarlierFile.LedgerRow.CODEC, EnumSet.allOf(Outcome.class))
                  .flatMapToPair(new OfLedger(below, run.description().startedAtMillis())));
    }
    return all;
  }

  /**
   * Finds the files below a root, whatever the root of their row.
   *
   * @param prefixes the names of the root, with a slash
   */
  private record Below(List<String> prefixes) implements Serializable {
    Iterator<Tuple2<byte[], byte[]>> pair(
        @Nullable EarlierFile file, @Nullable String root, @Nullable String path) {
      if (file == null || root == null || path == null) {
        return Collections.emptyIterator();
      }
      String absolute = root.endsWith("/") ? root + path : root + "/" + path;
      return prefixes.stream()
          .filter(absolute::startsWith)
          .limit(1)
          .map(
              prefix ->
                  new Tuple2<>(
                      MatchTask.key(absolute.substring(prefix.length()), MatchTask.EARLIER),
                      EarlierFile.CODEC.toBytes(file)))
          .iterator();
    }
  }

  /** Takes the rows of manifests. */
  private record OfManifest(Below below, Map<String, Long> readAfter)
      implements PairFlatMapFunction<ManifestRow, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(ManifestRow row) {
      EarlierFile file = EarlierFile.of(row, readAfter.getOrDefault(row.manifestFile(), 0L));
      return below.pair(file, row.root(), row.path());
    }
  }

  /** Takes the rows of a ledger. */
  private record OfLedger(Below below, long readAfterMillis)
      implements PairFlatMapFunction<EarlierFile.LedgerRow, byte[], byte[]> {
    @Override
    public Iterator<Tuple2<byte[], byte[]>> call(EarlierFile.LedgerRow row) {
      EarlierFile file = EarlierFile.of(row, readAfterMillis);
      return below.pair(file, row.root(), row.path());
    }
  }
}
