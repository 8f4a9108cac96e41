package org.assetstager.verify;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.assetstager.run.StepFile;
import org.assetstager.run.StepFiles;
import org.assetstager.run.StepOutput;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.spark.ByteKeys;
import org.assetstager.verify.RenameFiles.Written;
import org.roaringbitmap.RoaringBitmap;

/**
 * Looks for the new paths of the scan's missing files; see "Verification" in design.md. Directories
 * are listed once for all their missing rows. A file that is a row of the manifest itself is no
 * rename: if files match, they are compared with all rows of the scan.
 *
 * <pre>
 * missing --by directory--> list directories --by root*--> walk roots --> no match: final rows
 *                                                (* auto)             --> matches
 * matches --by place--> taken? --by row--> final rows
 * rows    -------------^
 * </pre>
 *
 * @param where not {@link FindRenamed#OFF}: then missing rows are final as the scan has them
 * @param mostTasks that search side by side
 */
public record RenameStep(
    JavaSparkContext spark, StepOutput output, Roots roots, FindRenamed where, int mostTasks) {
  public static final String STEP = RenameFiles.STEP;

  /** Makes sure that there is something to look for. */
  public RenameStep {
    if (where == FindRenamed.OFF) {
      throw new IllegalArgumentException("Nothing is to be looked for");
    }
  }

  /**
   * Searches, by one Spark job, or two where a file matches.
   *
   * @param scan name of the scan's step
   * @param missing its files of rows without a file, of {@link Candidate}; not empty
   * @param all its files, of all rows
   * @param last gets each missing row: as {@link Verdict#RENAMED} with {@link
   *     VerifiedRow#renamedTo}, or as {@link Verdict#DELETED}, whose detail begins with {@link
   *     RenameSearch#SEARCH_ENDED} where only a part of the root was searched
   * @return what {@code last} wrote, to be committed as {@link #STEP}
   * @throws org.assetstager.asset.JobFailure of kind SYSTEM if a root is lost, or isn't on a host
   *     what the scan saw
   */
  public List<StepFile> run(
      String scan, List<StepFile> missing, List<StepFile> all, LastRows last) {
    ScannedRows rows = new ScannedRows(output, scan);
    long count = StepFiles.rows(missing);
    int tasks = (int) Math.max(1, Math.min(mostTasks, count));
    List<StepFile> ended = new ArrayList<>();
    List<StepFile> matches = new ArrayList<>();
    RoaringBitmap places = new RoaringBitmap();
    for (Written written : search(scan, missing, all, rows, last, tasks)) {
      ended.addAll(written.last());
      matches.addAll(written.matches());
      places.or(written.places());
    }
    if (!matches.isEmpty()) {
      for (Written written : decide(matches, places, all, rows, last, tasks)) {
        ended.addAll(written.last());
      }
    }
    return ended;
  }

  private List<Written> search(
      String scan,
      List<StepFile> missing,
      List<StepFile> all,
      ScannedRows rows,
      LastRows last,
      int tasks) {
    boolean byRoot = where == FindRenamed.ROOT;
    JavaPairRDD<byte[], byte[]> pairs =
        sorted(files(missing).flatMapToPair(new SearchTasks.Missing(output, scan, byRoot)), tasks);
    boolean auto = where == FindRenamed.AUTO;
    if (auto) {
      pairs =
          pairs.mapPartitionsToPair(
              new SearchTasks.InDirectories(new RenameSearcher(roots, false, false)));
      long allRows = StepFiles.rows(all);
      if (allRows > RenameSearcher.LEAST_ENTRIES) {
        pairs = pairs.union(files(all).flatMapToPair(new SearchTasks.CountRoots(rows)));
      }
      pairs = sorted(pairs, tasks);
    }
    RenameSearcher searcher = new RenameSearcher(roots, byRoot || auto, auto);
    return pairs.mapPartitions(new SearchTasks.Last(output, last, searcher)).collect();
  }

  private List<Written> decide(
      List<StepFile> matches,
      RoaringBitmap places,
      List<StepFile> all,
      ScannedRows rows,
      LastRows last,
      int tasks) {
    Broadcast<RoaringBitmap> shared = spark.broadcast(places);
    try {
      JavaPairRDD<byte[], byte[]> taken =
          sorted(
                  files(matches)
                      .flatMapToPair(new MatchTasks.Places(output))
                      .union(files(all).flatMapToPair(new MatchTasks.Rows(rows, shared))),
                  tasks)
              .mapPartitionsToPair(new MatchTasks.Taken());
      return sorted(taken.union(files(matches).flatMapToPair(new MatchTasks.OfRows(output))), tasks)
          .mapPartitions(new MatchTasks.Decide(output, last, tasks))
          .collect();
    } finally {
      shared.destroy();
    }
  }

  private JavaRDD<StepFile> files(List<StepFile> files) {
    return spark.parallelize(files, files.size());
  }

  private static JavaPairRDD<byte[], byte[]> sorted(JavaPairRDD<byte[], byte[]> pairs, int tasks) {
    return pairs.repartitionAndSortWithinPartitions(new ByteKeys.ByHash(tasks), new ByteKeys());
  }
}
