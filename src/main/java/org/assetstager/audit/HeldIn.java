package org.assetstager.audit;

import java.util.List;
import org.assetstager.s3.Side;

/** In which bucket a content has to be for its file to be called safe to delete. */
public enum HeldIn {
  /** The remote. */
  REMOTE(List.of(Side.REMOTE)),
  /** Staging, from which a server will move it. */
  STAGING(List.of(Side.STAGING)),
  /** One of both. */
  EITHER(List.of(Side.STAGING, Side.REMOTE));

  private final List<Side> sides;

  HeldIn(List<Side> sides) {
    this.sides = sides;
  }

  /** Returns the buckets, staging first: what is moved meanwhile is seen in one of them. */
  List<Side> sides() {
    return sides;
  }
}
