package org.assetstager.audit;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.assetstager.s3.Side;

/** In which bucket a content has to be for its file to be called safe to delete. */
public enum HeldIn {
  /** The remote. */
  REMOTE(ImmutableList.of(Side.REMOTE)),
  /** Staging, from which a server will move it. */
  STAGING(ImmutableList.of(Side.STAGING)),
  /** One of both. */
  EITHER(ImmutableList.of(Side.STAGING, Side.REMOTE));

  private final ImmutableList<Side> sides;

  HeldIn(ImmutableList<Side> sides) {
    this.sides = sides;
  }

  /** Returns the buckets, staging first: what is moved meanwhile is seen in one of them. */
  List<Side> sides() {
    return sides;
  }
}
