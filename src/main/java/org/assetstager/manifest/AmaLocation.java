package org.assetstager.manifest;

record AmaLocation(String statesPath, String statsPath) {
  static AmaLocation of(String p) {
    return new AmaLocation(p, p);
  }
}
