package org.assetstager.spark;

import java.util.Iterator;
import java.util.function.Function;

/** The elements of an iterator, each made into another as it passes. */
public record Mapped<A, B>(Iterator<A> elements, Function<A, B> work) implements Iterator<B> {
  @Override
  public boolean hasNext() {
    return elements.hasNext();
  }

  @Override
  public B next() {
    return work.apply(elements.next());
  }
}
