package org.assetstager.upload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.assetstager.run.StepFile;
import org.assetstager.run.TaskFiles;

/**
 * Carries out work files, one task for each. If one task alone would finish last, many tasks send
 * the parts of its content, among the first tasks, while one more reads the whole.
 *
 * @param aloneBytes contents of at most so many are left to one task each
 * @param pieceBytes of parts that one task sends
 */
public record SplitTransfer(
    JavaSparkContext spark, TransferWork transfer, long aloneBytes, long pieceBytes) {
  /**
   * Carries work files out that have more rows of a content, the heaviest first.
   *
   * @param work the work files, each with what came of the one that has the content's first rows
   * @return the files of their ledger rows, in any order
   */
  public List<StepFile> runLater(Map<StepFile, StepFile> work) {
    List<TransferItem> items = new ArrayList<>();
    work.entrySet().stream()
        .sorted(Comparator.comparingLong(later -> -later.getKey().weight()))
        .forEach(later -> items.add(new TransferItem.Later(later.getKey(), later.getValue())));
    return carryOut(items);
  }

  /**
   * Carries work files out, the heaviest first.
   *
   * @param wholes what earlier drivers have found by reading whole files
   * @return the files of their ledger rows, in any order
   */
  public List<StepFile> run(List<StepFile> work, List<StepFile> wholes) {
    List<SplitUpload> splits = open(work);
    Set<Integer> split =
        splits.stream().map(upload -> upload.work().number()).collect(Collectors.toSet());
    Set<Integer> read = wholes.stream().map(StepFile::number).collect(Collectors.toSet());
    List<TransferItem> items = new ArrayList<>();
    for (SplitUpload upload : splits) {
      items.addAll(TransferItem.pieces(upload, pieceBytes, read.contains(upload.work().number())));
    }
    work.stream()
        .filter(file -> !split.contains(file.number()))
        .sorted(Comparator.comparingLong(StepFile::weight).reversed())
        .forEach(file -> items.add(new TransferItem.WorkFile(file)));
    List<StepFile> done = carryOut(items);
    List<StepFile> pieces = new ArrayList<>(wholes);
    List<StepFile> ledger = new ArrayList<>();
    done.forEach(file -> (file.kind().equals(TaskFiles.LEDGER) ? ledger : pieces).add(file));
    ledger.addAll(
        carryOut(
            splits.stream()
                .<TransferItem>map(upload -> new TransferItem.End(upload, piecesOf(upload, pieces)))
                .toList()));
    return ledger;
  }

  private static List<StepFile> piecesOf(SplitUpload upload, List<StepFile> pieces) {
    return pieces.stream().filter(piece -> piece.number() == upload.work().number()).toList();
  }

  private List<SplitUpload> open(List<StepFile> work) {
    List<StepFile> heavy = work.stream().filter(file -> file.weight() > aloneBytes).toList();
    return heavy.isEmpty()
        ? List.of()
        : spark.parallelize(heavy, heavy.size()).flatMap(new Open(transfer, aloneBytes)).collect();
  }

  private List<StepFile> carryOut(List<TransferItem> items) {
    return items.isEmpty()
        ? List.of()
        : spark.parallelize(items, items.size()).map(new CarryOut(transfer)).collect();
  }

  /** Opens the upload of a work file that is split. */
  private record Open(TransferWork transfer, long aloneBytes)
      implements FlatMapFunction<StepFile, SplitUpload> {
    @Override
    public Iterator<SplitUpload> call(StepFile work) {
      return transfer.open(work, aloneBytes).stream().iterator();
    }
  }

  private record CarryOut(TransferWork transfer) implements Function<TransferItem, StepFile> {
    @Override
    public StepFile call(TransferItem item) {
      return item.carryOut(transfer);
    }
  }
}
