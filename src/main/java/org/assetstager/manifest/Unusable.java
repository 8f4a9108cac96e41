package org.assetstager.manifest;

/**
 * A value that no field of a row can have.
 *
 * @param description says what it was
 */
record Unusable(String description) {
  @Override
  public String toString() {
    return description;
  }
}
