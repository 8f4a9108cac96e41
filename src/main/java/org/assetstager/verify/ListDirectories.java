package org.assetstager.verify;

import java.util.Iterator;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.assetstager.settings.VerifySettings.FindRenamed;
import org.assetstager.spark.PushedIterator;

/** Lists the files of directories: rows of {@code root} and {@code directory}. */
final class ListDirectories implements MapPartitionsFunction<Row, Row> {
  private final FindRenamed where;
  private final ExecutorChecks checks;

  ListDirectories(FindRenamed where, ExecutorChecks checks) {
    this.where = where;
    this.checks = checks;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> directories) {
    return new PushedIterator<>(
        directories,
        "find-renamed",
        (directory, found) -> {
          String path = directory.getString(0);
          AssetRoot root = Objects.requireNonNull(checks.roots().get(path), path);
          if (where == FindRenamed.ROOT) {
            RenameSearch.belowRoot(root, (name, facts) -> add(root, path, name, facts, found));
          } else {
            RenameSearch.inDirectory(
                root, directory.getString(1), (name, facts) -> add(root, path, name, facts, found));
          }
        });
  }

  private static void add(
      AssetRoot root, String rootPath, String name, FileFacts facts, Consumer<Row> found) {
    if (facts.device() == root.device()) {
      found.accept(FindRenames.FOUND.toRow(FoundFile.of(rootPath, name, facts)));
    }
  }
}
