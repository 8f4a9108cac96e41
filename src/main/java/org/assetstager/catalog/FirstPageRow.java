package org.assetstager.catalog;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.assetstager.asset.JobFailure;
import org.jspecify.annotations.Nullable;

/**
 * A content of a namespace that has one page; or, where {@code md5} is null, the note that a
 * namespace has more.
 *
 * @param size of the content in bytes; in the note, about how many keys the namespace has
 * @param candidates contents that the run asks for; 0 but in the note
 */
record FirstPageRow(
    String topHash, @Nullable String md5, long size, @Nullable String etag, long candidates) {

  /** Chooses the notes. */
  static final class IsNote implements Function<Row, Boolean> {
    @Override
    public Boolean call(Row row) {
      return ListFirstPages.PAGES.fromRow(row).md5() == null;
    }
  }

  /** Takes the contents, but those of namespaces that are found out about otherwise. */
  static final class Contents implements FlatMapFunction<Row, Row> {
    private final Set<String> otherwise;

    /**
     * Makes the function.
     *
     * @param otherwise the namespaces that notes told of
     */
    Contents(Set<String> otherwise) {
      this.otherwise = Set.copyOf(otherwise);
    }

    /**
     * Makes a content.
     *
     * @throws JobFailure of kind SYSTEM if the page had to be listed anew, and is a note now
     */
    @Override
    public Iterator<Row> call(Row row) {
      FirstPageRow page = ListFirstPages.PAGES.fromRow(row);
      if (otherwise.contains(page.topHash())) {
        return Collections.emptyIterator();
      }
      if (page.md5() == null) {
        throw JobFailure.system(
            "The namespace " + page.topHash() + " grew beyond a page while it was listed",
            "Run again with --resume");
      }
      return List.of(
              ListBuckets.KNOWN.toRow(
                  new KnownContent(page.topHash(), page.md5(), page.size(), page.etag())))
          .iterator();
    }
  }
}
