package org.assetstager.architecture.broken.upload;

/** Knows a class of another file, which knows one inside this. */
final class Round {
  Object next() {
    return new Square();
  }

  static final class Corner {}
}
