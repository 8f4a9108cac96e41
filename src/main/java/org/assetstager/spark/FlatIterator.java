package org.assetstager.spark;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The elements of lists, one after another. */
public final class FlatIterator<T> implements Iterator<T> {
  private final Iterator<List<T>> lists;
  private Iterator<T> current = Collections.emptyIterator();

  /** Goes through the lists as they come. */
  public FlatIterator(Iterator<List<T>> lists) {
    this.lists = lists;
  }

  /** Goes through what becomes of elements, as they come. */
  public static <A, B> FlatIterator<B> of(Iterator<A> elements, Function<A, List<B>> toList) {
    return new FlatIterator<>(
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return elements.hasNext();
          }

          @Override
          public List<B> next() {
            return toList.apply(elements.next());
          }
        });
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
