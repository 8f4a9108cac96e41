package org.assetstager.manifest;

import org.assetstager.spark.RecordCodec;

/** A stored state with the document that has it. */
record AmaStored(String document, AmaState state) {
  static final RecordCodec<AmaStored> CODEC = RecordCodec.of(AmaStored.class);
}
