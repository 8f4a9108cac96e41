package org.assetstager.catalog;

import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The first page of a namespace's listing.
 *
 * @param candidates contents that the run asks for
 * @param known the page's contents, of {@link ListBuckets#KNOWN}
 * @param lastListed the page's last key where the namespace goes on after it, else null
 * @param estimatedKeys about how many keys the namespace has, if it goes on
 */
record FirstPage(
    String topHash,
    long candidates,
    List<Row> known,
    @Nullable String lastListed,
    long estimatedKeys)
    implements Serializable {

  /** Leaves of each page that its namespace goes on after what the driver needs. */
  static final class Summary implements FlatMapFunction<FirstPage, FirstPage> {
    @Override
    public Iterator<FirstPage> call(FirstPage page) {
      return page.lastListed == null
          ? Collections.emptyIterator()
          : List.of(
                  new FirstPage(
                      page.topHash,
                      page.candidates,
                      List.of(),
                      page.lastListed,
                      page.estimatedKeys))
              .iterator();
    }
  }

  /** Takes the contents of all pages, but for those of namespaces that aren't listed. */
  static final class Contents implements FlatMapFunction<FirstPage, Row> {
    private final Set<String> notListed;

    Contents(Set<String> notListed) {
      this.notListed = Set.copyOf(notListed);
    }

    @Override
    public Iterator<Row> call(FirstPage page) {
      return notListed.contains(page.topHash) ? Collections.emptyIterator() : page.known.iterator();
    }
  }
}
