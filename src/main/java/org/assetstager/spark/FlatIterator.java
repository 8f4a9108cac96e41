package org.assetstager.spark;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The elements of lists, one after another. */
public final class FlatIterator<T> implements Iterator<T> {
  private final Iterator<List<T>> lists;
  private Iterator<T> current = Collections.emptyIterator();

  /** Goes through the lists as they come. */
  public FlatIterator(Iterator<List<T>> lists) {
    this.lists = lists;
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext() && lists.hasNext()) {
      current = lists.next().iterator();
    }
    return current.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return current.next();
  }
}
