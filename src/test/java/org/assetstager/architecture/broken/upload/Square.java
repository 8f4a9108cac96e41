package org.assetstager.architecture.broken.upload;

/** Closes the circle. */
final class Square {
  Object back() {
    return new Round.Corner();
  }
}
